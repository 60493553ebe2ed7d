"""Taking away what is over."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session

from weixi.desk.org.models import SignInFailure
from weixi.desk.org.operations.trying import WINDOW


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was taken away."""

    sessions: int
    failures: int


def clear_expired(now: datetime) -> Cleared:
    """Delete sessions that are over and sign-in failures that count no more; the audit keeps both. To be run daily."""
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    failures, _ = SignInFailure.objects.filter(at__lte=now - WINDOW).delete()
    return Cleared(sessions, failures)
