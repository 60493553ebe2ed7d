"""Tasks and what was done to them, row by row for programs; each page one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from weixi.desk.dispatch.models import AppliedPlan, Task, TaskEvent
from weixi.desk.dispatch.queries.scope import visible
from weixi.desk.dispatch.rules import TaskAct
from weixi.desk.org.rules import Sight

REPORTED = (
    TaskAct.ATTEMPT,
    TaskAct.CONTACT,
    TaskAct.HANDLE,
    TaskAct.VERIFY,
    TaskAct.CALL_BACK,
    TaskAct.WITHDRAW,
    TaskAct.ARCHIVE,
)
"""The acts that say what came of a task."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task; numbers and names masked, money in fen."""

    task_id: str
    month: int
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
    due_at: datetime
    window_start_date: date
    window_end_date: date
    reason_1: str
    reason_2: str
    reason_3: str
    offer_code: str
    channel: str
    unit_code: str
    owner_code: str
    revenue_at_risk_fen: int
    attempt_count: int
    last_result: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One act that says what came of a task. `id` is its place in the list."""

    id: int
    task_id: str
    subscriber_id: int
    kind: str
    act: str
    result: str
    channel: str
    offer_code: str
    reason: str
    state_after: str
    agent_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan that was handed over: a month's, or that of one morning (`day`)."""

    month: int
    day: date | None
    revision: int
    fingerprint: str
    is_issued: bool
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A month's plans, newest first, and the month's tasks that the person may see, by state and by level."""

    month: int
    plans: tuple[PlanRow, ...]
    task_count: int
    by_state: Mapping[str, int]
    by_level: Mapping[str, int]


_TASK = tuple(TaskRow.__dataclass_fields__)
_OUTCOME = (
    "id",
    "task__task_id",
    "task__subscriber_id",
    "task__kind",
    "act",
    "result",
    "channel",
    "offer_code",
    "reason",
    "state_after",
    "agent_code",
    "at",
)


def newest_month() -> int | None:
    """The newest month that a plan was handed over for; None: none was."""
    return AppliedPlan.objects.order_by("-month").values_list("month", flat=True).first()


def plan_summary(*, sight: Sight, month: int) -> PlanSummary:
    """The month's plans and its tasks in figures. Two statements."""
    plans = AppliedPlan.objects.filter(month=month, completed_at__isnull=False).order_by("-applied_at", "-id")
    counted = Task.objects.filter(visible(sight), month=month).order_by().values_list("state", "level")
    by_state: dict[str, int] = {}
    by_level: dict[str, int] = {}
    for state, level, count in counted.annotate(count=Count("id")):
        by_state[state] = by_state.get(state, 0) + count
        by_level[level] = by_level.get(level, 0) + count
    return PlanSummary(
        month,
        tuple(PlanRow(p.month, p.day, p.revision, p.fingerprint, p.is_issued, p.applied_at) for p in plans),
        sum(by_state.values()),
        by_state,
        by_level,
    )


def tasks_after(
    *, sight: Sight, month: int | None, state: str, level: str, after: int, limit: int
) -> tuple[tuple[TaskRow, ...], int | None]:
    """The tasks that the person may see, from behind `after`; with what the next page is asked with, None: the last."""
    found = Task.objects.filter(visible(sight), id__gt=after)
    if month is not None:
        found = found.filter(month=month)
    if state:
        found = found.filter(state=state)
    if level:
        found = found.filter(level=level)
    rows = list(found.order_by("id").values_list("id", *_TASK)[: limit + 1])
    return tuple(TaskRow(*row[1:]) for row in rows[:limit]), rows[limit - 1][0] if len(rows) > limit else None


def outcomes_after(
    *, sight: Sight, month: int | None, since: datetime | None, after: int, limit: int
) -> tuple[tuple[OutcomeRow, ...], int | None]:
    """What came of the tasks that the person may see, in the order it was entered."""
    tasks = Task.objects.filter(visible(sight))
    if month is not None:
        tasks = tasks.filter(month=month)
    found = TaskEvent.objects.filter(
        id__gt=after, act__in=[act.value for act in REPORTED], task_id__in=tasks.order_by().values("id")
    )
    if since is not None:
        found = found.filter(at__gte=since)
    rows = [OutcomeRow(*row) for row in found.order_by("id").values_list(*_OUTCOME)[: limit + 1]]
    return tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None
