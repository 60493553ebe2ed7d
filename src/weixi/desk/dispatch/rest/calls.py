"""The plan, its tasks and what came of them, for programs."""

from datetime import datetime
from typing import Annotated

from django.http import Http404
from django.utils import timezone
from ninja import Router
from pydantic import Field

from weixi.desk.base.routing import held_by, over
from weixi.desk.dispatch.operations.work import record_contact
from weixi.desk.dispatch.queries import feed
from weixi.desk.dispatch.queries.card import path_of_task, task_card
from weixi.desk.dispatch.rest.shapes import CardOut, DoneOut, OutcomesOut, ReportIn, TasksOut
from weixi.desk.dispatch.rules import TaskState
from weixi.desk.org.rest import LIMIT, MOST, CallKey, CallRequest, operation
from weixi.desk.org.rules import Role, TokenScope
from weixi.kernel.language import Text
from weixi.kernel.terms import WarningLevel

SEERS = frozenset(Role) - {Role.ADMINISTRATOR}
"""Whose posts show tasks."""

WORKERS = (Role.AGENT, Role.TEAM_LEADER)

Month = Annotated[int, Field(ge=190001, le=299912, description="YYYYMM")]
After = Annotated[int, Field(ge=0, description="`after` of the page before")]
Limit = Annotated[int, Field(ge=1, le=MOST)]


router = Router(tags=["plan"])


@operation(
    router,
    "GET",
    "/plan",
    token=TokenScope.READ_PLAN,
    scope=held_by(*SEERS),
    text=Text("一个月的计划：派了什么，任务到了哪一步", "a month's plan and how far its tasks are"),
    answer=feed.PlanSummary,
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
    scope=over(path_of_task, *SEERS),
    part="task_id",
    text=Text("一个任务和它的全部经过", "one task and everything done to it"),
    answer=CardOut,
)
def read_task(request: CallRequest, task_id: str) -> object:
    """404 where the owner may not see it."""
    card = task_card(request.sight, task_id, timezone.localdate())
    if card is None:
        raise Http404
    return card


@operation(
    router,
    "POST",
    "/tasks/{task_id}/outcome",
    token=TokenScope.WRITE_OUTCOMES,
    scope=over(path_of_task, *WORKERS),
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
