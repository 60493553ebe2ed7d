"""A number or a name in full, for one answer: the entry is written first, and nothing else keeps it."""

from datetime import datetime

from django.db import transaction

from weixi.desk.audit.operations import record
from weixi.desk.org.rules import Sight
from weixi.desk.subscriber.queries.identity import Identity, identity_of
from weixi.desk.subscriber.queries.place import place_of
from weixi.desk.subscriber.rules import REVEALERS, checked_reason, not_known, out_of_sight, sees
from weixi.kernel.language import Text


def reveal_number(*, subscriber_id: int, sight: Sight, reason: str, now: datetime) -> str:
    """The line's number in full, after the entry of who saw it and why.

    Raises UsageError where the person does not see the customer, gives no reason, or the book has no number.
    """
    found = _seen("subscriber.reveal_number", subscriber_id, sight, reason, now)
    if not found.number:
        raise not_known(Text("号码", "number"))
    return found.number


def reveal_name(*, subscriber_id: int, sight: Sight, reason: str, now: datetime) -> str:
    """The name in full; the same otherwise."""
    found = _seen("subscriber.reveal_name", subscriber_id, sight, reason, now)
    if not found.name:
        raise not_known(Text("姓名", "name"))
    return found.name


def _seen(act: str, subscriber_id: int, sight: Sight, reason: str, now: datetime) -> Identity:
    place = place_of(subscriber_id)
    if place is None or not sees(sight, place, REVEALERS):
        raise out_of_sight()
    said = checked_reason(reason)
    with transaction.atomic():
        record(
            actor_id=sight.user_id,
            act=act,
            subject=f"subscriber:{subscriber_id}",
            detail={},
            now=now,
            reason=said,
            path=place.path,
        )
    return identity_of(subscriber_id)
