"""The tables of the risk of leaving: the scores, and who may give them."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.kernel.terms import Term


class Placing(Term):
    """What a month's contest says of one recipe."""

    CHAMPION = "CHAMPION", "在任", "in office"
    PROMOTED = "PROMOTED", "接任", "promoted"
    NOT_BETTER = "NOT_BETTER", "未显著更准，不接任", "not surely better: not promoted"
    NO_PROFIT = "NO_PROFIT", "更准但不更挣钱，不接任", "better, but earns no more: not promoted"
    SECOND = "SECOND", "够格，但另一个更准", "good enough, but another one is better"
    HELD = "HELD", "够格，但人工保留现任", "good enough, but a person keeps the champion"


class Ruling(Term):
    """What a person says of who is in office."""

    KEEP = "KEEP", "人工指定", "named by a person"
    RELEASE = "RELEASE", "恢复比试", "back to the contest"


CHURN_SCORE = Table(
    name="churn_score",
    grain="one counted line in service that has not asked to leave; `month` is the month whose data says so; sealed",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C(
            "score",
            T.INTEGER,
            "0–100: the share, in percent, of the month's lines that are less likely to leave",
            required=True,
            minimum=0,
        ),
        C(
            "probability_ppm",
            T.INTEGER,
            "calibrated chance of leaving by choice within the window, per million",
            required=True,
            minimum=0,
        ),
        C(
            "reason_1",
            T.VARCHAR,
            "first reason, as warning.reason of the playbook; null: none that holds and counts",
        ),
        C("reason_2", T.VARCHAR, "second"),
        C("reason_3", T.VARCHAR, "third"),
    ),
)
"""Its manifest's note holds the model card."""

PROMOTION = Table(
    name="promotion",
    grain="one recipe in one month's contest, the one in office included; read by the scores of later months; sealed",
    partition=("month",),
    key=("recipe",),
    columns=(
        C("recipe", T.VARCHAR, "the recipe that is judged", required=True),
        C("champion", T.VARCHAR, "the recipe that was in office", required=True),
        C("in_office", T.VARCHAR, "the recipe in office from the next month on", required=True),
        C("verdict", T.VARCHAR, "what the contest says of it", required=True, values=Placing),
        C(
            "row_count",
            T.BIGINT,
            "out-of-fold rows, the same for all: a line in a month",
            required=True,
            minimum=0,
        ),
        C("line_count", T.BIGINT, "lines among them", required=True, minimum=0),
        C("leaver_count", T.BIGINT, "rows that left", required=True, minimum=0),
        C("gain", T.DOUBLE, "mean log loss of the champion less the recipe's", required=True),
        C("gain_error", T.DOUBLE, "its standard error, rows of a line together", required=True),
        C("needed", T.DOUBLE, "standard errors by which it had to be better", required=True),
        C("profit_fen", T.DOUBLE, "profit of the campaign it would run, fen per 1,000 lines", required=True),
        C("profit_gain_fen", T.DOUBLE, "that profit less the champion's", required=True),
        C("profit_low_fen", T.DOUBLE, "lower end of its 95 % interval", required=True),
        C("profit_high_fen", T.DOUBLE, "upper end", required=True),
        C("contacted_rate", T.DOUBLE, "share of the lines it would contact", required=True),
    ),
)

RULING = Table(
    name="promotion_ruling",
    grain="one person's word on who is in office from the next month on, until there is another; sealed",
    partition=("month",),
    key=("ruling",),
    columns=(
        C("ruling", T.VARCHAR, "what was said", required=True, values=Ruling),
        C("recipe", T.VARCHAR, "the recipe that is named; null where the contest decides again"),
        C("said_by", T.VARCHAR, "who said so", required=True),
        C("reason", T.VARCHAR, "why", required=True),
    ),
)
