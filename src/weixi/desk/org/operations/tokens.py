"""Tokens of programs: made, used, revoked."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from weixi.desk.audit.operations import record
from weixi.desk.org.models import ApiToken, SecondFactor, User
from weixi.desk.org.queries import sight_of
from weixi.desk.org.rules import (
    CALLS_PER_MINUTE,
    MARK,
    SHOWN,
    Sight,
    TokenScope,
    checked,
    needs_factor,
    no_token,
    too_many,
    unfinished,
)
from weixi.kernel.ids import keyed_hash


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls by a token: what its owner may see today, and what the token may do of that."""

    token_id: int
    user: User
    sight: Sight
    scopes: frozenset[TokenScope]


@transaction.atomic
def make_token(
    *, user: User, name: str, scopes: Collection[str], expires_date: date, today: date, now: datetime
) -> str:
    """A new token of the person, who sees it this once. Raises UsageError for what a form holds wrong."""
    allowed = checked(name, scopes, expires_date, today)
    token = f"{MARK}{secrets.token_urlsafe(32)}"
    made = ApiToken.objects.create(
        user=user,
        name=name.strip()[:64],
        shown=token[:SHOWN],
        hash=_hash(token),
        scopes=" ".join(allowed),
        created_at=now,
        expires_date=expires_date,
    )
    record(
        actor_id=user.id,
        act="org.make_token",
        subject=f"token:{made.id}",
        detail={
            "name": made.name,
            "scopes": [scope.value for scope in allowed],
            "expires": expires_date.isoformat(),
        },
        now=now,
    )
    return token


@transaction.atomic
def revoke_token(*, token_id: int, actor: User, reason: str, path: str = "", now: datetime) -> int:
    """Close the token for good; a closed one stays as it is. Returns whose it is."""
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("user").get(id=token_id)
    if token.revoked_at is not None:
        return token.user_id
    ApiToken.objects.filter(id=token.id).update(revoked_at=now)
    record(
        actor_id=actor.id,
        act="org.revoke_token",
        subject=f"token:{token.id}",
        detail={"name": token.name, "owner": token.user.username},
        now=now,
        reason=reason.strip()[:200],
        path=path,
    )
    return token.user_id


def use_token(*, token: str, address: str, today: date, now: datetime) -> Caller:
    """Who calls by that token. The first call of a day leaves an entry.

    Raises UsageError: `api.token`, `api.owner` (a first password, or no second factor where one is asked for),
    `api.throttled`.
    """
    known = ApiToken.objects.select_related("user").filter(hash=_hash(token)).first()
    if (
        known is None
        or known.revoked_at is not None
        or known.expires_date <= today
        or not known.user.is_active
    ):
        raise no_token()
    seen = sight_of(user=known.user, today=today)
    if known.user.must_change_password or (
        needs_factor(seen.roles, is_required=settings.SECOND_FACTOR_REQUIRED)
        and not SecondFactor.objects.filter(user_id=known.user_id).exists()
    ):
        raise unfinished()
    minute = int(now.timestamp()) // 60
    counted = Case(When(minute=minute, then=F("minute_count") + 1), default=Value(1))
    ApiToken.objects.filter(id=known.id).update(minute_count=counted, minute=minute, used_at=now)
    if ApiToken.objects.values_list("minute_count", flat=True).get(id=known.id) > CALLS_PER_MINUTE:
        raise too_many()
    if known.used_at is None or timezone.localdate(known.used_at) != today:
        record(
            actor_id=known.user_id,
            act="org.use_token",
            subject=f"token:{known.id}",
            detail={"name": known.name, "address": address},
            now=now,
        )
    return Caller(known.id, known.user, seen, frozenset(TokenScope(word) for word in known.scopes.split()))


def _hash(token: str) -> str:
    return keyed_hash(settings.SECRET_KEY.encode(), "token", token)
