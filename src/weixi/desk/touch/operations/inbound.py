"""A call that comes in: the signed address of its customer, and what he called for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import transaction

from weixi.desk.audit.operations import record
from weixi.desk.dispatch.operations.adopt import Wanted, adopt
from weixi.desk.dispatch.operations.lead import escalate
from weixi.desk.dispatch.queries.contacted import OpenTask, open_task_of
from weixi.desk.dispatch.rules import Listed, Refused, TaskAct, may
from weixi.desk.org.rules import Sight
from weixi.desk.touch.models import Touch
from weixi.desk.touch.queries.customer import Customer, customer_of
from weixi.desk.touch.queries.inbound import SALT, caller_of
from weixi.desk.touch.queries.resolve import resolve_keys
from weixi.desk.touch.queries.upload import clean_key
from weixi.desk.touch.rules import (
    KIND_OF,
    LEAVING,
    Direction,
    Intent,
    Result,
    checked,
    reused,
    unknown,
)
from weixi.kernel.period import SHANGHAI
from weixi.kernel.terms import Channel, Term, WarningLevel


class Came(Term):
    """What the entry of a call led to."""

    ENTERED = "ENTERED", "已登记来意。", "The call is entered."
    NEW_TASK = (
        "NEW_TASK",
        "已登记，并给责任人新建了高等级任务。",
        "Entered; whoever looks after the customer has a new task of the highest level.",
    )
    RAISED = (
        "RAISED",
        "已登记，客户的在办任务已升一级。",
        "Entered; the customer's open task went one level up.",
    )
    AT_TOP = "AT_TOP", "已登记，客户的在办任务已在最高一级。", "Entered; the open task is at the top already."
    SILENCED = (
        "SILENCED",
        "已登记。按规则不得挽留这位客户，请按客户意愿办理。",
        "Entered. The rules forbid to hold this customer back: do as he wishes.",
    )


@dataclass(frozen=True, slots=True)
class Entered:
    """What one entry did; `task_id` the task it made or raised, shown to whoever sees it."""

    touch_id: int
    came: Came
    task_id: str


def open_call(*, number: str, actor: Sight | None, now: datetime) -> str:
    """A signed token that opens the customer of that number for CALL_MINUTES; the number is not in it.

    For the operator's call system (`actor` None) or whoever takes the call. Raises UsageError for a number that the
    book does not know, or that two customers have.
    """
    key = clean_key(number)
    found = resolve_keys({key}).get(key)
    if found is None or not found.subscriber_id:
        raise unknown()
    return open_caller(subscriber_id=found.subscriber_id, actor=actor, now=now)


def open_caller(*, subscriber_id: int, actor: Sight | None, now: datetime) -> str:
    """The token of a call of that customer, after the entry of who opened it."""
    token = signing.dumps({"s": subscriber_id}, salt=SALT, compress=True)
    customer = customer_of(subscriber_id, actor) if actor is not None else None
    record(
        actor_id=actor.user_id if actor is not None else None,
        act="touch.open_call",
        subject=f"subscriber:{subscriber_id}",
        detail={},
        now=now,
        path=customer.path if customer is not None else "",
    )
    return token


def record_call(
    *,
    token: str,
    intent: Intent,
    channel: Channel,
    note: str,
    sight: Sight,
    call_id: str,
    now: datetime,
) -> Entered:
    """Enter what the customer called for, once for each `call_id`.

    One who is about to leave gets a task of the highest level, or his household's open task goes a level up, whoever
    heard it: the customer asked himself. Hold-outs and silences stand; then only the call is entered. Raises UsageError
    for a token that is over.
    """
    customer = customer_of(caller_of(token), sight)
    if customer is None:
        raise unknown()
    note = checked(note)
    with transaction.atomic():
        before = Touch.objects.filter(call_id=call_id).first()
        if before is not None:
            if (before.subscriber_id, before.by_id, before.intent) != (
                customer.subscriber_id,
                sight.user_id,
                intent,
            ):
                raise reused()
            return Entered(before.id, Came.ENTERED, before.task_id)
        came, task_id = Came.ENTERED, ""
        if intent in LEAVING:
            came, task_id = _leaving(customer, intent, note, sight, call_id, now)
        touch = Touch.objects.create(
            subscriber_id=customer.subscriber_id,
            household_key=customer.household_key,
            direction=Direction.IN.value,
            channel=channel.value,
            intent=intent.value,
            result=Result.FOLLOW_UP.value if task_id else Result.REACHED.value,
            note=note,
            task_id=task_id,
            at=now,
            by_id=sight.user_id,
            agent_code=sight.agent_code,
            path=customer.path,
            call_id=call_id,
        )
        detail: dict[str, Any] = {"intent": intent.value, "channel": channel.value}
        if task_id:
            detail["task"] = task_id
        record(
            actor_id=sight.user_id,
            act="touch.inbound",
            subject=f"subscriber:{customer.subscriber_id}",
            detail=detail,
            now=now,
            path=customer.path,
        )
        return Entered(touch.id, came, task_id)


def _leaving(
    customer: Customer, intent: Intent, note: str, sight: Sight, call_id: str, now: datetime
) -> tuple[Came, str]:
    """What a customer who is about to leave sets off."""
    there = open_task_of(customer.household_key)
    if there is not None:
        return _raise(there, intent, note, sight, call_id, now)
    if not customer.is_in_service:
        return Came.ENTERED, ""
    done = adopt(
        rows=[
            Wanted(
                subscriber_id=customer.subscriber_id,
                kind=KIND_OF[intent],
                level=WarningLevel.RED,
                task_date=now.astimezone(SHANGHAI).date(),
                reason=KIND_OF[intent],
                note=note,
            )
        ],
        source="inbound",
        title=intent.text.zh,
        sight=sight,
        now=now,
        call_id=f"{call_id}:t",
        by=None,
    )
    verdict = done.rows[0].verdict
    if verdict is Listed.ADDED:
        return Came.NEW_TASK, done.task_ids[0]
    return (Came.SILENCED if verdict is Listed.SILENCED else Came.ENTERED), ""


def _raise(
    there: OpenTask, intent: Intent, note: str, sight: Sight, call_id: str, now: datetime
) -> tuple[Came, str]:
    """Bring the open task a level up; by the system where the task is not the person's own to raise."""
    by = sight if may(sight, TaskAct.ESCALATE, owner_code=there.owner_code, path=there.path) else None
    said = f"{intent.text.zh} {note}".strip()
    try:
        escalate(task_id=there.task_id, sight=by, call_id=f"{call_id}:u", now=now, note=said)
    except Refused as fault:
        if fault.code != "task.top":
            raise
        return Came.AT_TOP, there.task_id
    return Came.RAISED, there.task_id
