"""The tasks of one customer, as his page shows them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from weixi.desk.dispatch.models import Task, TaskLine
from weixi.desk.dispatch.queries.scope import visible, within
from weixi.desk.dispatch.queries.team import node_names
from weixi.desk.dispatch.rules import OPEN, READERS, TaskState
from weixi.desk.org.rules import Role, Sight

MOST = 20


@dataclass(frozen=True, slots=True)
class CustomerTask:
    """One task that lists the customer. `owner` is a name, empty: the unit's pool; `call_at` an agreed moment.

    `opens_page`: the person may open the task's page, else his workbench shows it.
    """

    task_id: str
    month: int
    kind: str
    level: str
    state: TaskState
    owner: str
    next_date: date
    call_at: datetime | None
    due_at: datetime
    is_open: bool
    is_late: bool
    opens_page: bool


def tasks_of_customer(sight: Sight, subscriber_id: int, now: datetime) -> tuple[CustomerTask, ...]:
    """The newest MOST tasks that list the customer and that the person may see. At most three statements."""
    listed = TaskLine.objects.filter(subscriber_id=subscriber_id).order_by("-task_id")
    ids = list(listed.values_list("task_id", flat=True)[: 4 * MOST])
    # Who works is told of no hold-out, not even of one that is over.
    told = Q(is_holdout=False) | within(sight.paths_as((Role.PLANNER, Role.AUDITOR)))
    tasks = list(Task.objects.filter(visible(sight), told, id__in=ids).defer("facts").order_by("-id")[:MOST])
    names = node_names(task.owner_code for task in tasks)
    return tuple(
        CustomerTask(
            task_id=task.task_id,
            month=task.month,
            kind=task.kind,
            level=task.level,
            state=TaskState(task.state),
            owner=names.get(task.owner_code, task.owner_code),
            next_date=task.next_date,
            call_at=task.call_at,
            due_at=task.due_at,
            is_open=task.state in OPEN,
            is_late=task.state in OPEN and task.due_at < now,
            opens_page=sight.covers_as(task.path, (*READERS, Role.AGENT)),
        )
        for task in tasks
    )
