"""This month's plan for a customer, and why."""

from dataclasses import dataclass
from datetime import date

from weixi.desk.base.book import latest_month, playbook, store
from weixi.desk.org.rules import Role, Sight
from weixi.desk.subscriber.queries.place import place_of
from weixi.flow.decision import PLAN, Explanation, Verdict, explain
from weixi.kernel.period import Month

_TOLD = (Role.PLANNER, Role.AUDITOR)
_READ = (Role.COUNTY_MANAGER, Role.MANAGER, *_TOLD)


@dataclass(frozen=True, slots=True)
class PlanView:
    """What the page says of the plan.

    `is_quiet`: the household is held out, which is told to nobody who works; the page then says that no contact is
    planned. `in_full`: the person reads figures of the plan too, and what could not be computed.
    """

    month: Month
    explanation: Explanation
    is_quiet: bool
    in_full: bool


def plan_of(subscriber_id: int, sight: Sight, today: date) -> PlanView | None:
    """The latest plan's story of the line; None where there is no plan yet.

    Raises DataError where another playbook made the plan, UsageError where its book has no such line.
    """
    month, place = latest_month(PLAN), place_of(subscriber_id)
    if month is None or place is None:
        return None
    told = explain(store(), playbook(), month, subscriber_id, today=today)
    return PlanView(
        month,
        told,
        is_quiet=told.verdict is Verdict.HOLDOUT and not sight.covers_as(place.path, _TOLD),
        in_full=sight.covers_as(place.path, _READ),
    )
