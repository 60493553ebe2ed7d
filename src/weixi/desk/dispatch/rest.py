"""The plan, its tasks and what came of them, for programs."""

from datetime import date, datetime
from typing import Annotated

from django.http import Http404
from django.utils import timezone
from ninja import Header, Router, Schema
from pydantic import Field

from weixi.desk.base.routing import held_by, over
from weixi.desk.dispatch.operations.work import record_contact
from weixi.desk.dispatch.queries import feed
from weixi.desk.dispatch.queries.card import task_card
from weixi.desk.dispatch.rules import ContactResult, TaskAct, TaskState
from weixi.desk.org.rest import LIMIT, MOST, CallRequest, operation
from weixi.desk.org.rules import Role, TokenScope
from weixi.kernel.language import Text
from weixi.kernel.terms import Channel, WarningLevel

SEERS = frozenset(Role) - {Role.ADMINISTRATOR}
"""Whose posts show tasks."""

WORKERS = (Role.AGENT, Role.TEAM_LEADER)

Month = Annotated[int, Field(ge=190001, le=299912, description="YYYYMM")]
After = Annotated[int, Field(ge=0, description="`after` of the page before")]
Limit = Annotated[int, Field(ge=1, le=MOST)]
CallKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9_-]{8,40}$",
        description="The caller's own id of this report: sent again, nothing is done again",
    ),
]


class PlanRowOut(Schema):
    """One plan that was handed over: a month's, or that of one morning (`day`)."""

    month: int
    day: date | None
    revision: int
    fingerprint: str
    is_issued: bool
    applied_at: datetime


class PlanOut(Schema):
    """A month's plans, newest first, and its tasks in the owner's territory, by state and by level."""

    month: int
    plans: list[PlanRowOut]
    task_count: int
    by_state: dict[str, int]
    by_level: dict[str, int]


class TaskOut(Schema):
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


class TasksOut(Schema):
    """One page of tasks; `after` asks for the next one, null: this is the last."""

    tasks: list[TaskOut]
    after: int | None


class LineOut(Schema):
    """One line that the task lists, its number masked."""

    subscriber_id: int
    kind: str
    happens_date: date
    number_masked: str


class EventOut(Schema):
    """One act on the task."""

    number: int
    act: TaskAct
    state_before: TaskState
    state_after: TaskState
    at: datetime
    agent_code: str
    channel: str
    result: str
    offer_code: str
    reason: str
    target: str


class CardOut(Schema):
    """One task with its lines and everything that was done to it. Free notes are not given out."""

    task_id: str
    month: int
    subscriber_id: int
    kind: str
    task_type: str
    level: str
    state: TaskState
    state_at: datetime
    happens_date: date
    task_date: date
    next_date: date
    due_at: datetime
    window_start_date: date
    window_end_date: date
    reasons: list[str]
    offer_code: str
    channel: str
    unit_code: str
    owner_code: str
    revenue_at_risk_fen: int
    number_masked: str
    name_masked: str
    attempt_count: int
    is_mine: bool
    lines: list[LineOut]
    events: list[EventOut]


class ReportIn(Schema):
    """What came of one contact."""

    result: ContactResult
    channel: Channel = Channel.PHONE
    note: Annotated[str, Field(max_length=500)] = ""


class DoneOut(Schema):
    """Where the task stands after the report. `was_done`: the same report came before, nothing was done again."""

    task_id: str
    state: TaskState
    acts: list[TaskAct]
    was_done: bool


class OutcomeOut(Schema):
    """One act that says what came of a task: reported by people, or verified in the data (VERIFY)."""

    id: int
    task_id: str
    subscriber_id: int
    kind: str
    act: TaskAct
    result: str
    channel: str
    offer_code: str
    reason: str
    state_after: TaskState
    agent_code: str
    at: datetime


class OutcomesOut(Schema):
    """One page of outcomes; `after` asks for the next one, now or another day; it never goes back."""

    outcomes: list[OutcomeOut]
    after: int
    has_more: bool


router = Router(tags=["plan"])


@operation(
    router,
    "GET",
    "/plan",
    token=TokenScope.READ_PLAN,
    scope=held_by(*SEERS),
    text=Text("一个月的计划：派了什么，任务到了哪一步", "a month's plan and how far its tasks are"),
    answer=PlanOut,
)
def read_plan(request: CallRequest, month: Month | None = None) -> object:
    """The newest month where none is given. 404 where no plan was handed over."""
    chosen = month if month is not None else feed.newest_month()
    summary = feed.plan_summary(sight=request.sight, month=chosen) if chosen is not None else None
    if summary is None or not summary.plans:
        raise Http404
    return summary


@operation(
    router,
    "GET",
    "/tasks",
    token=TokenScope.READ_TASKS,
    scope=held_by(*SEERS),
    text=Text("辖区内的任务", "the tasks of the territory"),
    answer=TasksOut,
)
def list_tasks(
    request: CallRequest,
    month: Month | None = None,
    state: TaskState | None = None,
    level: WarningLevel | None = None,
    after: After = 0,
    limit: Limit = LIMIT,
) -> object:
    """In the order in which they came; an agent's own and the pool's, everybody else's of their subtrees."""
    rows, following = feed.tasks_after(
        sight=request.sight, month=month, state=state or "", level=level or "", after=after, limit=limit
    )
    return {"tasks": rows, "after": following}


@operation(
    router,
    "GET",
    "/tasks/{task_id}",
    token=TokenScope.READ_TASKS,
    scope=over(feed.path_of_task, *SEERS),
    part="task_id",
    text=Text("一个任务和它的全部经过", "one task and everything done to it"),
    answer=CardOut,
)
def read_task(request: CallRequest, task_id: str) -> object:
    """404 where the owner may not see it."""
    card = task_card(request.sight, task_id)
    if card is None:
        raise Http404
    return card


@operation(
    router,
    "POST",
    "/tasks/{task_id}/outcome",
    token=TokenScope.WRITE_OUTCOMES,
    scope=over(feed.path_of_task, *WORKERS),
    part="task_id",
    text=Text("上报一次接触的结果", "report what came of one contact"),
    answer=DoneOut,
)
def report_outcome(request: CallRequest, task_id: str, report: ReportIn, call_key: CallKey) -> object:
    """The states between are filled in. 409 where the task does not allow it, or the key came with something else."""
    return record_contact(
        task_id=task_id,
        sight=request.sight,
        result=report.result,
        channel=report.channel,
        call_id=f"t{request.auth.token_id}-{call_key}",
        now=timezone.now(),
        note=report.note,
    )


@operation(
    router,
    "GET",
    "/outcomes",
    token=TokenScope.READ_OUTCOMES,
    scope=held_by(*SEERS),
    text=Text("任务的结果：谁报了什么，数据核验了什么", "what people reported, what the data verified"),
    answer=OutcomesOut,
)
def list_outcomes(
    request: CallRequest,
    month: Month | None = None,
    since: datetime | None = None,
    after: After = 0,
    limit: Limit = LIMIT,
) -> object:
    """In the order in which they were entered: keep `after` and ask again for what is new."""
    if since is not None and since.tzinfo is None:
        since = timezone.make_aware(since)
    rows, following = feed.outcomes_after(
        sight=request.sight, month=month, since=since, after=after, limit=limit
    )
    return {
        "outcomes": rows,
        "after": rows[-1].id if rows else after,
        "has_more": following is not None,
    }
