"""Another revision of a month that the desk has already: what nobody has begun follows it, what was begun stays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from weixi.desk.dispatch.models import AppliedPlan, Task, TaskEvent, TaskLine
from weixi.desk.dispatch.operations.bulk import insert
from weixi.desk.dispatch.operations.roll_up import touch
from weixi.desk.dispatch.operations.rows import EVENT_FIELDS, LINE_FIELDS, Planned
from weixi.desk.dispatch.rules import (
    ENDS,
    PENDING,
    UNWORKED,
    TaskAct,
    TaskState,
    WithdrawReason,
    shown_states,
)

CHUNK = 500
"""Ids in one statement: SQLite of old binds no more than 999 values."""

_UNWORKED = shown_states(UNWORKED)
_PENDING = shown_states(PENDING)


@dataclass(frozen=True, slots=True)
class Merged:
    """What one batch of a revision meets: tasks the desk does not have, those it changed, those it left."""

    new: list[Planned]
    revised_count: int
    kept_count: int


@dataclass(frozen=True, slots=True)
class Gone:
    """Tasks that the revision no longer lists: withdrawn, or begun and kept."""

    withdrawn_count: int
    kept_count: int


def merge(plan: AppliedPlan, rows: Sequence[Planned], now: datetime) -> Merged:
    """Bring the tasks that are there already up to the revision; give back those that are not.

    A task that nobody has begun takes the new content. One that the revision holds out or silences is withdrawn, so
    that nobody works it; one that was held out stays held out: a customer is never moved from one group to the other.
    One that an earlier revision withdrew stays withdrawn.
    """
    new: list[Planned] = []
    revised = kept = 0
    for start in range(0, len(rows), CHUNK):
        chunk = {row.task_id: row for row in rows[start : start + CHUNK]}
        there = {
            task.task_id: task for task in Task.objects.select_for_update().filter(task_id__in=list(chunk))
        }
        Task.objects.filter(id__in=[task.id for task in there.values()]).update(plan=plan.id)
        known = _lines_of([task.id for task in there.values()])
        taken_back: list[int] = []
        for task_id, row in chunk.items():
            task = there.get(task_id)
            if task is None:
                new.append(row)
            elif task.is_begun or task.state not in _UNWORKED:
                kept += 1
            elif task.state != TaskState.HELD_OUT and row.state in (TaskState.HELD_OUT, TaskState.WITHDRAWN):
                taken_back.append(task.id)
                revised += 1
            else:
                revised += _revise(task, row, known.get(task.id, set()), now)
        _withdraw(taken_back, WithdrawReason.PLAN_CHANGED, now)
    return Merged(new, revised, kept)


def _revise(task: Task, row: Planned, known: set[int], now: datetime) -> bool:
    """Give the task the new content where it differs; its hold-out and its issue stay."""
    content = {k: v for k, v in row.values.items() if k not in ("is_holdout", "withdrawn_rule", "due_at")}
    changed = {name: value for name, value in content.items() if getattr(task, name) != value}
    lines = {line[0]: line for line in row.lines}
    if set(changed) <= {"facts"} and known == set(lines):
        # The same task told by newer data: what the card shows, nothing that anybody did.
        if changed:
            Task.objects.filter(id=task.id).update(**changed)
        return False
    if "unit_code" in changed:
        touch(unit_code=task.unit_code, issued_at=task.issued_at)
    event_count = task.event_count + 1
    Task.objects.filter(id=task.id).update(**changed, due_at=row.values["due_at"], event_count=event_count)
    TaskLine.objects.filter(task_id=task.id).exclude(subscriber_id__in=list(lines)).delete()
    insert(TaskLine, LINE_FIELDS, ((task.id, *line) for key, line in lines.items() if key not in known))
    _enter([(task.id, event_count, task.state)], TaskAct.REVISE, None, now)
    return True


def _lines_of(ids: list[int]) -> dict[int, set[int]]:
    """The lines of each task."""
    found: dict[int, set[int]] = {}
    for pk, line in TaskLine.objects.filter(task_id__in=ids).values_list("task_id", "subscriber_id"):
        found.setdefault(pk, set()).add(line)
    return found


def without_second(rows: Sequence[Planned]) -> list[Planned]:
    """Those that give no household a second task: one in a list that somebody brought has one already.

    Who is held out or silenced gets no work by his task, and keeps it.
    """
    asked = sorted({row.values["household_key"] for row in rows if row.state in PENDING})
    busy: set[str] = set()
    for start in range(0, len(asked), CHUNK):
        chunk = asked[start : start + CHUNK]
        there = Task.objects.filter(household_key__in=chunk, list__isnull=False, state__in=_PENDING)
        busy |= set(there.values_list("household_key", flat=True))
    return [row for row in rows if row.state not in PENDING or row.values["household_key"] not in busy]


def withdraw_gone(plan: AppliedPlan, now: datetime) -> Gone:
    """Withdraw the month's tasks that the revision no longer lists and nobody has begun."""
    # A task without a plan came from a list, which no revision of a plan takes back.
    gone: QuerySet[Task] = Task.objects.filter(
        month=plan.month, plan__isnull=False, plan__day=plan.day
    ).exclude(plan=plan.id)
    gone = gone.exclude(state__in=shown_states(ENDS))
    unworked = gone.filter(state__in=_UNWORKED, is_begun=False)
    ids = list(unworked.values_list("id", flat=True))
    kept = gone.count() - len(ids)
    for chunk in _chunks(ids):
        _withdraw(chunk, WithdrawReason.PLAN_CHANGED, now)
    return Gone(len(ids), kept)


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _withdraw(ids: list[int], reason: WithdrawReason, now: datetime) -> None:
    if not ids:
        return
    before = list(Task.objects.filter(id__in=ids).values_list("id", "event_count", "state"))
    Task.objects.filter(id__in=ids).update(
        state=TaskState.WITHDRAWN, state_at=now, ended_at=now, event_count=F("event_count") + 1
    )
    _enter([(pk, count + 1, state) for pk, count, state in before], TaskAct.WITHDRAW, reason, now)


def _enter(
    tasks: Sequence[tuple[int, int, str]], act: TaskAct, reason: WithdrawReason | None, now: datetime
) -> None:
    """One event for each (task, its number, its state before)."""
    why = reason.value if reason is not None else ""
    ends = TaskState.WITHDRAWN.value if act is TaskAct.WITHDRAW else None
    rest = (now, None, "", "", "", "", why, "", "", "", 0)
    insert(
        TaskEvent,
        EVENT_FIELDS,
        ((pk, number, act.value, state, ends or state, *rest) for pk, number, state in tasks),
    )
