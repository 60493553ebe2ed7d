"""The way to the customer: the number in full, the call, and the customer who wants no more of them."""

from collections.abc import Sequence
from datetime import datetime, time

from django.db import transaction

from weixi.desk.audit.operations import record
from weixi.desk.base.book import store
from weixi.desk.dispatch.models import DoNotCall, Task
from weixi.desk.dispatch.operations.acting import Done, unknown
from weixi.desk.dispatch.operations.work import record_contact
from weixi.desk.dispatch.queries.no_contact import LASTING_MONTHS, is_refusing
from weixi.desk.dispatch.rules import (
    OPEN,
    ContactResult,
    Refused,
    TaskAct,
    TaskState,
    WithdrawReason,
    in_hours,
    may,
    sees,
)
from weixi.desk.org.rules import Role, Sight
from weixi.flow.book import IDENTITY
from weixi.kernel.language import Text
from weixi.kernel.period import SHANGHAI, Month
from weixi.kernel.terms import Channel


@transaction.atomic
def reveal(*, task_id: str, sight: Sight, now: datetime) -> str:
    """The number of the task's customer in full, after the entry in the audit; an own open task is reason enough.

    Raises Refused for any other task, and where the number is not known.
    """
    task = _worked(task_id, sight)
    return _number(task, sight, act="dispatch.reveal", now=now)


@transaction.atomic
def place_call(*, task_id: str, sight: Sight, spans: Sequence[tuple[time, time]], now: datetime) -> str:
    """The number to dial, after the entry in the audit that says who dialled.

    `spans` are the playbook's hours for calls. Raises Refused outside them, for a household that asked not to be
    called, and for a task that is not one's own and open.
    """
    task = _worked(task_id, sight)
    if is_refusing(task.household_key, now.astimezone(SHANGHAI).date()):
        raise Refused(
            "task.do_not_call",
            Text(
                "客户已要求不再来电，或已申请携转，不能拨打",
                "the customer asked for no more calls, or has applied to port out",
            ),
            Text("请班组长或县分撤回这个任务", "ask the team leader or the county to withdraw the task"),
        )
    if not in_hours(now, spans):
        hours = "、".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in spans)
        raise Refused(
            "task.hours",
            Text(f"现在不在可拨打时段（{hours}）", f"customers are not called at this hour ({hours})"),
            Text("约定时间再联系", "put the task off to an hour of that time"),
        )
    return _number(task, sight, act="dispatch.call", now=now)


@transaction.atomic
def stop_calls(
    *, task_id: str, sight: Sight, reason: WithdrawReason, call_id: str, now: datetime, note: str = ""
) -> Done:
    """Report what the customer said of further contact: the refusal ends the work on the task.

    Nobody is put through to the household any more, whatever the task: for good where he asked for no more calls, for
    some months where he has applied to port out. Raises Refused for another reason.
    """
    if reason not in (WithdrawReason.DO_NOT_CONTACT, WithdrawReason.APPLIED_TO_LEAVE):
        raise Refused(
            "task.reason",
            Text("请选择客户给出的原因", "choose what the customer said"),
            Text("要求不再联系，或已申请携转", "no more contact, or has applied to port out"),
        )
    done = record_contact(
        task_id=task_id,
        sight=sight,
        result=ContactResult.REFUSED,
        channel=Channel.PHONE,
        call_id=call_id,
        now=now,
        note=note,
        reason=reason,
    )
    if not done.was_done:
        _silence(Task.objects.defer("facts").get(task_id=task_id), sight, reason, now)
    return done


def _silence(task: Task, sight: Sight, reason: WithdrawReason, now: datetime) -> None:
    """Enter that the household is not called: for good, or while an application to port out lasts."""
    month = Month.containing(now.astimezone(SHANGHAI).date())
    is_for_good = reason is WithdrawReason.DO_NOT_CONTACT
    row, is_new = DoNotCall.objects.select_for_update().get_or_create(
        household_key=task.household_key,
        defaults={
            "path": task.path,
            "task_id": task.task_id,
            "reason": reason.value,
            "until_date": None if is_for_good else month.plus(LASTING_MONTHS + 1).first,
            "asked_at": now,
            "actor_id": sight.user_id,
        },
    )
    if not is_new:
        if row.until_date is None:
            return
        row.reason, row.asked_at, row.task_id = reason.value, now, task.task_id
        row.until_date = None if is_for_good else month.plus(LASTING_MONTHS + 1).first
        row.save(update_fields=["reason", "asked_at", "task_id", "until_date"])
    record(
        actor_id=sight.user_id,
        act="dispatch.do_not_call",
        subject=f"household:{task.household_key}",
        detail={"task": task.task_id, "reason": reason.value},
        now=now,
        path=task.path,
    )


def _worked(task_id: str, sight: Sight) -> Task:
    """The task, if it is open and the person's to work: one of the pool is nobody's until it is claimed."""
    task = Task.objects.defer("facts").filter(task_id=task_id).first()
    if task is None:
        raise unknown()
    state = TaskState(task.state)
    if not sees(sight, owner_code=task.owner_code, path=task.path, state=state):
        raise unknown()
    unclaimed = not task.owner_code and Role.TEAM_LEADER not in sight.roles
    if not may(sight, TaskAct.CONTACT, owner_code=task.owner_code, path=task.path):
        raise Refused(
            "task.role",
            Text("只有办理这个任务的人可以看号码、拨打", "only who works the task sees the number and calls"),
            Text("请任务的责任人联系客户", "let its owner contact the customer"),
        )
    if state not in OPEN or unclaimed:
        raise Refused(
            "task.closed",
            Text("任务还没有领取，或者已经结束", "the task is not claimed yet, or is over"),
            Text(
                "先领取任务；结束的任务不再联系客户", "claim it first; nobody is called for one that is over"
            ),
        )
    return task


def _number(task: Task, sight: Sight, *, act: str, now: datetime) -> str:
    """The newest number of the task's leading line, entered in the audit before anybody sees it."""
    known = store().partitions(IDENTITY)
    rows = (
        store().rows(
            "SELECT msisdn FROM identity WHERE subscriber_id = $subscriber ORDER BY month DESC LIMIT 1",
            inputs={"identity": known},
            parameters={"subscriber": task.subscriber_id},
        )
        if known
        else []
    )
    if not rows or not rows[0]["msisdn"]:
        raise Refused(
            "task.no_number",
            Text(
                "没有这个客户的号码，或者已按要求删除",
                "there is no number of this customer, or it was erased",
            ),
            Text("在受理系统里查找", "look it up in the billing system"),
        )
    record(
        actor_id=sight.user_id,
        act=act,
        subject=f"task:{task.task_id}",
        detail={"subscriber": task.subscriber_id},
        now=now,
        path=task.path,
    )
    return str(rows[0]["msisdn"])
