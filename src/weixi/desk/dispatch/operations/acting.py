"""One act on one task: lock it, ask the rules, write it, add the event, enter it in the audit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from weixi.desk.audit.operations import record
from weixi.desk.dispatch.models import Task, TaskEvent
from weixi.desk.dispatch.rules import Refused, TaskAct, TaskState, after, may, sees
from weixi.desk.org.rules import Sight
from weixi.kernel.language import Text

_FIRST_AT = {
    TaskState.ISSUED: "issued_at",
    TaskState.CLAIMED: "claimed_at",
    TaskState.CONTACTED: "contacted_at",
    TaskState.HANDLED: "handled_at",
    TaskState.VERIFIED: "verified_at",
    TaskState.CALLED_BACK: "called_back_at",
    TaskState.ARCHIVED: "ended_at",
    TaskState.WITHDRAWN: "ended_at",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a call: what the event says beside it, and what changes in the task beside its state."""

    act: TaskAct
    says: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What one call did. `was_done`: the same call came before, and nothing was done again.

    `again`: when the customer comes back, as the history has it ("2026-03-02 14:30", a day alone, or "").
    """

    task_id: str
    state: TaskState
    acts: tuple[TaskAct, ...]
    was_done: bool
    again: str = ""


@transaction.atomic
def perform(
    *,
    task_id: str,
    sight: Sight | None,
    call_id: str,
    now: datetime,
    verb: TaskAct,
    steps_of: Callable[[Task], Sequence[Step]],
) -> Done:
    """Do what `steps_of` says of the locked task, all of it or nothing, once for each `call_id`.

    `verb` is what the call is for; its steps may fill in what comes before. `sight` None is the system. Raises
    Refused for a task that the person may not see, an act that is not theirs or that the state does not allow, and a
    call id that came with something else.
    """
    task = Task.objects.select_for_update().filter(task_id=task_id).first()
    if task is None:
        raise unknown()
    actor_id = sight.user_id if sight is not None else None
    before = list(TaskEvent.objects.filter(call_id=call_id).order_by("step")) if call_id else []
    if before:
        if any((e.task_id, e.actor_id) != (task.id, actor_id) for e in before) or not _is_same(verb, before):
            raise _reused()
        return Done(
            task_id, TaskState(before[-1].state_after), _acts(before), was_done=True, again=_again(before)
        )
    state = TaskState(task.state)
    if sight is not None and not sees(sight, owner_code=task.owner_code, path=task.path, state=state):
        raise unknown()
    if not may(sight, verb, owner_code=task.owner_code, path=task.path):
        raise _not_theirs(verb)
    events = list[TaskEvent]()
    changes = dict[str, Any]()
    was = state
    for step in steps_of(task):
        if not may(sight, step.act, owner_code=task.owner_code, path=task.path):
            raise _not_theirs(step.act)
        following = after(state, step.act)
        stamp = _FIRST_AT.get(following)
        if stamp is not None and following is not state and getattr(task, stamp) is None:
            changes.setdefault(stamp, now)
        changes |= step.changes
        events.append(
            TaskEvent(
                task=task,
                number=task.event_count + len(events) + 1,
                act=step.act.value,
                state_before=state.value,
                state_after=following.value,
                at=now,
                actor_id=actor_id,
                agent_code=sight.agent_code if sight is not None else "",
                call_id=call_id,
                step=len(events),
                **step.says,
            )
        )
        state = following
    if state is not was:
        changes |= {"state": state.value, "state_at": now}
    if sight is not None:
        changes["is_begun"] = True
    Task.objects.filter(id=task.id).update(**changes, event_count=task.event_count + len(events))
    TaskEvent.objects.bulk_create(events)
    record(
        actor_id=actor_id,
        act=f"dispatch.{verb.lower()}",
        subject=f"task:{task_id}",
        detail={"from": was.value, "to": state.value, "acts": [event.act for event in events]},
        now=now,
        reason=next((event.reason for event in events if event.reason), ""),
        path=task.path,
    )
    return Done(task_id, state, _acts(events), was_done=False, again=_again(events))


def _is_same(verb: TaskAct, before: Sequence[TaskEvent]) -> bool:
    """Whether the events of an earlier call are what `verb` does; a contact may have been an attempt."""
    acts = set(_acts(before))
    return verb in acts or (verb is TaskAct.CONTACT and TaskAct.ATTEMPT in acts)


def _acts(events: Sequence[TaskEvent]) -> tuple[TaskAct, ...]:
    return tuple(TaskAct(event.act) for event in events)


def _again(events: Sequence[TaskEvent]) -> str:
    waits = (TaskAct.ATTEMPT, TaskAct.CONTACT, TaskAct.POSTPONE)
    return next((event.target for event in reversed(events) if event.act in waits), "")


def unknown() -> Refused:
    """A task that is not there, or is not shown to who asks: nobody learns which."""
    return Refused(
        "task.unknown",
        Text("没有这个任务，或不在你的管辖范围", "there is no such task, or it is not in your territory"),
        Text("回到工作清单重新选择", "choose one from the work list"),
    )


def _not_theirs(act: TaskAct) -> Refused:
    return Refused(
        "task.role",
        Text(f"你的岗位不能“{act.text.zh}”这个任务", f"your post may not do this: {act.text.en}"),
        Text("请由有权限的岗位处理", "ask someone whose post allows it"),
    )


def _reused() -> Refused:
    return Refused(
        "task.call",
        Text("这个请求编号已用于另一操作", "this call id was used for something else"),
        Text("刷新页面后重试", "open the page again and repeat"),
    )
