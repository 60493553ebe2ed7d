"""The second factor: setting it up, passing it, taking it away."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from weixi.desk.audit.operations import record
from weixi.desk.org.models import RecoveryCode, SecondFactor, User
from weixi.desk.org.operations.trying import begin_try, forget_tries, key_of
from weixi.desk.org.rules import (
    RECOVERY_ALPHABET,
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    counter_of,
    is_recovery,
    plain_recovery,
    secret_of,
    shown_recovery,
    wrong_code,
)
from weixi.kernel.ids import keyed_hash


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A second factor that was set up, and its recovery codes, which nobody sees again."""

    factor_id: int
    codes: tuple[str, ...]


def new_salt() -> str:
    """What the secret of a new factor is made from, beside the desk's key."""
    return secrets.token_hex(16)


def secret_for(*, user_id: int, salt: str) -> str:
    """The secret that the person's telephone holds, base32."""
    return secret_of(settings.SECRET_KEY.encode(), user_id, salt)


def pass_code(*, user: User, code: str, address: str, now: datetime) -> int:
    """Take a code of the person's telephone, or a recovery code; each is good once. Returns the factor's number.

    A try counts as failed before the code is looked at. Raises UsageError: `org.code`, `org.sign_in_closed`.
    """
    key = key_of("code", user.username.casefold())
    begin_try(key=key, address=address, now=now)
    passed = _use(user, code, now)
    if passed is None:
        record(
            actor_id=user.id,
            act="org.code_failed",
            subject=f"person:{user.username}",
            detail={"address": address},
            now=now,
        )
        raise wrong_code()
    forget_tries(key)
    return passed


@transaction.atomic
def _use(user: User, code: str, now: datetime) -> int | None:
    """The factor's number where the code is good, which it then is no more."""
    factor = SecondFactor.objects.select_for_update().filter(user_id=user.id).first()
    if factor is None:
        return None
    if is_recovery(code):
        used, _ = RecoveryCode.objects.filter(factor=factor, hash=_hash(user.id, code)).delete()
        if not used:
            return None
        record(
            actor_id=user.id,
            act="org.recovery_used",
            subject=f"person:{user.username}",
            detail={"remaining": RecoveryCode.objects.filter(factor=factor).count()},
            now=now,
        )
        return factor.id
    secret = secret_for(user_id=user.id, salt=factor.salt)
    count = counter_of(secret, code, at=now, after=factor.last_count)
    if count is None:
        return None
    SecondFactor.objects.filter(id=factor.id).update(last_count=count)
    return factor.id


def enrol(*, user: User, salt: str, code: str, address: str, now: datetime) -> Enrolled:
    """Set the factor of that salt up, proved by a first code; the person's other sessions end.

    One from before is replaced. Raises UsageError: `org.code`, `org.sign_in_closed`.
    """
    key = key_of("code", user.username.casefold())
    begin_try(key=key, address=address, now=now)
    count = counter_of(secret_for(user_id=user.id, salt=salt), code, at=now, after=-1)
    if count is None:
        raise wrong_code()
    with transaction.atomic():
        locked = User.objects.select_for_update().get(id=user.id)
        SecondFactor.objects.filter(user_id=user.id).delete()
        factor = SecondFactor.objects.create(
            user=user, salt=salt, last_count=count, enrolled_at=now, renewed_at=now
        )
        codes = _new_codes(factor)
        user.session_epoch = locked.session_epoch + 1
        User.objects.filter(id=user.id).update(session_epoch=user.session_epoch)
        record(
            actor_id=user.id, act="org.enrol_factor", subject=f"person:{user.username}", detail={}, now=now
        )
    forget_tries(key)
    return Enrolled(factor.id, codes)


def renew_recovery(*, user: User, code: str, address: str, now: datetime) -> tuple[str, ...]:
    """New recovery codes in place of all that are left, for a code of the telephone. Raises UsageError as above."""
    factor_id = pass_code(user=user, code=code, address=address, now=now)
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().get(id=factor_id)
        RecoveryCode.objects.filter(factor=factor).delete()
        codes = _new_codes(factor)
        SecondFactor.objects.filter(id=factor.id).update(renewed_at=now)
        record(
            actor_id=user.id, act="org.renew_recovery", subject=f"person:{user.username}", detail={}, now=now
        )
    return codes


def _new_codes(factor: SecondFactor) -> tuple[str, ...]:
    codes = tuple(
        "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    )
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, hash=_hash(factor.user_id, code)) for code in codes
    )
    return tuple(shown_recovery(code) for code in codes)


def _hash(user_id: int, code: str) -> str:
    return keyed_hash(settings.SECRET_KEY.encode(), "recovery", str(user_id), plain_recovery(code))
