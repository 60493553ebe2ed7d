"""The process in figures: how far the tasks issued in a period came, and how long each step took."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q

from weixi.desk.dispatch.models import Task
from weixi.desk.dispatch.queries.scope import own, within
from weixi.desk.dispatch.rules import READERS, midnight
from weixi.desk.org.rules import Sight

STEPS = ("issued", "claimed", "contacted", "handled", "verified", "called_back")
"""The states a task passes, from 下发 to 回访, by the moment that says so."""

_FROM_TO = (
    ("claimed", "issued"),
    ("contacted", "claimed"),
    ("handled", "contacted"),
    ("verified", "issued"),
)


@dataclass(frozen=True, slots=True)
class UnitFunnel:
    """One care unit: of the tasks issued in the period, how many came to each state, and the mean time it took.

    `to_*` is the mean time of the tasks that got there: to claim and to verify from the issue, to contact from the
    claim, to handle from the contact; None: none got there.
    """

    unit_code: str
    issued_count: int
    claimed_count: int
    contacted_count: int
    handled_count: int
    verified_count: int
    called_back_count: int
    withdrawn_count: int
    overdue_count: int
    to_claimed: timedelta | None
    to_contacted: timedelta | None
    to_handled: timedelta | None
    to_verified: timedelta | None


def funnel(sight: Sight, start: date, end: date, *, now: datetime) -> tuple[UnitFunnel, ...]:
    """The units' funnels for tasks issued on the business dates from `start` up to, not including, `end`.

    One statement. An agent has his own tasks in it, everyone else those of the subtrees he answers for.
    """
    counted = Task.objects.filter(
        own(sight) | within(sight.paths_as(READERS)),
        issued_at__gte=midnight(start),
        issued_at__lt=midnight(end),
    )
    counts = {f"{step}_count": Count(f"{step}_at") for step in STEPS}
    times = {
        f"to_{to}": Avg(ExpressionWrapper(F(f"{to}_at") - F(f"{since}_at"), output_field=DurationField()))
        for to, since in _FROM_TO
    }
    rows = (
        counted.values("unit_code")
        .annotate(
            **counts,
            withdrawn_count=Count("id", filter=Q(state="WITHDRAWN")),
            overdue_count=Count("id", filter=Q(is_open=True, due_at__lt=now)),
            **times,
        )
        .order_by("unit_code")
    )
    return tuple(UnitFunnel(**row) for row in rows)
