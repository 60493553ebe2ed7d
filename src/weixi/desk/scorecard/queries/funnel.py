"""The tasks of a node by how far they came."""

from dataclasses import dataclass

from weixi.desk.dispatch.queries.funnel import funnel
from weixi.desk.dispatch.queries.owner_steps import owner_steps
from weixi.desk.dispatch.queries.team import UNIT_DEPTH
from weixi.desk.org.rules import Held, Sight, sight
from weixi.desk.scorecard.rules.acts import READERS
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
    """Tasks issued in a calendar month at one node: step → how many came to it.

    `withdrawn` did not go on; `held` are open at a higher level, to which they were escalated.
    """

    month: Month
    steps: tuple[tuple[str, Text, int], ...]
    withdrawn: int
    held: int


def task_funnel(*, seen: Sight, path: str, month: Month) -> TaskFunnel:
    """The funnel of the tasks that were issued in `month` below the node at `path`, an owner's from his own tasks."""
    roles = tuple(role for role in READERS if seen.covers_as(path, {role}))
    *_, above, code = ("", "", *path.rstrip("/").split("/"))
    if roles and path.count("/") > UNIT_DEPTH:
        own = owner_steps(above, code, month.first, month.end)
        return _funnel(month, own.steps, own.withdrawn_count, own.held_count)
    within = sight(seen.user_id, "", (Held(role, path) for role in roles))
    whole = funnel(within, month.first, month.end).whole
    return _funnel(month, whole.steps, whole.withdrawn_count, whole.held_count)


def _funnel(month: Month, steps: tuple[tuple[str, int], ...], withdrawn: int, held: int) -> TaskFunnel:
    named = tuple((step, STEP_TEXTS[step], count) for step, count in steps)
    return TaskFunnel(month, named, withdrawn, held)
