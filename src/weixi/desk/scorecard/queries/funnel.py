"""The tasks of a node by how far they came."""

from dataclasses import dataclass

from weixi.desk.dispatch.queries.funnel import funnel
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
    """The funnel of the tasks that were issued in `month` below the node at `path`."""
    roles = (role for role in READERS if seen.covers_as(path, {role}))
    within = sight(seen.user_id, "", (Held(role, path) for role in roles))
    whole = funnel(within, month.first, month.end).whole
    return TaskFunnel(
        month,
        tuple((step, STEP_TEXTS[step], count) for step, count in whole.steps),
        whole.withdrawn_count,
        whole.held_count,
    )
