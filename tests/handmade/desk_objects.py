"""How to make the object that an address names: the scope matrix asks for one of every address with a territory.

An app with such an address adds a line to MAKERS: the route's name, and a function that makes the object at a path.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from handmade.desk import code_of, person
from weixi.desk.org.models import Post
from weixi.desk.org.rules import Role


@dataclass(frozen=True)
class Made:
    """One object: the parts of its address, and a body that the address accepts."""

    parts: Mapping[str, object]
    body: Mapping[str, str] = field(default_factory=dict)


Maker = Callable[[str, datetime], Made]


def node(path: str, now: datetime) -> Made:
    return Made({"code": code_of(path)})


def appoint(path: str, now: datetime) -> Made:
    person("newcomer", since=timezone.localdate(), now=now)
    return Made({"code": code_of(path)}, {"username": "newcomer", "role": "AGENT"})


def end_post(path: str, now: datetime) -> Made:
    user = person("leaver", (Role.TEAM_LEADER, path), since=timezone.localdate(), now=now)
    return Made({"post_id": Post.objects.get(user=user).id}, {"reason": "调动"})


MAKERS: dict[str, Maker] = {"node": node, "appoint": appoint, "end_post": end_post}
