"""The tables of value: what past months counted, the survival learnt from it, each line's worth."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.kernel import terms

SURVIVAL_COUNT = Table(
    name="survival_count",
    grain="one step of one stratum from the end of the month before `month` to its end, with how many lines made it",
    partition=("month",),
    key=("line_type", "band", "state", "later_state"),
    columns=(
        C("line_type", T.VARCHAR, "kind of line", required=True, values=terms.LineType),
        C("band", T.VARCHAR, "band of the earlier month's bill; NONE: no bill", required=True),
        C(
            "state",
            T.VARCHAR,
            "where the line stood: months to the end of its term / tenure, e.g. M3/T24",
            required=True,
        ),
        C(
            "later_state",
            T.VARCHAR,
            "where it stood a month later; LEFT: no longer in service",
            required=True,
        ),
        C("line_count", T.BIGINT, "lines", required=True, minimum=1),
    ),
)

SURVIVAL = Table(
    name="survival",
    grain="one stratum's survival as the twelve months up to `month` show it; every possible stratum has a row",
    partition=("month",),
    key=("stratum",),
    columns=(
        C("stratum", T.VARCHAR, "line type, band and state, joined by colons", required=True),
        C(
            "exposed_count",
            T.BIGINT,
            "line-months that were counted in the stratum",
            required=True,
            minimum=0,
        ),
        C("left_count", T.BIGINT, "those that ended with the line gone", required=True, minimum=0),
        C("leaving_ppm", T.BIGINT, "chance to leave in the next month, millionths, smoothed", required=True),
        C(
            "months_12_milli",
            T.BIGINT,
            "expected months in service of the next 12, thousandths",
            required=True,
            minimum=0,
        ),
        C("months_12_low_milli", T.BIGINT, "lower end of its 80 % interval, from the counts", required=True),
        C("months_12_high_milli", T.BIGINT, "upper end", required=True),
        C(
            "life_milli",
            T.BIGINT,
            "expected remaining months, as far as the playbook counts, thousandths",
            required=True,
            minimum=0,
        ),
        C("life_low_milli", T.BIGINT, "lower end of its 80 % interval, from the counts", required=True),
        C("life_high_milli", T.BIGINT, "upper end", required=True),
    ),
)

VALUE_SCORE = Table(
    name="value_score",
    grain="one commercial line in service at the end of the month: what it is worth",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("stratum", T.VARCHAR, "its stratum in SURVIVAL", required=True),
        C(
            "expected_months_12_milli",
            T.BIGINT,
            "expected months in service of the next 12, thousandths",
            required=True,
            minimum=0,
        ),
        C(
            "remaining_life_milli",
            T.BIGINT,
            "expected remaining months, thousandths",
            required=True,
            minimum=0,
        ),
        C(
            "margin_fen",
            T.BIGINT,
            "margin a month, fen: mean revenue of the complete months × the playbook's share; null: no such month",
        ),
        C(
            "expected_margin_12_fen",
            T.BIGINT,
            "value: that margin times the expected months, fen; null: no complete month",
        ),
    ),
)

TABLES = (SURVIVAL_COUNT, SURVIVAL, VALUE_SCORE)
