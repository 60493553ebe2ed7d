"""维系手段: every action of the library, what it costs and what it does, as the month knows it."""

from dataclasses import dataclass

from weixi.desk.base.book import playbook, store
from weixi.desk.evidence.queries.sealed import Sealed, choose
from weixi.desk.scorecard.queries.kept import Kept
from weixi.flow.assessment import LIFT
from weixi.flow.decision import PLAN
from weixi.flow.learning import Action, read_actions
from weixi.flow.outcome import FACT
from weixi.flow.score import uplift_table

_libraries: Kept[tuple[Action, ...]] = Kept(8)


@dataclass(frozen=True)
class Library:
    """The actions as the month of `sealed` knows them."""

    sealed: Sealed
    actions: tuple[Action, ...]


def library(asked: str = "") -> Library | None:
    """The library as of that month's effects, or the latest's; None where no effect was measured yet.

    The plans and facts of three months are counted once for each state of the data.
    """
    sealed = choose(LIFT, asked)
    if sealed is None:
        return None
    plan = playbook()
    parts = [each for table in (PLAN, FACT, LIFT, uplift_table(plan)) for each in store().partitions(table)]
    known = (each.fingerprint for each in parts if int(each.key["month"]) <= sealed.month.number)
    key = (str(store().home), str(sealed.month), plan.fingerprint, *known)
    return Library(sealed, _libraries.get(key, lambda: read_actions(store(), plan, sealed.month)))
