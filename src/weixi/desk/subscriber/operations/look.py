"""Looking at a customer: the entry of who looked at whom."""

from datetime import date, datetime

from weixi.desk.audit.operations import record
from weixi.desk.org.rules import Sight
from weixi.desk.subscriber.queries.profile import Profile, profile_of


def look_at(*, subscriber_id: int, sight: Sight, today: date, now: datetime) -> Profile | None:
    """The head of the customer's page, after the entry; None, and no entry, where the person sees no such customer."""
    profile = profile_of(subscriber_id, sight, today)
    if profile is None:
        return None
    record(
        actor_id=sight.user_id,
        act="subscriber.view",
        subject=f"subscriber:{subscriber_id}",
        detail={},
        now=now,
        path=profile.path,
    )
    return profile
