"""The tables of assessment: each line's state, KPIs in every calibre, the scorecard."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.kernel import terms

LINE_STATE = Table(
    name="line_state",
    grain="one row of the book at the end of one month, with what every KPI asks of it",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("is_counted", T.BOOLEAN, "mobile main card in commercial use, no prospect", required=True),
        C(
            "is_in_service",
            T.BOOLEAN,
            "in service on the last day (在网); never once ported out",
            required=True,
        ),
        C("is_billed", T.BOOLEAN, "in service with a bill above 0 (出账)", required=True),
        C("is_high", T.BOOLEAN, "counted, billed and passes the test of the cohort arpu80", required=True),
        C(
            "is_suspect",
            T.BOOLEAN,
            "suspect traffic, confirmed: leaves numerator and denominator",
            required=True,
        ),
        C("exit_type", T.VARCHAR, "how it left; null unless exited", values=terms.ExitType),
        C("open_date", T.DATE, "day the line was opened"),
        C("bill_fen", T.BIGINT, "billed revenue of the month, fen", required=True),
    ),
)

KPI = Table(
    name="kpi",
    grain="one calibre of one KPI at one node of the tree in one month",
    partition=("month",),
    key=("calibre", "node_code"),
    columns=(
        C("calibre", T.VARCHAR, "id of the calibre, with its version", required=True),
        C("node_code", T.VARCHAR, "node of the tree", required=True),
        C("level", T.VARCHAR, "its level", required=True, values=terms.OrgLevel),
        C("numerator", T.BIGINT, "what the calibre counts", required=True),
        C("denominator", T.BIGINT, "what it is divided by", required=True),
    ),
)

SCORECARD = Table(
    name="scorecard",
    grain="one assessed KPI at one node in one month, beside its target",
    partition=("month",),
    key=("kpi", "node_code"),
    columns=(
        C("kpi", T.VARCHAR, "which KPI", required=True),
        C("calibre", T.VARCHAR, "id of the calibre that is assessed", required=True),
        C("node_code", T.VARCHAR, "node of the tree", required=True),
        C("level", T.VARCHAR, "its level", required=True, values=terms.OrgLevel),
        C("numerator", T.BIGINT, "what the calibre counts", required=True),
        C("denominator", T.BIGINT, "what it is divided by", required=True),
        C("rate", T.DOUBLE, "numerator ÷ denominator; null where the denominator is 0"),
        C(
            "target_rate",
            T.DOUBLE,
            "target for the period so far: the issued count ÷ its size, else the playbook's rate",
            required=True,
        ),
        C("gap_count", T.BIGINT, "how many the node is short of its target (0 when met)", required=True),
        C("light", T.VARCHAR, "beside the target", required=True, values=terms.Light),
        C("last_year_rate", T.DOUBLE, "the same month a year before; null where not known"),
        C("rank", T.BIGINT, "place among the nodes of its level, 1 best; null without a rate"),
    ),
)

TABLES = (LINE_STATE, KPI, SCORECARD)
"""Every table of the package."""
