"""A small tree of two counties, and people on it."""

from datetime import date, datetime

from weixi.desk.org.models import User
from weixi.desk.org.operations import appoint, load_tree
from weixi.desk.org.rules import NodeRow, Role
from weixi.kernel.terms import OrgLevel

P, C = "P01/", "P01/C01/"
D1, D2 = f"{C}D1/", f"{C}D2/"
U11, U12, U21 = f"{D1}U11/", f"{D1}U12/", f"{D2}U21/"
W111, W112, W211 = f"{U11}W111/", f"{U11}W112/", f"{U21}W211/"

TREE = tuple(
    NodeRow(code, parent, level, name)
    for code, parent, level, name in (
        ("P01", None, OrgLevel.PROVINCE, "楚江省"),
        ("C01", "P01", OrgLevel.CITY, "荆城市"),
        ("D1", "C01", OrgLevel.COUNTY, "东县分"),
        ("D2", "C01", OrgLevel.COUNTY, "西县分"),
        ("U11", "D1", OrgLevel.UNIT, "东县分城关维护单元"),
        ("U12", "D1", OrgLevel.UNIT, "东县分乡镇维护单元"),
        ("U21", "D2", OrgLevel.UNIT, "西县分城关维护单元"),
        ("W111", "U11", OrgLevel.OWNER, "李明"),
        ("W112", "U11", OrgLevel.OWNER, "王芳"),
        ("W211", "U21", OrgLevel.OWNER, "赵强"),
    )
)


def code_of(path: str) -> str:
    """The code of the node at that path."""
    return path.rstrip("/").rsplit("/", 1)[-1]


def grow(now: datetime) -> None:
    """The tree, in the database."""
    load_tree(nodes=TREE, actor=None, now=now)


def person(
    name: str,
    *posts: tuple[Role, str],
    since: date,
    now: datetime,
    agent_code: str = "",
    until: date | None = None,
) -> User:
    """A person with those posts; `until` ends these. No password: `client.force_login` signs them in."""
    user, _ = User.objects.get_or_create(username=name, defaults={"name": name, "agent_code": agent_code})
    for role, path in posts:
        post = appoint(user=user, role=role, node_code=code_of(path), since_date=since, actor=None, now=now)
        if until is not None:
            post.until_date = until
            post.save()
    return user
