"""The funnel's counts, kept beside the tasks: made anew for the units and days that something happened to."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Q, Sum
from django.db.models.functions import TruncDate

from weixi.desk.dispatch.models import FunnelCount, FunnelCursor, FunnelTouch, Task, TaskEvent
from weixi.desk.dispatch.queries.team import STEPS
from weixi.desk.dispatch.rules import midnight
from weixi.desk.org.models import Node
from weixi.kernel.period import SHANGHAI
from weixi.kernel.terms import OrgLevel

MANY = 200
"""From so many units on, a day is counted whole: one pass over its tasks instead of a look-up for each unit."""

_FROM_TO = (
    ("claimed", "issued"),
    ("contacted", "claimed"),
    ("handled", "contacted"),
    ("verified", "issued"),
)


@transaction.atomic
def roll_up(*, now: datetime) -> int:
    """Count anew every unit and issue date that the events since the last time concern; how many those are.

    Incremental, and the same result however often it is called: what is counted are the tasks as they stand.
    """
    FunnelCursor.objects.get_or_create(id=1)
    cursor = FunnelCursor.objects.select_for_update().get(id=1)
    if connection.vendor == "postgresql":
        # A smaller number may be seen after a larger one: writers are waited for, so that no event is skipped.
        with connection.cursor() as database:
            database.execute("LOCK TABLE dispatch_taskevent IN SHARE MODE")
    end = TaskEvent.objects.aggregate(last=Max("id"))["last"] or 0
    touched = set(FunnelTouch.objects.values_list("unit_code", "issue_date"))
    if end > cursor.position:
        concerned = (
            TaskEvent.objects.filter(id__gt=cursor.position, id__lte=end, task__issued_at__isnull=False)
            .annotate(day=TruncDate("task__issued_at", tzinfo=SHANGHAI))
            .values_list("task__unit_code", "day")
            .distinct()
        )
        touched |= set(concerned)
    by_day: dict[date, list[str]] = {}
    for unit_code, day in touched:
        by_day.setdefault(day, []).append(unit_code)
    for day, codes in by_day.items():
        _count(day, codes)
    FunnelTouch.objects.all().delete()
    FunnelCursor.objects.filter(id=1).update(position=end, counted_at=now)
    return len(touched)


def touch(*, unit_code: str, issued_at: datetime | None) -> None:
    """Note that a task of that unit and day goes to another unit: no event will name it there any more."""
    if issued_at is not None:
        FunnelTouch.objects.create(unit_code=unit_code, issue_date=issued_at.astimezone(SHANGHAI).date())


def _count(day: date, codes: list[str]) -> None:
    """Write the counts of the tasks issued on that day, for those units or, where they are many, for all."""
    begins = midnight(day)
    tasks = Task.objects.filter(issued_at__gte=begins, issued_at__lt=begins + timedelta(days=1))
    there = FunnelCount.objects.filter(issue_date=day)
    if len(codes) < MANY:
        tasks, there = tasks.filter(unit_code__in=codes), there.filter(unit_code__in=codes)
    times: dict[str, Any] = {
        f"to_{to}": Sum(ExpressionWrapper(F(f"{to}_at") - F(f"{since}_at"), output_field=DurationField()))
        for to, since in _FROM_TO
    }
    rows = tasks.values("unit_code").annotate(
        **{f"{step}_count": Count(f"{step}_at") for step in STEPS},
        withdrawn_count=Count("id", filter=Q(state="WITHDRAWN")),
        held_count=Count("id", filter=Q(is_open=True) & ~Q(escalated_to="")),
        **times,
    )
    made = list(rows)
    there.delete()
    paths = dict(Node.objects.exclude(level=OrgLevel.OWNER).values_list("code", "path"))
    for row in made:
        for to, _ in _FROM_TO:
            row[f"to_{to}"] = row[f"to_{to}"] or timedelta(0)
    FunnelCount.objects.bulk_create(
        (
            FunnelCount(issue_date=day, path=paths[row["unit_code"]], **row)
            for row in made
            if row["unit_code"] in paths
        ),
        batch_size=1000,
    )
