"""Writes of the organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db import transaction

from weixi.desk.audit.operations import record
from weixi.desk.org.models import Node, Post, User
from weixi.desk.org.rules import NodeRow, Role, place
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class TreeLoaded:
    """What a loaded tree changed: nodes in all, new ones, ones that moved or were renamed, ones that left."""

    nodes: int
    added: int
    changed: int
    left: int


@transaction.atomic
def load_tree(*, nodes: Sequence[NodeRow], actor: User | None, now: datetime) -> TreeLoaded:
    """Make the tree what the rows say: a node that moved gets its new path, one that left stays, not current.

    The same tree again changes nothing and leaves no entry. Raises DataError where the rows are no tree.
    """
    placed = place(nodes)
    before = {node.code: node for node in Node.objects.select_for_update()}
    ids: dict[str, int] = {code: node.id for code, node in before.items()}
    added = changed = 0
    fresh = {p.row.code: p.path for p in placed}
    for _, level in groupby(placed, key=lambda p: p.depth):
        new: list[Node] = []
        for p in level:
            row = p.row
            parent_id = ids[row.parent] if row.parent is not None else None
            values = (parent_id, row.level.value, row.name, p.path, True)
            old = before.get(row.code)
            if old is None:
                new.append(
                    Node(
                        code=row.code, parent_id=parent_id, level=row.level.value, name=row.name, path=p.path
                    )
                )
            elif (old.parent_id, old.level, old.name, old.path, old.is_current) != values:
                changed += 1
                Node.objects.filter(id=old.id).update(
                    parent_id=parent_id, level=row.level.value, name=row.name, path=p.path, is_current=True
                )
        ids |= {node.code: node.id for node in Node.objects.bulk_create(new, batch_size=500)}
        added += len(new)
    gone = [node.id for code, node in before.items() if code not in fresh and node.is_current]
    left = Node.objects.filter(id__in=gone).update(is_current=False)
    loaded = TreeLoaded(len(placed), added, changed, left)
    if added or changed or left:
        record(
            actor_id=actor.id if actor else None,
            act="org.load_tree",
            subject="tree",
            detail={"nodes": loaded.nodes, "added": added, "changed": changed, "left": left},
            now=now,
        )
    return loaded


@transaction.atomic
def make_person(
    *,
    username: str,
    name: str,
    password: str,
    agent_code: str,
    role: Role,
    node_code: str,
    since_date: date,
    actor: User | None,
    now: datetime,
) -> User:
    """A person who may sign in, with a first post. Raises UsageError where the staff number is taken."""
    if User.objects.filter(username=username).exists():
        raise UsageError(
            "org.person",
            Text(f"工号 {username} 已存在", f"the staff number {username} is taken"),
            Text("换一个工号，或给这个人增加岗位", "choose another, or give that person a post"),
        )
    user = User(username=username, name=name, agent_code=agent_code)
    user.set_password(password)
    user.save()
    record(
        actor_id=actor.id if actor else None,
        act="org.make_person",
        subject=f"person:{username}",
        detail={"agent_code": agent_code},
        now=now,
    )
    appoint(user=user, role=role, node_code=node_code, since_date=since_date, actor=actor, now=now)
    return user


@transaction.atomic
def appoint(
    *, user: User, role: Role, node_code: str, since_date: date, actor: User | None, now: datetime
) -> Post:
    """Give the person a post from that date on; the same open post twice is one."""
    User.objects.select_for_update().get(id=user.id)
    node = Node.objects.filter(code=node_code, is_current=True).first()
    if node is None:
        raise UsageError(
            "org.node",
            Text(f"组织树里没有 {node_code}", f"there is no {node_code} in the tree"),
            Text("先用 weixi desk tree 载入组织树", "load the tree first with weixi desk tree"),
        )
    post, made = Post.objects.get_or_create(
        user=user, role=role.value, node=node, until_date=None, defaults={"since_date": since_date}
    )
    if made:
        record(
            actor_id=actor.id if actor else None,
            act="org.appoint",
            subject=f"person:{user.username}",
            detail={"role": role.value, "node": node.code, "since": since_date.isoformat()},
            now=now,
            path=node.path,
        )
    return post


@transaction.atomic
def end_post(*, post_id: int, until_date: date, actor: User | None, now: datetime, reason: str) -> bool:
    """End the post: it gives nothing from `until_date` on. Whether anything changed.

    A post that had not begun by then never gives anything.
    """
    post = Post.objects.select_for_update(of=("self",)).select_related("node", "user").get(id=post_id)
    if post.until_date is not None and post.until_date <= until_date:
        return False
    Post.objects.filter(id=post_id, since_date__gt=until_date).update(since_date=until_date)
    Post.objects.filter(id=post_id).update(until_date=until_date)
    record(
        actor_id=actor.id if actor else None,
        act="org.end_post",
        subject=f"person:{post.user.username}",
        detail={"role": post.role, "node": post.node.code, "until": until_date.isoformat()},
        now=now,
        reason=reason,
        path=post.node.path,
    )
    return True
