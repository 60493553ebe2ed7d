"""What tasks say of contacts with customers: by which way, when last, and what is open."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Min, Q

from weixi.desk.dispatch.models import AppliedPlan, Task, TaskEvent
from weixi.desk.dispatch.rules import OPEN, ContactResult, TaskAct, TaskState, shown_states
from weixi.kernel.period import SHANGHAI
from weixi.kernel.terms import Channel

CHUNK = 500
_CONTACTS = [act.value for act in (TaskAct.ATTEMPT, TaskAct.CONTACT, TaskAct.CALL_BACK)]
_REACHED = [result.value for result in ContactResult if result is not ContactResult.NOT_REACHED]


def contacts_of(subscriber_id: int) -> tuple[tuple[str, int, int], ...]:
    """Each channel of the tasks that list the line: contacts tried on it, and those in which he was reached."""
    events = TaskEvent.objects.filter(
        task__lines__subscriber_id=subscriber_id, act__in=_CONTACTS, channel__in=[c.value for c in Channel]
    )
    rows = events.values("channel").annotate(n=Count("id"), r=Count("id", filter=Q(result__in=_REACHED)))
    return tuple((row["channel"], row["n"], row["r"]) for row in rows)


def last_reached(subscribers: Collection[int]) -> dict[int, datetime]:
    """When each of those lines was last reached in a task that lists it; one that never was is left out."""
    found: dict[int, datetime] = {}
    for chunk in _chunks(sorted(subscribers)):
        rows = (
            TaskEvent.objects.filter(
                task__lines__subscriber_id__in=chunk, act__in=_CONTACTS, result__in=_REACHED
            )
            .values("task__lines__subscriber_id")
            .annotate(at=Max("at"))
        )
        found |= {row["task__lines__subscriber_id"]: row["at"] for row in rows}
    return found


def desk_since() -> date | None:
    """The business date on which the first plan was handed over; None: none was yet. One statement."""
    first = AppliedPlan.objects.aggregate(first=Min("applied_at"))["first"]
    return first.astimezone(SHANGHAI).date() if first is not None else None


@dataclass(frozen=True, slots=True)
class OpenTask:
    """The open task of a household: what it is for and what may be offered."""

    task_id: str
    kind: str
    level: str
    state: TaskState
    offer_code: str
    task_date: date
    due_at: datetime
    owner_code: str
    path: str
    escalated_to: str


def open_task_of(household_key: str) -> OpenTask | None:
    """The household's open task, the weightiest; None: it has none. One statement."""
    task = (
        Task.objects.filter(household_key=household_key, state__in=shown_states(OPEN))
        .order_by("-priority", "id")
        .first()
    )
    if task is None:
        return None
    return OpenTask(
        task.task_id,
        task.kind,
        task.level,
        TaskState(task.state),
        task.offer_code,
        task.task_date,
        task.due_at,
        task.owner_code,
        task.path,
        task.escalated_to,
    )


def _chunks(values: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
