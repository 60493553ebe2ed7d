"""The tables of events: what each kind of event says of leaving, and the scores of the lines that a day's event met."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.kernel import terms

SOON = 7
"""The definition in use: 7 日内高离网概率. Days after an event, or after a month's last day, that count as soon."""

EVENT_RISK = Table(
    name="event_risk",
    grain="one kind of event: what came of the lines that had one, in the months learnt from; sealed",
    partition=("month",),
    key=("event_type",),
    columns=(
        C("event_type", T.VARCHAR, "the event", required=True, values=terms.EventType),
        C("line_count", T.BIGINT, "lines that had one in the month after the observed one", required=True),
        C("soon_count", T.BIGINT, "of these left by choice within 7 days after the first one", required=True),
        C("left_count", T.BIGINT, "of these left by choice by the end of the window", required=True),
        C("all_count", T.BIGINT, "all lines observed, the same lines left out as in training", required=True),
        C(
            "all_soon_count",
            T.BIGINT,
            "of these left by choice within 7 days of the month's end",
            required=True,
        ),
        C("all_left_count", T.BIGINT, "of these left by choice within the window", required=True),
        C("ratio", T.DOUBLE, "by how much one multiplies the odds of leaving", required=True),
        C("low", T.DOUBLE, "that ratio less three standard errors of its logarithm", required=True),
    ),
)

DAY_SCORE = Table(
    name="day_score",
    grain="one scored line that a telling event of the day concerns: its score of the month and of today; sealed",
    partition=("month", "day"),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("event_type", T.VARCHAR, "the event that says most", required=True, values=terms.EventType),
        C("event_date", T.DATE, "when it happened", required=True),
        C("month_score", T.INTEGER, "the score of the month before, 0–100", required=True, minimum=0),
        C(
            "score",
            T.INTEGER,
            "the score in that month of a line as likely to leave",
            required=True,
            minimum=0,
        ),
        C(
            "probability_ppm",
            T.INTEGER,
            "chance of leaving by choice within the window, given the event, per million",
            required=True,
            minimum=0,
        ),
    ),
)
