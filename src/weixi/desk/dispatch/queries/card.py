"""One task with its lines and everything that was done to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from weixi.desk.dispatch.models import Task, TaskEvent, TaskLine
from weixi.desk.dispatch.queries.handover import LABELS
from weixi.desk.dispatch.queries.no_contact import is_refusing
from weixi.desk.dispatch.queries.scope import visible
from weixi.desk.dispatch.rules import OPEN, TaskAct, TaskState
from weixi.desk.org.rules import Sight, is_own
from weixi.flow.decision import PLAN


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of the task, its number masked."""

    subscriber_id: int
    kind: str
    happens_date: date
    number_masked: str


@dataclass(frozen=True, slots=True)
class CardEvent:
    """One act: when, who, from which state to which."""

    number: int
    act: TaskAct
    state_before: TaskState
    state_after: TaskState
    at: datetime
    actor_id: int | None
    agent_code: str
    channel: str
    result: str
    offer_code: str
    reason: str
    target: str
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """One task as the person may see it. `is_mine`: an open task of his own or of his pool.

    That is reason enough to see the number; all else stays masked. `planned` is what the plan said, by its columns,
    and with `facts` what the words of the card are made of.
    """

    task_id: str
    month: int
    subscriber_id: int
    household_key: str
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
    reasons: tuple[str, ...]
    offer_code: str
    offer_cost_fen: int
    channel: str
    unit_code: str
    owner_code: str
    path: str
    revenue_at_risk_fen: int
    number_masked: str
    name_masked: str
    labels: tuple[str, str, str, str, str]
    escalated_to: str
    attempt_count: int
    call_at: datetime | None
    priority: int
    id: int
    is_mine: bool
    is_refusing_calls: bool
    planned: Mapping[str, Any]
    facts: Mapping[str, Any]
    lines: tuple[CardLine, ...]
    events: tuple[CardEvent, ...]


def task_card(sight: Sight, task_id: str, today: date) -> Card | None:
    """The task; None where there is none that the person may see. Four statements."""
    task = Task.objects.filter(visible(sight), task_id=task_id).first()
    if task is None:
        return None
    lines = TaskLine.objects.filter(task=task).order_by("subscriber_id")
    events = TaskEvent.objects.filter(task=task).order_by("number")
    return Card(
        task_id=task.task_id,
        month=task.month,
        subscriber_id=task.subscriber_id,
        household_key=task.household_key,
        kind=task.kind,
        task_type=task.task_type,
        level=task.level,
        state=TaskState(task.state),
        state_at=task.state_at,
        happens_date=task.happens_date,
        task_date=task.task_date,
        next_date=task.next_date,
        due_at=task.due_at,
        window_start_date=task.window_start_date,
        window_end_date=task.window_end_date,
        reasons=tuple(code for code in (task.reason_1, task.reason_2, task.reason_3) if code),
        offer_code=task.offer_code,
        offer_cost_fen=task.offer_cost_fen,
        channel=task.channel,
        unit_code=task.unit_code,
        owner_code=task.owner_code,
        path=task.path,
        revenue_at_risk_fen=task.revenue_at_risk_fen,
        number_masked=task.number_masked,
        name_masked=task.name_masked,
        labels=(task.grade, task.band, task.stage, task.cluster, task.category),
        escalated_to=task.escalated_to,
        attempt_count=task.attempt_count,
        call_at=task.call_at,
        priority=task.priority,
        id=task.id,
        is_mine=TaskState(task.state) in OPEN and is_own(sight, owner_code=task.owner_code, path=task.path),
        is_refusing_calls=is_refusing(task.household_key, today),
        planned={name: getattr(task, name) for name in (*PLAN.types, *LABELS)},
        facts=task.facts,
        lines=tuple(
            CardLine(line.subscriber_id, line.kind, line.happens_date, line.number_masked) for line in lines
        ),
        events=tuple(_event(event) for event in events),
    )


def _event(event: TaskEvent) -> CardEvent:
    return CardEvent(
        number=event.number,
        act=TaskAct(event.act),
        state_before=TaskState(event.state_before),
        state_after=TaskState(event.state_after),
        at=event.at,
        actor_id=event.actor_id,
        agent_code=event.agent_code,
        channel=event.channel,
        result=event.result,
        offer_code=event.offer_code,
        reason=event.reason,
        target=event.target,
        note=event.note,
    )


def path_of_task(task_id: str) -> str | None:
    """Where the task lies; None where there is none."""
    return Task.objects.filter(task_id=task_id).values_list("path", flat=True).first()
