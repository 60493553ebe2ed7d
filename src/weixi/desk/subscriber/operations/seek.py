"""Searching for customers: the entry says by what and how many, never what was typed."""

from datetime import datetime

from weixi.desk.audit.operations import record
from weixi.desk.org.rules import Sight
from weixi.desk.subscriber.queries.search import Found, find
from weixi.desk.subscriber.seeking import sought


def seek(*, text: str, sight: Sight, now: datetime) -> Found:
    """What the text finds among the customers that the person sees. Raises UsageError for a text of no use."""
    found = find(sought(text), sight)
    record(
        actor_id=sight.user_id,
        act="subscriber.search",
        subject="customers",
        detail={"by": found.by.value, "found": len(found.rows)},
        now=now,
        path=sight.paths[0] if sight.paths else "",
    )
    return found
