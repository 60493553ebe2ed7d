"""The table of the risk of leaving."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table

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
