"""Work lists: an agent's own tasks of the day, the pool, what is overdue; each page one statement, by its index."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from weixi.desk.dispatch.models import Task, TaskEvent
from weixi.desk.dispatch.queries.scope import own, pooled, ranked, within, worked
from weixi.desk.dispatch.rules import READERS, TaskAct, TaskState, day_capacity, midnight
from weixi.desk.org.rules import Role, Sight

_OPEN = Q(is_open=True)
_WORK = [act.value for act in (TaskAct.ATTEMPT, TaskAct.CONTACT, TaskAct.HANDLE)]


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One task on a work list; numbers and names masked, money in fen. `id` is its place among equal ones."""

    id: int
    task_id: str
    subscriber_id: int
    kind: str
    task_type: str
    level: str
    state: str
    number_masked: str
    name_masked: str
    line_count: int
    happens_date: date
    task_date: date
    next_date: date
    call_at: datetime | None
    due_at: datetime
    issued_at: datetime | None
    reason_1: str
    offer_code: str
    channel: str
    unit_code: str
    owner_code: str
    revenue_at_risk_fen: int
    priority: int
    attempt_count: int
    last_result: str
    escalated_to: str


COLUMNS = tuple(QueueRow.__dataclass_fields__)
"""The fields of a task that a row of a list shows."""
APPOINTED = 20
"""Tasks put off to an hour of today that a page shows."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of a person's day. `after` is what the next page is asked with, None: this is the last.

    `done_count` tasks were worked today; `capacity_left` more are a day's load, None: the playbook sets none.
    `appointed` are the tasks put off to an hour of today, the earliest first; until that hour they are not in `rows`.
    """

    rows: tuple[QueueRow, ...]
    after: tuple[int, int] | None
    done_count: int
    capacity_left: int | None
    appointed: tuple[QueueRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `after` is what the next page is asked with, None: this is the last."""

    rows: tuple[QueueRow, ...]
    after: tuple[int, int] | None


def my_queue(
    sight: Sight,
    today: date,
    *,
    now: datetime,
    after: tuple[int, int] | None = None,
    limit: int = 50,
    tasks_per_day: int | None = None,
) -> Queue:
    """The open tasks of the person's own that want work now, the weightiest first. Three statements."""
    mine = worked(sight)
    free = Q(call_at__isnull=True) | Q(call_at__lte=now)
    page = _page(Task.objects.filter(_OPEN & mine & free), today, after, limit)
    begins = midnight(today)
    put_off = Task.objects.filter(_OPEN & mine, call_at__gt=now, call_at__lt=begins + timedelta(days=1))
    appointed = put_off.order_by("call_at", "id").values_list(*COLUMNS)[:APPOINTED]
    done = (
        TaskEvent.objects.filter(
            agent_code=sight.agent_code, at__gte=begins, at__lt=begins + timedelta(days=1), act__in=_WORK
        )
        .values("task_id")
        .distinct()
        .count()
        if sight.agent_code
        else 0
    )
    return Queue(
        page.rows,
        page.after,
        done,
        day_capacity(tasks_per_day, done),
        tuple(QueueRow(*row) for row in appointed),
    )


def verified_page(
    sight: Sight, *, after: tuple[datetime, int] | None = None, limit: int = 50
) -> tuple[QueueRow, ...]:
    """The person's tasks that the data verified and that are to be called back (回访), the longest verified first.

    One statement. The next page is asked with `verified_at` and `id` of the last row.
    """
    found = Task.objects.filter(worked(sight), state=TaskState.VERIFIED)
    if after is not None:
        found = found.filter(Q(verified_at__gt=after[0]) | Q(verified_at=after[0], id__gt=after[1]))
    return tuple(QueueRow(*row) for row in found.order_by("verified_at", "id").values_list(*COLUMNS)[:limit])


def pool_page(sight: Sight, today: date, *, after: tuple[int, int] | None = None, limit: int = 50) -> Page:
    """The open tasks that nobody has yet and that the agent may claim. One statement."""
    return _page(pooled(sight), today, after, limit)


def team_page(sight: Sight, today: date, *, after: tuple[int, int] | None = None, limit: int = 50) -> Page:
    """The open tasks of the subtrees that a leader, a manager or an auditor answers for. One statement."""
    return _page(ranked(Task.objects.filter(_OPEN), sight.paths_as(READERS)), today, after, limit)


def overdue(
    sight: Sight, now: datetime, *, after: tuple[datetime, int] | None = None, limit: int = 50
) -> tuple[QueueRow, ...]:
    """The open tasks past their time that the person may see, the longest overdue first. One statement.

    The next page is asked with `due_at` and `id` of the last row.
    """
    late = Task.objects.filter(_OPEN, due_at__lt=now)
    posts = sight.paths_as(READERS)
    found = late.filter(own(sight) | within(posts)) if Role.AGENT in sight.roles else ranked(late, posts)
    if after is not None:
        found = found.filter(Q(due_at__gt=after[0]) | Q(due_at=after[0], id__gt=after[1]))
    return tuple(QueueRow(*row) for row in found.order_by("due_at", "id").values_list(*COLUMNS)[:limit])


def _page(tasks: QuerySet[Task], today: date, after: tuple[int, int] | None, limit: int) -> Page:
    found = tasks.filter(next_date__lte=today)
    if after is not None:
        weight, last = after
        found = found.filter(Q(priority__lt=weight) | Q(priority=weight, id__gt=last), priority__lte=weight)
    listed = found.order_by("-priority", "id").values_list(*COLUMNS)[: limit + 1]
    rows = tuple(QueueRow(*row) for row in listed)
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, (rows[-1].priority, rows[-1].id) if more else None)
