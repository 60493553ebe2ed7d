"""The tables that come back: what the desk did, and what the data shows."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.kernel import terms

FACT = Table(
    name="fact",
    grain="one thing that happened to one task at the desk; only ever added",
    partition=("month",),
    key=("fact_id",),
    columns=(
        C("fact_id", T.VARCHAR, "the desk's id of the fact", required=True),
        C("task_id", T.VARCHAR, "the task", required=True),
        C("fact_type", T.VARCHAR, "what happened", required=True, values=terms.FactType),
        C("happened_at", T.TIMESTAMP, "moment in UTC", required=True),
        C("agent_code", T.VARCHAR, "who"),
        C("channel", T.VARCHAR, "by which way", values=terms.Channel),
        C("offer_code", T.VARCHAR, "offer that was named"),
    ),
)

OUTCOME = Table(
    name="outcome",
    grain="one planned task at the end of its month, verified in the data",
    partition=("month",),
    key=("task_id",),
    columns=(
        C("task_id", T.VARCHAR, "the task", required=True),
        C("subscriber_id", T.BIGINT, "its leading line", required=True),
        C("kind", T.VARCHAR, "its warning", required=True),
        C("node_code", T.VARCHAR, "the node that answers for it", required=True),
        C("is_assessed", T.BOOLEAN, "of the assessed population when planned", required=True),
        C("is_holdout", T.BOOLEAN, "hold-out", required=True),
        C("is_withdrawn", T.BOOLEAN, "withdrawn by rule, when planned or later", required=True),
        C("is_handled", T.BOOLEAN, "closed by the agent's own tick in time", required=True),
        C("is_reached", T.BOOLEAN, "the customer was reached", required=True),
        C("is_verified", T.BOOLEAN, "its success test is met inside the window, in the data", required=True),
        C("is_contacted", T.BOOLEAN, "any contact was attempted", required=True),
        C("is_retained", T.BOOLEAN, "its leading line is in service at month end", required=True),
        C("missing_column", T.VARCHAR, "input the success test lacks; null: computable"),
    ),
)

DAY_CLOSING = Table(
    name="day_closing",
    grain="one task that the data of one day closed or a rule withdrew; a task is closed once, then withdrawn at most",
    partition=("month", "day"),
    key=("task_id", "state"),
    columns=(
        C("task_id", T.VARCHAR, "the task", required=True),
        C("subscriber_id", T.BIGINT, "its leading line", required=True),
        C("household_key", T.VARCHAR, "its household", required=True),
        C("kind", T.VARCHAR, "its warning", required=True),
        C("level", T.VARCHAR, "its urgency", required=True, values=terms.WarningLevel),
        C("unit_code", T.VARCHAR, "care unit", required=True),
        C("owner_code", T.VARCHAR, "owner; null: the unit's shared pool"),
        C("node_code", T.VARCHAR, "the node that answers for it", required=True),
        C("is_assessed", T.BOOLEAN, "of the assessed population when planned", required=True),
        C("is_holdout", T.BOOLEAN, "hold-out", required=True),
        C("state", T.VARCHAR, "what became of it", required=True, values=terms.DayState),
        C("evidence", T.VARCHAR, "what that rests on", required=True, values=terms.Evidence),
        C("withdrawn_rule", T.VARCHAR, "the silence that withdrew it; null: closed"),
    ),
)

OPEN_TASK = Table(
    name="open_task",
    grain="one task whose household gets no second one as of a day: open, held out, or silenced",
    partition=("month", "day"),
    key=("task_id",),
    columns=(
        C("task_id", T.VARCHAR, "the task", required=True),
        C("subscriber_id", T.BIGINT, "its leading line", required=True),
        C("household_key", T.VARCHAR, "its household", required=True),
        C("kind", T.VARCHAR, "its warning", required=True),
        C("level", T.VARCHAR, "its urgency", required=True, values=terms.WarningLevel),
        C("task_date", T.DATE, "best day to act", required=True),
        C("unit_code", T.VARCHAR, "care unit", required=True),
        C("owner_code", T.VARCHAR, "owner; null: the unit's shared pool"),
        C("is_holdout", T.BOOLEAN, "held out: no contact", required=True),
        C("is_silenced", T.BOOLEAN, "withdrawn by rule: no contact", required=True),
    ),
)
