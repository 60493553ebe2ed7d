"""The tree, its posts, and what a person sees of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from weixi.desk.base.territory import under
from weixi.desk.org.models import Node, Post, User
from weixi.desk.org.rules import Held, NodeRow, Role, Sight, sight
from weixi.engine import Partition, Store
from weixi.kernel.language import Text
from weixi.kernel.terms import OrgLevel


@dataclass(frozen=True, slots=True)
class NodeLine:
    """One node on a page; `people` counts those with a post at it today."""

    code: str
    name: str
    level: Text
    people: int


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post on a page."""

    post_id: int
    username: str
    person: str
    role: Text
    node_code: str
    node_name: str
    since_date: date


@dataclass(frozen=True, slots=True)
class NodePage:
    """One node: the way to it from the top of the viewer's sight, what lies below, who holds a post at it."""

    node: NodeLine
    way: tuple[NodeLine, ...]
    below: tuple[NodeLine, ...]
    posts: tuple[PostLine, ...]
    may_appoint: bool


def sight_of(*, user: User, today: date) -> Sight:
    """What the person may see on that business date; a post that ended on it gives nothing any more."""
    if not user.is_active:
        return sight(user.id, user.agent_code, ())
    held = Post.objects.filter(_on(today), user_id=user.id).values_list("role", "node__path")
    return sight(user.id, user.agent_code, (Held(Role(role), path) for role, path in held))


def tree_rows(store: Store, tree: Partition) -> tuple[NodeRow, ...]:
    """The nodes of a tree that the book holds (ORG_NODE); one without a name is called by its code."""
    found = store.rows("SELECT node_code, parent_code, level, name FROM node", inputs={"node": tree})
    return tuple(
        NodeRow(row["node_code"], row["parent_code"], OrgLevel(row["level"]), row["name"] or row["node_code"])
        for row in found
    )


def anybody() -> bool:
    """Whether anybody can sign in."""
    return User.objects.filter(is_active=True).exists()


def posts_of(*, seen: Sight, today: date) -> tuple[PostLine, ...]:
    """The posts that the person holds today."""
    found = Post.objects.filter(_on(today), user_id=seen.user_id).select_related("node", "user")
    return tuple(_line(post) for post in found.order_by("node__path", "role"))


def roots_of(*, seen: Sight, roles: frozenset[Role]) -> tuple[NodeLine, ...]:
    """The tops of what the person sees in one of the roles."""
    nodes = Node.objects.filter(path__in=seen.paths_as(roles), is_current=True).order_by("path")
    return tuple(_node(node, 0) for node in nodes)


def path_of_node(code: str) -> str | None:
    """Where the node of that code lies; None where there is none."""
    return Node.objects.filter(code=code, is_current=True).values_list("path", flat=True).first()


def path_of_owner(code: str) -> str | None:
    """Where the owner of subscribers of that code lies; None where there is none."""
    found = Node.objects.filter(code=code, level=OrgLevel.OWNER, is_current=True)
    return found.values_list("path", flat=True).first()


def path_of_post(post_id: int) -> str | None:
    """Where the post holds; None where there is none."""
    return Post.objects.filter(id=post_id).values_list("node__path", flat=True).first()


def node_page(*, seen: Sight, code: str, today: date) -> NodePage:
    """The page of one node that the person sees. The way shows no node above their sight."""
    node = Node.objects.get(code=code)
    above = [node.path[: at + 1] for at, sign in enumerate(node.path[:-1]) if sign == "/"]
    way = Node.objects.filter(path__in=[path for path in above if seen.covers(path)]).order_by("path")
    below = Node.objects.filter(parent_id=node.id, is_current=True).order_by("path")
    posts = tuple(
        _line(post)
        for post in Post.objects.filter(_on(today), Q(node_id=node.id) | Q(node__parent_id=node.id))
        .select_related("node", "user")
        .order_by("node__path", "role", "user__username")
    )
    counts: dict[str, int] = {}
    for post in posts:
        counts[post.node_code] = counts.get(post.node_code, 0) + 1
    return NodePage(
        _node(node, counts.get(node.code, 0)),
        tuple(_node(n, 0) for n in way),
        tuple(_node(n, counts.get(n.code, 0)) for n in below),
        tuple(post for post in posts if post.node_code == node.code),
        seen.covers_as(node.path, {Role.ADMINISTRATOR}),
    )


def _on(today: date) -> Q:
    return Q(since_date__lte=today) & (Q(until_date__isnull=True) | Q(until_date__gt=today))


def _node(node: Node, people: int) -> NodeLine:
    return NodeLine(node.code, node.name, OrgLevel(node.level).text, people)


def _line(post: Post) -> PostLine:
    return PostLine(
        post.id,
        post.user.username,
        post.user.shown_name,
        Role(post.role).text,
        post.node.code,
        post.node.name,
        post.since_date,
    )


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One node for a program; the root has no parent."""

    code: str
    name: str
    level: OrgLevel
    parent_code: str
    path: str


@dataclass(frozen=True, slots=True)
class TreePage:
    """One page of nodes; `after` continues it, "" at the end."""

    nodes: tuple[TreeRow, ...]
    after: str


def nodes_after(*, territory: tuple[str, ...], after: str, limit: int) -> TreePage:
    """The current nodes of the territory by path, from behind `after`. One statement."""
    found = Node.objects.filter(under("path", territory), is_current=True, path__gt=after)
    rows = list(
        found.order_by("path").values_list("code", "name", "level", "parent__code", "path")[: limit + 1]
    )
    nodes = tuple(
        TreeRow(code, name, OrgLevel(level), parent or "", path)
        for code, name, level, parent, path in rows[:limit]
    )
    return TreePage(nodes, nodes[-1].path if len(rows) > limit else "")


def paths_of_nodes(codes: Iterable[str]) -> dict[str, str]:
    """Where each of those nodes lies, or lay when it left the tree; a code that the desk never had is not in it."""
    return dict(Node.objects.filter(code__in=set(codes)).values_list("code", "path"))


def names_of_nodes(codes: Iterable[str]) -> dict[str, str]:
    """What each of those nodes is called; a code that the desk never had is not in it."""
    return dict(Node.objects.filter(code__in=set(codes)).values_list("code", "name"))
