"""Nodes and posts."""

from datetime import datetime

from django.utils import timezone

from handmade.desk import code_of, person
from handmade.objects.made import Made, Maker
from weixi.desk.org.models import Post
from weixi.desk.org.rules import Role


def node(path: str, now: datetime) -> Made:
    return Made({"code": code_of(path)})


def appoint(path: str, now: datetime) -> Made:
    person("newcomer", since=timezone.localdate(), now=now)
    return Made({"code": code_of(path)}, {"username": "newcomer", "role": "AGENT"})


def end_post(path: str, now: datetime) -> Made:
    user = person("leaver", (Role.TEAM_LEADER, path), since=timezone.localdate(), now=now)
    return Made({"post_id": Post.objects.get(user=user).id}, {"reason": "调动"})


MAKERS: dict[str, Maker] = {"node": node, "appoint": appoint, "end_post": end_post}
