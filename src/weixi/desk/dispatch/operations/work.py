"""What who works a task does: take it, contact the customer, call back later, report it done."""

from datetime import date, datetime
from typing import Any

from weixi.desk.base.book import playbook
from weixi.desk.dispatch.models import Task, TaskEvent
from weixi.desk.dispatch.operations.acting import Done, Step, perform
from weixi.desk.dispatch.queries.standards import working_hours
from weixi.desk.dispatch.rules import (
    ContactResult,
    Refused,
    Rest,
    TaskAct,
    TaskState,
    WithdrawReason,
    claimed_path,
    contact_acts,
    rest_of,
)
from weixi.desk.org.rules import Role, Sight
from weixi.kernel.language import Text
from weixi.kernel.period import SHANGHAI
from weixi.kernel.terms import Channel
from weixi.playbook import Playbook


def claim(*, task_id: str, sight: Sight, call_id: str, now: datetime) -> Done:
    """Take the task; one of the pool becomes the agent's own. Raises Refused."""

    def steps(task: Task) -> list[Step]:
        return [Step(TaskAct.CLAIM, changes=_taken(task, sight))]

    return perform(task_id=task_id, sight=sight, call_id=call_id, now=now, verb=TaskAct.CLAIM, steps_of=steps)


def record_contact(
    *,
    task_id: str,
    sight: Sight,
    result: ContactResult,
    channel: Channel,
    call_id: str,
    now: datetime,
    note: str = "",
    reason: WithdrawReason | None = None,
) -> Done:
    """Report one contact; the states between are filled in: who reports on an issued task has taken it.

    A customer who agreed or refused has answered, so the task is handled as well. One who was not reached, or is
    undecided, is left alone for as long as the playbook says, unless a later time was agreed. `reason` is what the
    customer said of further contact. Raises Refused.
    """
    rules = playbook()

    def steps(task: Task) -> list[Step]:
        rest, waits = _rest(task, result, rules, now)
        found = []
        for act in contact_acts(TaskState(task.state), result):
            if act is TaskAct.CLAIM:
                found.append(Step(act, changes=_taken(task, sight)))
            elif act is TaskAct.HANDLE:
                found.append(Step(act))
            else:
                offer = task.offer_code if result is not ContactResult.NOT_REACHED else ""
                found.append(
                    Step(
                        act,
                        says={
                            "result": result.value,
                            "channel": channel.value,
                            "offer_code": offer,
                            "note": note,
                            "reason": reason.value if reason is not None else "",
                            "target": rest.text if rest is not None else "",
                        },
                        changes={
                            "attempt_count": task.attempt_count + 1,
                            "last_result": result.value,
                            **waits,
                        },
                    )
                )
        return found

    return perform(
        task_id=task_id, sight=sight, call_id=call_id, now=now, verb=TaskAct.CONTACT, steps_of=steps
    )


def handle(*, task_id: str, sight: Sight, call_id: str, now: datetime, note: str = "") -> Done:
    """Report the task done: the agent's own tick, which the data verify later. Raises Refused."""
    return perform(
        task_id=task_id,
        sight=sight,
        call_id=call_id,
        now=now,
        verb=TaskAct.HANDLE,
        steps_of=lambda _: [Step(TaskAct.HANDLE, says={"note": note})],
    )


def call_back_later(
    *,
    task_id: str,
    sight: Sight,
    on: date,
    call_id: str,
    now: datetime,
    today: date,
    note: str = "",
    at: datetime | None = None,
) -> Done:
    """Put the task off to a day within its window, or a moment of it (`at`); an issued one is taken first.

    Raises Refused for a day before `today` or after the window, or a moment that is over.
    """

    def steps(task: Task) -> list[Step]:
        if today >= task.window_end_date:
            raise Refused(
                "task.over",
                Text(
                    f"任务窗口期到 {task.window_end_date} 为止，已经过了，不能再约",
                    f"the task's window ended on {task.window_end_date}: it cannot be put off",
                ),
                Text("现在联系，或请上级撤回", "contact the customer now, or have it withdrawn"),
            )
        if not today <= on < task.window_end_date or (at is not None and at <= now):
            raise Refused(
                "task.day",
                Text(
                    f"只能约在 {today} 到任务截止日（{task.window_end_date} 之前）",
                    f"choose a day from {today}, before {task.window_end_date}",
                ),
                Text("换一个日期", "choose another day"),
            )
        taken = [Step(TaskAct.CLAIM, changes=_taken(task, sight))] if task.state == TaskState.ISSUED else []
        put_off = {"next_date": on, "call_at": at}
        said = at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if at is not None else on.isoformat()
        return [
            *taken,
            Step(TaskAct.POSTPONE, says={"target": said, "note": note}, changes=put_off),
        ]

    return perform(
        task_id=task_id, sight=sight, call_id=call_id, now=now, verb=TaskAct.POSTPONE, steps_of=steps
    )


def call_back(
    *,
    task_id: str,
    sight: Sight,
    result: ContactResult,
    channel: Channel,
    call_id: str,
    now: datetime,
    note: str,
) -> Done:
    """Ask the customer after the data verified the task (回访). Raises Refused before that."""
    says = {"result": result.value, "channel": channel.value, "note": note}
    return perform(
        task_id=task_id,
        sight=sight,
        call_id=call_id,
        now=now,
        verb=TaskAct.CALL_BACK,
        steps_of=lambda _: [Step(TaskAct.CALL_BACK, says=says)],
    )


_AGAIN = (TaskAct.ATTEMPT, TaskAct.CONTACT, TaskAct.POSTPONE)
"""The acts that say when the customer comes back."""


def _rest(
    task: Task, result: ContactResult, rules: Playbook, now: datetime
) -> tuple[Rest | None, dict[str, Any]]:
    """Until when the task waits after the result, and what changes in it; a later time that stands is left."""
    if result in (ContactResult.AGREED, ContactResult.REFUSED):
        return None, {"call_at": None}
    load = rules.service.load
    rest = rest_of(
        result,
        now,
        work=rules.service.work,
        spans=working_hours(rules),
        is_last=load is not None and task.attempt_count + 1 >= load.attempts,
        window_end_date=task.window_end_date,
    )
    if _is_agreed(task, now) or (rest is not None and rest.day < task.next_date):
        return None, {}
    return rest, {"call_at": None} if rest is None else {"next_date": rest.day, "call_at": rest.at}


def _is_agreed(task: Task, now: datetime) -> bool:
    """Whether the task waits for a time that was agreed, and not for the end of a rest."""
    if task.next_date <= now.astimezone(SHANGHAI).date() and (task.call_at is None or task.call_at <= now):
        return False
    said = TaskEvent.objects.filter(task=task, act__in=_AGAIN).exclude(target="").order_by("-number")
    return said.values_list("act", flat=True).first() == TaskAct.POSTPONE


def _taken(task: Task, sight: Sight) -> dict[str, Any]:
    """What changes in a task of the pool when an agent takes it; a leader takes nothing over."""
    if task.owner_code or not sight.agent_code or Role.AGENT not in sight.roles:
        return {}
    return {"owner_code": sight.agent_code, "path": claimed_path(sight, task.path)}
