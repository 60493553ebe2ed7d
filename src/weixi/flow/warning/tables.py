"""The table of warnings (预警)."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.kernel import terms

WARNING = Table(
    name="warning",
    grain="one line that at least one warning of the playbook names; `month` is the month whose data raised it",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C(
            "household_key",
            T.VARCHAR,
            "what folds lines into one task: the household, else the line itself",
            required=True,
        ),
        C("kind", T.VARCHAR, "the warning that leads: its code in the playbook", required=True),
        C(
            "kinds",
            T.VARCHAR,
            "every warning that names the line, in the playbook's order, joined by commas",
            required=True,
        ),
        C(
            "kind_rank",
            T.INTEGER,
            "place of the leading warning in the playbook, 1 first",
            required=True,
            minimum=1,
        ),
        C("level", T.VARCHAR, "urgency", required=True, values=terms.WarningLevel),
        C("happens_date", T.DATE, "day on which what is warned of happens", required=True),
        C("task_date", T.DATE, "best day to act", required=True),
        C("reason_1", T.VARCHAR, "code of the first reason"),
        C("reason_2", T.VARCHAR, "code of the second"),
        C("reason_3", T.VARCHAR, "code of the third"),
        C("revenue_at_risk_fen", T.BIGINT, "three-month revenue of the line, fen", required=True),
    ),
)

DAY_WARNING = Table(
    name="day_warning",
    grain="one line that the feeds of one day raise a warning of, which did not hold for it the day before",
    partition=("month", "day"),
    key=WARNING.key,
    columns=WARNING.columns,
)

CLOCK = Table(
    name="clock",
    grain="one line in service with a clock that ends within 90 days; `month` is the month whose data says so",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("household_key", T.VARCHAR, "what folds lines into one task", required=True),
        C("run_out_date", T.DATE, "forecast day on which the balance is used up; null: more than 45 days"),
        C("run_out_low_date", T.DATE, "first day of its 80 % interval; null: no past forecast to learn from"),
        C("run_out_high_date", T.DATE, "last day of that interval"),
        C("lease_end_date", T.DATE, "first day after the handset lease"),
        C("subsidy_end_date", T.DATE, "first day after the last release of the subsidy"),
        C("bill_before_fen", T.BIGINT, "mean monthly bill that the customer pays, release deducted, fen"),
        C("bill_after_fen", T.BIGINT, "the same without the release, fen"),
        C("broadband_end_date", T.DATE, "first day after the broadband contract"),
        C("open_repair_count", T.BIGINT, "fault reports of the month less repairs done", required=True),
        C("first_date", T.DATE, "the earliest of the four", required=True),
        C("revenue_3m_fen", T.BIGINT, "three-month revenue: the value at risk, fen", required=True),
    ),
)
