"""What each owner has on hand: open, due and overdue tasks, and what was handled on the business day before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from weixi.desk.dispatch.models import Task, TaskEvent
from weixi.desk.dispatch.queries.scope import within
from weixi.desk.dispatch.rules import TaskAct, midnight
from weixi.kernel.period import SHANGHAI


@dataclass(frozen=True, slots=True)
class OwnerDay:
    """One owner of one unit, or the unit's pool (no owner): `due_count` are due later today, overdue ones apart.

    `handled_count` tasks were reported handled on the business day before, by the agents' own word.
    """

    unit_code: str
    owner_code: str
    open_count: int
    due_count: int
    overdue_count: int
    handled_count: int


def owner_days(paths: Iterable[str], *, now: datetime) -> tuple[OwnerDay, ...]:
    """Every owner or pool in the subtrees with open tasks, or with work of yesterday. Two statements."""
    own = within(paths)
    today = midnight(now.astimezone(SHANGHAI).date())
    due = Q(due_at__gte=now, due_at__lt=today + timedelta(days=1))
    counts = {
        (row["unit_code"], row["owner_code"]): row
        for row in Task.objects.filter(own, is_open=True)
        .values("unit_code", "owner_code")
        .annotate(
            open_count=Count("id"),
            due_count=Count("id", filter=due),
            overdue_count=Count("id", filter=Q(due_at__lt=now)),
        )
        .order_by("unit_code", "owner_code")
    }
    yesterday = TaskEvent.objects.filter(
        act=TaskAct.HANDLE.value, at__gte=today - timedelta(days=1), at__lt=today
    )
    handled = {
        (row["unit_code"], row["owner_code"]): row["handled_count"]
        for row in Task.objects.filter(own, id__in=yesterday.values("task_id"))
        .values("unit_code", "owner_code")
        .annotate(handled_count=Count("id"))
        .order_by("unit_code", "owner_code")
    }
    nothing = {"open_count": 0, "due_count": 0, "overdue_count": 0}
    return tuple(
        OwnerDay(
            unit_code=key[0],
            owner_code=key[1],
            open_count=row["open_count"],
            due_count=row["due_count"],
            overdue_count=row["overdue_count"],
            handled_count=handled.get(key, 0),
        )
        for key in sorted(counts.keys() | handled.keys())
        for row in (counts.get(key, nothing),)
    )
