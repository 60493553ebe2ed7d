"""People for a demonstration: one of each role, in one line of the tree, and a second planner for four eyes."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from weixi.desk.org.models import Node, SecondFactor, User
from weixi.desk.org.operations.factor import new_salt, secret_for
from weixi.desk.org.operations.people import appoint, make_person
from weixi.desk.org.operations.signing import reset_password
from weixi.desk.org.rules import FACTOR_ROLES, Role
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import OrgLevel

CAST = (
    (Role.AGENT, "agent", OrgLevel.OWNER),
    (Role.TEAM_LEADER, "leader", OrgLevel.UNIT),
    (Role.COUNTY_MANAGER, "county", OrgLevel.COUNTY),
    (Role.MANAGER, "manager", OrgLevel.PROVINCE),
    (Role.PLANNER, "planner", OrgLevel.PROVINCE),
    (Role.PLANNER, "planner2", OrgLevel.PROVINCE),
    (Role.AUDITOR, "auditor", OrgLevel.PROVINCE),
    (Role.ADMINISTRATOR, "admin", OrgLevel.PROVINCE),
)
"""Each role with its staff number and the level of its post; what one planner proposes the other publishes."""


@dataclass(frozen=True, slots=True)
class Player:
    """One person of the demonstration; `secret` is that of the second factor, "" where there is none."""

    username: str
    name: str
    role: Role
    node_code: str
    node_name: str
    secret: str = ""


@transaction.atomic
def make_cast(
    *, password: str, since_date: date, actor: User | None, now: datetime, with_factor: bool = False
) -> tuple[Player, ...]:
    """The cast on the way from the root to the first owner; those who are there get the password.

    A second factor from before is taken away; `with_factor` gives a new one to each whose role asks for it.
    """
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
        name = (
            node.name
            if role is Role.AGENT
            else f"{role.text.zh}{'（复核）' if username == 'planner2' else ''}"
        )
        agent_code = node.code if role is Role.AGENT else ""
        user = User.objects.filter(username=username).first()
        if user is None:
            user = make_person(
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
        SecondFactor.objects.filter(user=user).delete()
        secret = _enrolled(user, now) if with_factor and role in FACTOR_ROLES else ""
        players.append(Player(username, name, role, node.code, node.name, secret))
    return tuple(players)


def _enrolled(user: User, now: datetime) -> str:
    """The secret of a second factor that is there without a first code."""
    salt = new_salt()
    SecondFactor.objects.create(user=user, salt=salt, last_count=0, enrolled_at=now, renewed_at=now)
    return secret_for(user_id=user.id, salt=salt)
