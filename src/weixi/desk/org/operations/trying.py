"""How often passwords and codes may be tried."""

from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db.models import Q

from weixi.desk.org.models import SignInFailure
from weixi.desk.org.rules import FAILURES, WINDOW_MINUTES, closed
from weixi.kernel.ids import keyed_hash

WINDOW = timedelta(minutes=WINDOW_MINUTES)


def key_of(kind: str, username: str) -> str:
    """Under what the tries of that kind for that staff number are counted."""
    return keyed_hash(settings.SECRET_KEY.encode(), kind, username)


def begin_try(*, key: str, address: str, now: datetime) -> None:
    """Count a try as failed, before what was typed is looked at: tries at the same moment see each other.

    Raises UsageError `org.sign_in_closed` where the key or the address has failed too often; that try does not count.
    """
    SignInFailure.objects.filter(at__lte=now - WINDOW).delete()
    attempt = SignInFailure.objects.create(user_key=key, address=address, at=now)
    others = SignInFailure.objects.exclude(id=attempt.id)
    for same in (Q(user_key=key), Q(address=address)):
        failed = list(others.filter(same).order_by("-at", "-id").values_list("at", flat=True)[:FAILURES])
        if len(failed) == FAILURES:
            attempt.delete()
            raise closed(max(1, ceil((failed[-1] + WINDOW - now) / timedelta(minutes=1))))


def forget_tries(key: str) -> None:
    """Take the failures under that key away: the right one was given."""
    SignInFailure.objects.filter(user_key=key).delete()
