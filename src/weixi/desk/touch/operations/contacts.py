"""Writing down what was said with a customer outside tasks, and what became of it."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from weixi.desk.audit.operations import record
from weixi.desk.org.rules import Sight
from weixi.desk.touch.models import Finding, Note, Touch
from weixi.desk.touch.queries.callbacks import due_of_customer
from weixi.desk.touch.queries.customer import Customer, customer_of
from weixi.desk.touch.rules import (
    SPOKEN,
    TO_SOLVE,
    Direction,
    Result,
    Said,
    checked,
    reused,
    unknown,
)
from weixi.kernel.period import SHANGHAI
from weixi.kernel.terms import Channel


def record_contact(
    *,
    subscriber_id: int,
    sight: Sight,
    channel: Channel,
    result: Result,
    said: Mapping[Said, str],
    promised_date: date | None,
    note: str,
    call_id: str,
    now: datetime,
) -> int:
    """Enter one contact that we made, with what the customer told us; its number. The same call id again enters none.

    A problem and a promise stay open until they are settled. Where the customer was spoken with, a regular return call
    that was due within a week is done by it. Raises UsageError for a customer whom the person does not look after, and
    for a text that is too long.
    """
    customer = _ours(subscriber_id, sight)
    texts = {kind: text for kind in Said if (text := checked(said.get(kind, "")))}
    note = checked(note)
    today = now.astimezone(SHANGHAI).date()
    due = due_of_customer(customer, today) if result in SPOKEN else None
    if due is not None and (due - today).days > 7:
        due = None
    with transaction.atomic():
        touch, is_new = Touch.objects.get_or_create(
            call_id=call_id,
            defaults={
                "subscriber_id": subscriber_id,
                "household_key": customer.household_key,
                "direction": Direction.OUT.value,
                "channel": channel.value,
                "result": result.value,
                "note": note,
                "due_date": due,
                "is_on_time": today <= due if due is not None else None,
                "at": now,
                "by_id": sight.user_id,
                "agent_code": sight.agent_code,
                "path": customer.path,
            },
        )
        if not is_new:
            if (touch.subscriber_id, touch.by_id, touch.direction) != (
                subscriber_id,
                sight.user_id,
                Direction.OUT,
            ):
                raise reused()
            return touch.id
        Finding.objects.bulk_create(
            Finding(
                touch=touch,
                kind=kind.value,
                text=text,
                due_date=promised_date if kind is Said.PROMISE else None,
                subscriber_id=subscriber_id,
                path=customer.path,
                opened_at=now,
                is_open=kind in TO_SOLVE and result is not Result.SOLVED,
            )
            for kind, text in texts.items()
        )
        record(
            actor_id=sight.user_id,
            act="touch.contact",
            subject=f"subscriber:{subscriber_id}",
            detail={"channel": channel.value, "result": result.value, "said": [kind.value for kind in texts]},
            now=now,
            path=customer.path,
        )
        return touch.id


def write_note(*, subscriber_id: int, sight: Sight, text: str, call_id: str, now: datetime) -> int:
    """Add a note that everybody who looks after the customer sees; its number. The same call id again adds none."""
    customer = _ours(subscriber_id, sight)
    said = checked(text, needed=True)
    with transaction.atomic():
        note, is_new = Note.objects.get_or_create(
            call_id=call_id,
            defaults={
                "subscriber_id": subscriber_id,
                "household_key": customer.household_key,
                "text": said,
                "at": now,
                "by_id": sight.user_id,
                "path": customer.path,
            },
        )
        if not is_new:
            if (note.subscriber_id, note.by_id) != (subscriber_id, sight.user_id):
                raise reused()
            return note.id
        record(
            actor_id=sight.user_id,
            act="touch.note",
            subject=f"subscriber:{subscriber_id}",
            detail={"note": note.id},
            now=now,
            path=customer.path,
        )
        return note.id


def settle_finding(*, finding_id: int, sight: Sight, solution: str, now: datetime) -> None:
    """Say how an open problem was solved, or a promise kept; one that is settled stays as it is.

    Raises UsageError for one of a customer whom the person does not look after, and without a word of how.
    """
    said = checked(solution, needed=True)
    with transaction.atomic():
        finding = Finding.objects.select_for_update().filter(id=finding_id).first()
        if finding is None:
            raise unknown()
        customer = _ours(finding.subscriber_id, sight)
        if not finding.is_open:
            return
        Finding.objects.filter(id=finding_id).update(
            is_open=False, closed_at=now, closed_by=sight.user_id, solution=said
        )
        record(
            actor_id=sight.user_id,
            act="touch.solve",
            subject=f"subscriber:{finding.subscriber_id}",
            detail={"finding": finding_id, "kind": finding.kind},
            now=now,
            path=customer.path,
        )


def _ours(subscriber_id: int, sight: Sight) -> Customer:
    customer = customer_of(subscriber_id, sight)
    if customer is None or not customer.is_ours:
        raise unknown()
    return customer
