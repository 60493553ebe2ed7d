"""The second factor: codes that a telephone counts (TOTP, RFC 6238), codes for when it is lost. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime

import pyotp

from weixi.desk.org.rules.seeing import Role
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import Term

FACTOR_ROLES = frozenset({Role.COUNTY_MANAGER, Role.MANAGER, Role.PLANNER, Role.AUDITOR, Role.ADMINISTRATOR})
"""Whose posts open a county or more: a password alone does not let them in."""

ISSUER = "维系 weixi"
"""What the telephone calls the desk."""

INTERVAL_SECONDS = 30
SECRET_BYTES = 20
"""160 bits, as RFC 4226 asks."""

RECOVERY_CODES = 10
RECOVERY_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No I L O 0 1: the codes are typed from paper."""

RECOVERY_LENGTH = 10
"""49 bits each: nobody guesses one within the tries that there are."""

PENDING_MINUTES = 15
"""How long a sign-in may stay half done."""


class SignStep(Term):
    """What a person still has to do before they are signed in."""

    CODE = "CODE", "输入验证码", "type the code"
    PASSWORD = "PASSWORD", "更改初始密码", "change the first password"
    ENROL = "ENROL", "绑定验证器", "set up the second factor"
    DONE = "DONE", "已登录", "signed in"


def next_step(*, has_factor: bool, needs_factor: bool, is_passed: bool, must_change: bool) -> SignStep:
    """What comes next after the password: the code first, so that a password alone changes nothing."""
    if has_factor and not is_passed:
        return SignStep.CODE
    if must_change:
        return SignStep.PASSWORD
    if needs_factor and not has_factor:
        return SignStep.ENROL
    return SignStep.DONE


def needs_factor(roles: Collection[str], *, is_required: bool) -> bool:
    """Whether those roles need a second factor in a desk that asks for one."""
    return is_required and any(role in FACTOR_ROLES for role in roles)


def secret_of(key: bytes, user_id: int, salt: str) -> str:
    """The telephone's secret (base32): made from the desk's key and the salt, so that no table holds it."""
    digest = hmac.new(key, f"second factor|{user_id}|{salt}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:SECRET_BYTES]).decode()


def address_of(secret: str, username: str) -> str:
    """What the telephone reads from the picture (`otpauth://`)."""
    return pyotp.TOTP(secret, interval=INTERVAL_SECONDS).provisioning_uri(name=username, issuer_name=ISSUER)


def counter_of(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """Which count the code stands for: this one, the one before or the next, and later than `after`.

    None: the code is wrong, or was used. The caller keeps the count as the next `after`.
    """
    digits = "".join(code.split())
    totp = pyotp.TOTP(secret, interval=INTERVAL_SECONDS)
    here = int(at.timestamp()) // INTERVAL_SECONDS
    found = None
    for count in (here - 1, here, here + 1):
        if hmac.compare_digest(totp.generate_otp(count).encode(), digits.encode()) and count > after:
            found = count
    return found


def plain_recovery(code: str) -> str:
    """A recovery code as it is compared: capitals, without the hyphen and the spaces that people type."""
    return "".join(sign for sign in code.upper() if sign.isalnum())


def is_recovery(code: str) -> bool:
    """Whether what was typed has the form of a recovery code, not of a telephone's."""
    plain = plain_recovery(code)
    return len(plain) == RECOVERY_LENGTH and not plain.isdecimal()


def shown_recovery(code: str) -> str:
    """A recovery code as it is written down: `ABCDE-FGHJK`."""
    return f"{code[: RECOVERY_LENGTH // 2]}-{code[RECOVERY_LENGTH // 2 :]}"


def wrong_code() -> UsageError:
    """The code is wrong, too old, or was used before; which of these is not said."""
    return UsageError(
        "org.code",
        Text("验证码不正确，或已经用过。", "The code is wrong, or was used before."),
        Text(
            "等手机上显示下一个验证码再输入；手机时间要与网络时间一致。手机不在身边可用恢复码。",
            "Wait for the next code on your telephone; its clock must be right. Without it, use a recovery code.",
        ),
    )


def no_sign_in() -> UsageError:
    """The half-done sign-in took too long, or was never begun."""
    return UsageError(
        "org.pending",
        Text(
            "登录没有在规定时间内完成。",
            f"The sign-in was not finished within {PENDING_MINUTES} minutes.",
        ),
        Text("请从头登录。", "Sign in again."),
    )
