"""Nodes, posts, people and tokens."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from handmade.desk import code_of, person
from handmade.objects.made import Made, Maker
from weixi.desk.org.models import ApiToken, Post, User
from weixi.desk.org.operations import make_token
from weixi.desk.org.rules import Role, TokenScope


def node(path: str, now: datetime) -> Made:
    return Made({"code": code_of(path)})


def appoint(path: str, now: datetime) -> Made:
    person("newcomer", since=timezone.localdate(), now=now)
    return Made({"code": code_of(path)}, {"username": "newcomer", "role": "AGENT"})


def end_post(path: str, now: datetime) -> Made:
    user = person("leaver", (Role.TEAM_LEADER, path), since=timezone.localdate(), now=now)
    return Made({"post_id": Post.objects.get(user=user).id}, {"reason": "调动"})


def colleague(path: str, now: datetime) -> User:
    """Somebody with one post at the path."""
    return person("colleague", (Role.TEAM_LEADER, path), since=timezone.localdate(), now=now)


def with_body(**body: str) -> Maker:
    """A maker of a colleague, and what the address is sent."""

    def make(path: str, now: datetime) -> Made:
        given: Mapping[str, str] = {"reason": "核实", **body}
        return Made({"person_id": colleague(path, now).id}, given)

    return make


def person_appoint(path: str, now: datetime) -> Made:
    made = colleague(path, now)
    return Made({"person_id": made.id}, {"role": "AGENT", "node_code": code_of(path)})


def token(path: str, now: datetime) -> Made:
    today = timezone.localdate()
    make_token(
        user=colleague(path, now),
        name="外呼平台",
        scopes=[TokenScope.READ_TASKS],
        expires_date=today + timedelta(days=9),
        today=today,
        now=now,
    )
    return Made({"token_id": ApiToken.objects.get().id}, {"reason": "停用"})


MAKERS: dict[str, Maker] = {
    "node": node,
    "appoint": appoint,
    "end_post": end_post,
    "person": with_body(),
    "person_appoint": person_appoint,
    "person_password": with_body(),
    "person_factor": with_body(),
    "person_close": with_body(),
    "person_open": with_body(),
    "person_leave": with_body(),
    "revoke_token": token,
}
