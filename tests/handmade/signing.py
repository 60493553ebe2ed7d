"""Signing in by the pages, and the codes of a telephone."""

from datetime import date, datetime, timedelta

import pyotp
from django.test import Client
from django.utils import timezone

from handmade.desk import code_of, grow
from weixi.desk.org.models import Node, SecondFactor, User
from weixi.desk.org.operations import enrol, make_person, new_salt, secret_for
from weixi.desk.org.rules import Role

PASSWORD = "chunfeng-9-huayu"


def staff(
    role: Role, path: str, now: datetime, username: str = "XF001", *, since: date | None = None, **given: bool
) -> User:
    """A person with a password and one post; the tree grows where there is none."""
    if not Node.objects.exists():
        grow(now)
    return make_person(
        username=username,
        name="周敏",
        password=PASSWORD,
        agent_code="",
        role=role,
        node_code=code_of(path),
        since_date=since or timezone.localdate(),
        actor=None,
        now=now,
        **given,
    )


def enrolled(user: User, at: datetime | None = None) -> tuple[str, tuple[str, ...]]:
    """The person's telephone (its secret) and recovery codes, set up an hour before, so that no code of now is used."""
    before = (at or timezone.now()) - timedelta(hours=1)
    salt = new_salt()
    secret = secret_for(user_id=user.id, salt=salt)
    made = enrol(user=user, salt=salt, code=pyotp.TOTP(secret).at(before), address="10.9.9.9", now=before)
    user.refresh_from_db()
    return secret, made.codes


def password_step(client: Client, username: str = "XF001", password: str = PASSWORD, **extra: str) -> str:
    """Where the right password leads to."""
    response = client.post("/sign-in/", {"username": username, "password": password, **extra})
    return str(response.headers.get("Location", response.status_code))


def fresh_code(user: User, secret: str) -> str:
    """A code of now that was not used yet."""
    last = SecondFactor.objects.get(user=user).last_count
    here = int(timezone.now().timestamp()) // 30
    return pyotp.TOTP(secret).generate_otp(max(last + 1, here))
