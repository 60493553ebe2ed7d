"""维系手段: every action of the library, what it costs and what it does, as the month knows it."""

from dataclasses import dataclass

from weixi.desk.base.book import playbook, store
from weixi.desk.evidence.queries.sealed import Sealed, choose
from weixi.desk.scorecard.queries.kept import Kept
from weixi.flow.assessment import LIFT
from weixi.flow.book import SUBSCRIBER_MONTH, origin_of
from weixi.flow.decision import ALLOCATION, PLAN
from weixi.flow.learning import Action, read_actions
from weixi.flow.outcome import FACT, OUTCOME
from weixi.flow.score import uplift_table
from weixi.kernel.money import HOME_CURRENCY

_libraries: Kept[tuple[Action, ...]] = Kept(8)


@dataclass(frozen=True)
class Library:
    """The actions as the month of `sealed` knows them; money in `currency`."""

    sealed: Sealed
    actions: tuple[Action, ...]
    currency: str


def library(asked: str = "") -> Library | None:
    """The library as of that month's effects, or the latest's; None where no effect was measured yet.

    The plans and facts of three months, and the lots of twelve, are counted once for each state of the data.
    """
    sealed = choose(LIFT, asked)
    if sealed is None:
        return None
    plan = playbook()
    parts = [
        each
        for table in (ALLOCATION, PLAN, FACT, LIFT, OUTCOME, uplift_table(plan))
        for each in store().partitions(table)
    ]
    known = (each.fingerprint for each in parts if int(each.key["month"]) <= sealed.month.number)
    key = (str(store().home), str(sealed.month), plan.fingerprint, *known)
    book = store().current(SUBSCRIBER_MONTH, month=sealed.month.number)
    return Library(
        sealed,
        _libraries.get(key, lambda: read_actions(store(), plan, sealed.month)),
        HOME_CURRENCY if book is None else origin_of(book).currency,
    )
