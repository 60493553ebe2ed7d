"""Loading the operator's tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction

from weixi.desk.audit.operations import record
from weixi.desk.org.models import Node, User
from weixi.desk.org.rules import NodeRow, place


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
