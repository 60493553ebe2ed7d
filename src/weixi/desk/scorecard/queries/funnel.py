"""The tasks of a node by how far they came."""

from dataclasses import dataclass
from datetime import datetime

from weixi.desk.dispatch.queries.funnel import STEPS, funnel
from weixi.desk.org.rules import Held, Sight, sight
from weixi.desk.scorecard.rules import READERS
from weixi.kernel.language import Text
from weixi.kernel.period import Month

STEP_TEXTS = {
    "issued": Text("下发", "issued"),
    "claimed": Text("领取", "claimed"),
    "contacted": Text("接触", "contacted"),
    "handled": Text("办理", "handled"),
    "verified": Text("核验", "verified"),
    "called_back": Text("回访", "called back"),
}


@dataclass(frozen=True, slots=True)
class TaskFunnel:
    """Tasks issued in a calendar month at one node: step → how many came to it, and what did not go on."""

    month: Month
    steps: tuple[tuple[str, Text, int], ...]
    withdrawn: int
    overdue: int


def task_funnel(*, seen: Sight, path: str, month: Month, now: datetime) -> TaskFunnel:
    """The funnel of the tasks that were issued in `month` below the node at `path`."""
    roles = (role for role in READERS if seen.covers_as(path, {role}))
    within = sight(seen.user_id, "", (Held(role, path) for role in roles))
    units = funnel(within, month.first, month.end, now=now)
    return TaskFunnel(
        month,
        tuple(
            (step, STEP_TEXTS[step], sum(getattr(unit, f"{step}_count") for unit in units)) for step in STEPS
        ),
        sum(unit.withdrawn_count for unit in units),
        sum(unit.overdue_count for unit in units),
    )
