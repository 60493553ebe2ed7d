"""The tables of the five-way labels (五分)."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.kernel import terms

THRESHOLD = Table(
    name="threshold",
    grain="one care unit's cut that makes a customer KEY: the larger part of the unit's revenue lies above it",
    partition=("month",),
    key=("unit_code",),
    columns=(
        C("unit_code", T.VARCHAR, "care unit; '' for lines attached to none", required=True),
        C("revenue_fen", T.BIGINT, "twelve-month revenue of the whole unit, fen", required=True),
        C(
            "key_revenue_fen",
            T.BIGINT,
            "twelve-month revenue of the last subscriber inside the cut, fen",
            required=True,
        ),
        C(
            "key_subscriber_id",
            T.BIGINT,
            "that subscriber: of equal revenues the smaller id is inside",
            required=True,
        ),
    ),
)

DIMENSIONS = ("grade", "band", "stage", "cluster", "category")
"""The five labels, in the plan's order: 分级 分档 分期 分群 分类."""

LABEL = Table(
    name="label",
    grain="one line's five labels in one month: exactly one value each",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("grade", T.VARCHAR, "分级, held until a change has lasted", required=True, values=terms.Grade),
        C(
            "band",
            T.VARCHAR,
            "分档: code of the playbook's ARPU band; NONE without a complete month",
            required=True,
        ),
        C("stage", T.VARCHAR, "分期", required=True, values=terms.Stage),
        C("cluster", T.VARCHAR, "分群", required=True, values=terms.Cluster),
        C("category", T.VARCHAR, "分类", required=True, values=terms.Category),
        C("rule_grade", T.VARCHAR, "分级 by this month's rules alone", required=True, values=terms.Grade),
        C(
            "pending_months",
            T.INTEGER,
            "months in a row, this one included, that the rules' grade differs from the one held; 0: they agree",
            required=True,
            minimum=0,
        ),
    ),
)
