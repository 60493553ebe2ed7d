"""What an administrator does to the people of the territory: enter, new password, close, open, see off."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from weixi.desk.audit.operations import record
from weixi.desk.org.models import ApiToken, Node, Post, SecondFactor, User
from weixi.desk.org.operations.people import appoint, end_post, make_person
from weixi.desk.org.operations.signing import reset_password
from weixi.desk.org.queries.people import path_of_person
from weixi.desk.org.rules import Role, Sight, checked_number, no_node, no_role, not_oneself, not_yours

ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No 0 O o 1 l I i: passwords are read aloud."""

LENGTH = 14
"""81 bits."""


@dataclass(frozen=True, slots=True)
class Given:
    """A first password, shown once; it is changed at the first sign-in."""

    user_id: int
    username: str
    shown_name: str
    password: str


def new_password() -> str:
    """14 random letters and digits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


@transaction.atomic
def enter_person(
    *,
    username: str,
    name: str,
    agent_code: str,
    role: str,
    node_code: str,
    since_date: date,
    sight: Sight,
    now: datetime,
) -> Given:
    """A person with a first post in the administrator's territory. Raises UsageError for what a form holds wrong."""
    number = checked_number(username)
    if role not in set(Role):
        raise no_role(role)
    node = _node_of(node_code, sight)
    password = new_password()
    user = make_person(
        username=number,
        name=name.strip(),
        password=password,
        agent_code=agent_code.strip(),
        role=Role(role),
        node_code=node.code,
        since_date=since_date,
        actor=User.objects.get(id=sight.user_id),
        now=now,
        must_change=True,
        path=node.path,
    )
    return Given(user.id, user.username, user.shown_name, password)


@transaction.atomic
def appoint_inside(
    *, person_id: int, role: str, node_code: str, since_date: date, sight: Sight, now: datetime
) -> None:
    """Give the person a post at a node of the administrator's territory. Raises UsageError for either."""
    if role not in set(Role):
        raise no_role(role)
    node = _node_of(node_code, sight)
    appoint(
        user=User.objects.get(id=person_id),
        role=Role(role),
        node_code=node.code,
        since_date=since_date,
        actor=User.objects.get(id=sight.user_id),
        now=now,
    )


@transaction.atomic
def give_password(*, person_id: int, sight: Sight, reason: str, now: datetime) -> Given:
    """A new first password for the person, whose sessions end."""
    user, actor = _other(person_id, sight)
    password = new_password()
    reset_password(
        username=user.username,
        new=password,
        actor=actor,
        now=now,
        must_change=True,
        path=path_of_person(user.id) or "",
        reason=reason,
    )
    return Given(user.id, user.username, user.shown_name, password)


def reset_factor(*, person_id: int, sight: Sight, reason: str, now: datetime) -> None:
    """Take the person's second factor away, with its recovery codes; the sessions end. None there: nothing happens."""

    def act(user: User) -> dict[str, object] | None:
        gone, _ = SecondFactor.objects.filter(user_id=user.id).delete()
        return {} if gone else None

    _do(person_id, sight, "org.reset_factor", reason, now, act)


@transaction.atomic
def reset_factor_of(*, username: str, now: datetime) -> bool:
    """The same by whoever runs the machine; whether there was one. False where nobody has that staff number."""
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None or not SecondFactor.objects.filter(user_id=user.id).delete()[0]:
        return False
    User.objects.filter(id=user.id).update(session_epoch=F("session_epoch") + 1)
    record(actor_id=None, act="org.reset_factor", subject=f"person:{user.username}", detail={}, now=now)
    return True


def reset_all_factors(*, now: datetime) -> int:
    """The same for everybody, after the desk's key was changed; how many there were."""
    names = User.objects.filter(second_factor__isnull=False).order_by("id").values_list("username", flat=True)
    return sum(reset_factor_of(username=name, now=now) for name in list(names))


def deactivate(*, person_id: int, sight: Sight, reason: str, now: datetime) -> None:
    """Close the account: the sessions end at once, and for good. The posts stay. A closed one stays as it is."""

    def act(user: User) -> dict[str, object] | None:
        return {} if User.objects.filter(id=user.id, is_active=True).update(is_active=False) else None

    _do(person_id, sight, "org.deactivate", reason, now, act)


def reactivate(*, person_id: int, sight: Sight, reason: str, now: datetime) -> None:
    """Open the account again, with the password it had. An open one stays as it is."""

    def act(user: User) -> dict[str, object] | None:
        return {} if User.objects.filter(id=user.id, is_active=False).update(is_active=True) else None

    _do(person_id, sight, "org.reactivate", reason, now, act)


def leave(*, person_id: int, sight: Sight, reason: str, today: date, now: datetime) -> None:
    """See the person off: every post ends today, the tokens and the account are closed. Done before: nothing."""

    def act(user: User) -> dict[str, object] | None:
        actor = User.objects.get(id=sight.user_id)
        posts = Post.objects.filter(Q(until_date__isnull=True) | Q(until_date__gt=today), user_id=user.id)
        held = list(posts.order_by("id").values_list("id", flat=True))
        for post_id in held:
            end_post(post_id=post_id, until_date=today, actor=actor, now=now, reason=reason)
        tokens = ApiToken.objects.filter(user_id=user.id, revoked_at__isnull=True).update(revoked_at=now)
        closed = User.objects.filter(id=user.id, is_active=True).update(is_active=False)
        return {"posts": len(held), "tokens": tokens} if held or tokens or closed else None

    _do(person_id, sight, "org.leave", reason, now, act)


@transaction.atomic
def _do(
    person_id: int,
    sight: Sight,
    name: str,
    reason: str,
    now: datetime,
    act: Callable[[User], dict[str, object] | None],
) -> None:
    """One act on another person; where it changed something the sessions end and an entry says so."""
    user, actor = _other(person_id, sight)
    path = path_of_person(user.id) or ""
    detail = act(user)
    if detail is None:
        return
    User.objects.filter(id=user.id).update(session_epoch=F("session_epoch") + 1)
    record(
        actor_id=actor.id,
        act=name,
        subject=f"person:{user.username}",
        detail=detail,
        now=now,
        reason=reason.strip()[:200],
        path=path,
    )


def _node_of(code: str, sight: Sight) -> Node:
    """The node of that code in the administrator's territory. Raises UsageError where there is none."""
    node = Node.objects.filter(code=code.strip(), is_current=True).first()
    if node is None or not sight.covers_as(node.path, {Role.ADMINISTRATOR}):
        raise no_node(code)
    return node


def _other(person_id: int, sight: Sight) -> tuple[User, User]:
    """The person, locked, and who acts. Raises UsageError where they are one, or the person is out of reach."""
    if person_id == sight.user_id:
        raise not_oneself()
    user = User.objects.select_for_update().get(id=person_id)
    if not sight.covers_as(path_of_person(person_id) or "", {Role.ADMINISTRATOR}):
        raise not_yours()
    return user, User.objects.get(id=sight.user_id)
