"""People for a demonstration: one of each role, in one line of the tree."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from weixi.desk.org.models import Node, User
from weixi.desk.org.operations.people import appoint, make_person
from weixi.desk.org.operations.signing import reset_password
from weixi.desk.org.rules import Role
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import OrgLevel

CAST = (
    (Role.AGENT, "agent", OrgLevel.OWNER),
    (Role.TEAM_LEADER, "leader", OrgLevel.UNIT),
    (Role.COUNTY_MANAGER, "county", OrgLevel.COUNTY),
    (Role.MANAGER, "manager", OrgLevel.CITY),
    (Role.PLANNER, "planner", OrgLevel.PROVINCE),
    (Role.AUDITOR, "auditor", OrgLevel.PROVINCE),
    (Role.ADMINISTRATOR, "admin", OrgLevel.PROVINCE),
)
"""Each role with its staff number and the level of its post."""


@dataclass(frozen=True, slots=True)
class Player:
    """One person of the demonstration."""

    username: str
    name: str
    role: Role
    node_code: str
    node_name: str


@transaction.atomic
def make_cast(*, password: str, since_date: date, actor: User | None, now: datetime) -> tuple[Player, ...]:
    """One person of each role on the way from the root to the first owner; those who are there get the password."""
    owner = Node.objects.filter(level=OrgLevel.OWNER.value, is_current=True).order_by("path").first()
    if owner is None:
        raise UsageError(
            "org.cast",
            Text("组织树里没有责任人", "the tree has no owner"),
            Text("先载入完整的组织树", "load a whole tree first"),
        )
    codes = owner.path.rstrip("/").split("/")
    way = {node.level: node for node in Node.objects.filter(code__in=codes)}
    players = []
    for role, username, level in CAST:
        node = way.get(level.value, owner)
        name = node.name if role is Role.AGENT else role.text.zh
        agent_code = node.code if role is Role.AGENT else ""
        user = User.objects.filter(username=username).first()
        if user is None:
            make_person(
                username=username,
                name=name,
                password=password,
                agent_code=agent_code,
                role=role,
                node_code=node.code,
                since_date=since_date,
                actor=actor,
                now=now,
            )
        else:
            reset_password(username=username, new=password, actor=actor, now=now)
            appoint(user=user, role=role, node_code=node.code, since_date=since_date, actor=actor, now=now)
        players.append(Player(username, name, role, node.code, node.name))
    return tuple(players)
