"""Signing in and out, and the password."""

from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Q

from weixi.desk.audit.operations import record
from weixi.desk.org.models import SignInFailure, User
from weixi.desk.org.rules import (
    FAILURES,
    LONGEST_PASSWORD,
    WINDOW_MINUTES,
    closed,
    nobody,
    refused,
    wrong_old,
)
from weixi.kernel.ids import keyed_hash

WINDOW = timedelta(minutes=WINDOW_MINUTES)


def identify(*, username: str, password: str, address: str, now: datetime) -> User:
    """The person of that staff number and password.

    A try counts as failed before the password is looked at, and in its own transaction: tries at the same moment see
    each other. Success takes the person's own failures away. Raises UsageError: `org.sign_in`, `org.sign_in_closed`.
    """
    key = _key(username)
    SignInFailure.objects.filter(at__lte=now - WINDOW).delete()
    attempt = SignInFailure.objects.create(user_key=key, address=address, at=now)
    others = SignInFailure.objects.exclude(id=attempt.id)
    for same in (Q(user_key=key), Q(address=address)):
        failed = list(others.filter(same).order_by("-at", "-id").values_list("at", flat=True)[:FAILURES])
        if len(failed) == FAILURES:
            attempt.delete()
            raise closed(max(1, ceil((failed[-1] + WINDOW - now) / timedelta(minutes=1))))
    found = authenticate(username=username, password=password) if len(password) <= LONGEST_PASSWORD else None
    if not isinstance(found, User):
        known = User.objects.filter(username=username).first()
        record(
            actor_id=known.id if known else None,
            act="org.sign_in_failed",
            subject=f"person:{known.username}" if known else "person:?",
            detail={"address": address},
            now=now,
        )
        raise refused()
    with transaction.atomic():
        SignInFailure.objects.filter(user_key=key).delete()
        record(
            actor_id=found.id,
            act="org.sign_in",
            subject=f"person:{found.username}",
            detail={"address": address},
            now=now,
        )
    return found


def note_sign_out(*, user: User, now: datetime) -> None:
    """The entry that the person signed out."""
    record(actor_id=user.id, act="org.sign_out", subject=f"person:{user.username}", detail={}, now=now)


@transaction.atomic
def change_password(*, user: User, old: str, new: str, now: datetime) -> None:
    """A new password in place of the old one; other sessions of the person end.

    Raises UsageError where the old one is wrong, Django's ValidationError where the new one is too weak.
    """
    locked = User.objects.select_for_update().get(id=user.id)
    if not locked.check_password(old):
        raise wrong_old()
    validate_password(new, locked)
    user.set_password(new)
    User.objects.filter(id=user.id).update(password=user.password)
    record(actor_id=user.id, act="org.change_password", subject=f"person:{user.username}", detail={}, now=now)


@transaction.atomic
def reset_password(*, username: str, new: str, actor: User | None, now: datetime) -> None:
    """A new password by somebody else; the person's sessions end and their failures are forgotten.

    Raises UsageError where there is no such staff number.
    """
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise nobody(username)
    user.set_password(new)
    User.objects.filter(id=user.id).update(password=user.password)
    SignInFailure.objects.filter(user_key=_key(username)).delete()
    record(
        actor_id=actor.id if actor else None,
        act="org.reset_password",
        subject=f"person:{username}",
        detail={},
        now=now,
    )


def _key(username: str) -> str:
    return keyed_hash(settings.SECRET_KEY.encode(), "sign-in", username.casefold())
