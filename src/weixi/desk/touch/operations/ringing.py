"""From what a caller's number ends with to the caller: the candidates, and the one who was chosen."""

from datetime import datetime

from weixi.desk.org.rules import Sight
from weixi.desk.subscriber.operations import seek
from weixi.desk.subscriber.queries import place_of
from weixi.desk.subscriber.queries.search import Found
from weixi.desk.subscriber.rules import sees
from weixi.desk.subscriber.seeking import By, sought
from weixi.desk.touch.operations.inbound import open_call, open_caller
from weixi.desk.touch.rules import nothing_typed, unknown
from weixi.kernel.errors import UsageError

PARTS = (By.TAIL, By.MASKED)
"""What is typed of a number that several customers may share."""


def ring(*, number: str, actor: Sight, now: datetime) -> str | Found:
    """The token of the call, or, of the last four digits and a masked number, whom of the person's customers they fit.

    Raises UsageError for nothing, for a number that the book does not know, and where nobody fits.
    """
    if not number.strip():
        raise nothing_typed()
    try:
        return open_call(number=number, actor=actor, now=now)
    except UsageError as fault:
        if fault.code != unknown().code or not _is_part(number):
            raise
    found = seek(text=number, sight=actor, now=now)
    if not found.rows:
        raise unknown()
    return found


def ring_chosen(*, subscriber_id: int, actor: Sight, now: datetime) -> str:
    """The token of the call of a candidate. Raises UsageError for a customer whom the person does not see."""
    place = place_of(subscriber_id)
    if place is None or not sees(actor, place):
        raise unknown()
    return open_caller(subscriber_id=subscriber_id, actor=actor, now=now)


def _is_part(number: str) -> bool:
    try:
        return sought(number).by in PARTS
    except UsageError:
        return False
