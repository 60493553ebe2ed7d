"""Signing in and out, and the password."""

from datetime import datetime

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from weixi.desk.audit.operations import record
from weixi.desk.org.models import User
from weixi.desk.org.operations.trying import begin_try, forget_tries, key_of
from weixi.desk.org.rules import LONGEST_PASSWORD, nobody, refused, same_password, wrong_old


def identify(*, username: str, password: str, address: str, now: datetime) -> User:
    """The person of that staff number and password.

    A try counts as failed before the password is looked at, and in its own transaction: tries at the same moment see
    each other. Success takes the person's own failures away. Raises UsageError: `org.sign_in`, `org.sign_in_closed`.
    """
    key = key_of("sign-in", username.casefold())
    begin_try(key=key, address=address, now=now)
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
    forget_tries(key)
    return found


def confirm_password(*, user: User, password: str, address: str, now: datetime) -> None:
    """That who is signed in knows the password, tried like a sign-in. Raises UsageError where not."""
    key = key_of("sign-in", user.username.casefold())
    begin_try(key=key, address=address, now=now)
    if len(password) > LONGEST_PASSWORD or not user.check_password(password):
        raise wrong_old()
    forget_tries(key)


def note_sign_in(*, user: User, address: str, now: datetime, is_finished: bool = True) -> None:
    """The entry that the person signed in, or has the password right and something left to do."""
    record(
        actor_id=user.id,
        act="org.sign_in" if is_finished else "org.password_right",
        subject=f"person:{user.username}",
        detail={"address": address},
        now=now,
    )


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
    _put_password(user, new, must_change=False)
    record(actor_id=user.id, act="org.change_password", subject=f"person:{user.username}", detail={}, now=now)


@transaction.atomic
def choose_password(*, user: User, new: str, now: datetime) -> None:
    """The person's own password in place of a first one, which has just been given right.

    Raises UsageError where it is the first one again, Django's ValidationError where it is too weak.
    """
    locked = User.objects.select_for_update().get(id=user.id)
    validate_password(new, locked)
    if locked.check_password(new):
        raise same_password()
    _put_password(user, new, must_change=False)
    record(actor_id=user.id, act="org.change_password", subject=f"person:{user.username}", detail={}, now=now)


@transaction.atomic
def reset_password(
    *,
    username: str,
    new: str,
    actor: User | None,
    now: datetime,
    must_change: bool = False,
    path: str = "",
    reason: str = "",
) -> None:
    """A new password by somebody else; the person's sessions end and their failures are forgotten.

    Raises UsageError where there is no such staff number.
    """
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise nobody(username)
    _put_password(user, new, must_change=must_change)
    for kind in ("sign-in", "code"):
        forget_tries(key_of(kind, username.casefold()))
    record(
        actor_id=actor.id if actor else None,
        act="org.reset_password",
        subject=f"person:{username}",
        detail={},
        now=now,
        path=path,
        reason=reason,
    )


def _put_password(user: User, new: str, *, must_change: bool) -> None:
    user.set_password(new)
    user.must_change_password = must_change
    User.objects.filter(id=user.id).update(password=user.password, must_change_password=must_change)
