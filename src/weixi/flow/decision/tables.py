"""The tables of the decision: who may get what, and the frozen plan."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.flow.decision.basis import Basis
from weixi.kernel import terms

PLAN = Table(
    name="plan",
    grain="one retention task of one household, due in the plan's month; sealed",
    partition=("month",),
    key=("task_id",),
    columns=(
        C(
            "task_id",
            T.VARCHAR,
            "month, leading line and warning: the same plan gives the same id",
            required=True,
        ),
        C("subscriber_id", T.BIGINT, "the line that leads the task", required=True),
        C("household_key", T.VARCHAR, "what folded the lines", required=True),
        C("line_count", T.BIGINT, "lines the task lists", required=True, minimum=1),
        C("kind", T.VARCHAR, "the warning that leads: its code in the playbook", required=True),
        C("task_type", T.VARCHAR, "what the task is for", required=True, values=terms.TaskType),
        C("level", T.VARCHAR, "urgency", required=True, values=terms.WarningLevel),
        C("happens_date", T.DATE, "day on which what is warned of happens", required=True),
        C("task_date", T.DATE, "best day to act", required=True),
        C("window_start_date", T.DATE, "first day on which the success test counts", required=True),
        C("window_end_date", T.DATE, "first day on which it no longer counts", required=True),
        C("reason_1", T.VARCHAR, "code of the first reason"),
        C("reason_2", T.VARCHAR, "code of the second"),
        C("reason_3", T.VARCHAR, "code of the third"),
        C("offer_code", T.VARCHAR, "best eligible offer within the budgets; null: none"),
        C("offer_cost_fen", T.BIGINT, "what the offer costs the operator, fen", required=True, minimum=0),
        C("channel", T.VARCHAR, "way to the customer", values=terms.Channel),
        C("unit_code", T.VARCHAR, "care unit", required=True),
        C("owner_code", T.VARCHAR, "owner; null: the unit's shared pool"),
        C("node_code", T.VARCHAR, "the lowest node that answers for it", required=True),
        C("is_assessed", T.BOOLEAN, "of the assessed population (ARPU ≥ 80) when planned", required=True),
        C("is_holdout", T.BOOLEAN, "drawn into the hold-out: no contact", required=True),
        C(
            "withdrawn_rule",
            T.VARCHAR,
            "rule that forbids any contact, e.g. port_out_application; null: none",
        ),
        C("revenue_at_risk_fen", T.BIGINT, "three-month revenue of its lines, fen", required=True),
    ),
)

PLAN_LINE = Table(
    name="plan_line",
    grain="one line that one task lists",
    partition=("month",),
    key=("task_id", "subscriber_id"),
    columns=(
        C("task_id", T.VARCHAR, "the task", required=True),
        C("subscriber_id", T.BIGINT, "the line", required=True),
        C("kind", T.VARCHAR, "the line's own leading warning", required=True),
        C("happens_date", T.DATE, "its day", required=True),
    ),
)

DAY_PLAN = Table(
    name="day_plan",
    grain="one retention task that the feeds of one day raised, to be acted on from the next morning; sealed",
    partition=("month", "day"),
    key=PLAN.key,
    columns=PLAN.columns,
)

DAY_PLAN_LINE = Table(
    name="day_plan_line",
    grain="one line that one task of a day lists",
    partition=("month", "day"),
    key=PLAN_LINE.key,
    columns=PLAN_LINE.columns,
)

DAY_SILENCE = Table(
    name="day_silence",
    grain="one household that a rule silences as of one day: an application of any line or person of it",
    partition=("month", "day"),
    key=("household_key",),
    columns=(
        C("household_key", T.VARCHAR, "the household, else the line itself", required=True),
        C("withdrawn_rule", T.VARCHAR, "code of the silence", required=True),
    ),
)

ALLOCATION = Table(
    name="allocation",
    grain="one task that is not held out nor silenced, and what was chosen for it within the limits; sealed",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "the line that leads the task", required=True),
        C(
            "choice",
            T.INTEGER,
            "0: no contact; 1: care without an offer; k + 1: the playbook's k-th offer",
            required=True,
            minimum=0,
        ),
        C("offer_code", T.VARCHAR, "the offer; null: none"),
        C("value_fen", T.BIGINT, "effect × worth less cost, fen", required=True),
        C("cost_fen", T.BIGINT, "what the choice costs, fen", required=True, minimum=0),
        C("basis", T.VARCHAR, "what the effect rests on; null: no contact", values=Basis),
        C("risk_ppm", T.BIGINT, "chance of leaving, parts per million; null: not scored"),
        C(
            "worth_fen",
            T.BIGINT,
            "expected margin of 12 months of the task's lines, fen",
            required=True,
            minimum=0,
        ),
        C("is_drawn", T.BOOLEAN, "the choice was drawn by lot", required=True),
        C("propensity_ppm", T.INTEGER, "probability of the choice where it was drawn, ppm; null: it was not"),
        C(
            "open_bits",
            T.BIGINT,
            "the choices that were open, as a sum of 2^choice",
            required=True,
            minimum=0,
        ),
        C("cell", T.INTEGER, "tasks of one cell take part in the same limits", required=True, minimum=0),
    ),
)
"""Its manifest's note holds the `certificate`; with contradicting limits it has no rows, and the note says why."""
