"""分解: the tree with the lines that each node answers for, of the month and of the sealed cohort."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from weixi.desk.base.book import store
from weixi.flow.cohort import ASSIGNMENT, COHORT, TreeCheck, check_tree, node_counts
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel

NETWORK = "network"
"""The population of everybody, of which nobody answers for a part in particular."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One node: the lines at or below it, those of its own, and those of the sealed cohort."""

    code: str
    parent: str | None
    level: Text
    name: str
    lines: int
    own: int
    sealed: int
    has_below: bool


@dataclass(frozen=True, slots=True)
class TreePage:
    """One node of the tree with the way to it and what lies below; `check` says whether every line counts once."""

    month: Month
    base: Month | None
    cohort: str
    node: Branch
    way: tuple[Branch, ...]
    below: tuple[Branch, ...]
    check: TreeCheck


def tree_page(code: str) -> TreePage | None:
    """The node of that code (unknown: the top) in the latest month that was apportioned; None where none was."""
    months = sorted(int(partition.key["month"]) for partition in store().partitions(ASSIGNMENT))
    if not months:
        return None
    month = Month.from_number(months[-1])
    assigned = store().require(ASSIGNMENT, month=month.number)
    base = Month.of(month.year - 1, 12)
    sealed = [p for p in store().partitions(COHORT) if p.key["month"] == base.number]
    cohort = next((p for p in sealed if p.key["cohort"] != NETWORK), None)
    branches, check = _tree(
        settings.HOME,
        assigned.fingerprint,
        cohort.fingerprint if cohort is not None else "",
        month,
        str(cohort.key["cohort"]) if cohort is not None else "",
    )
    top = next(branch for branch in branches.values() if branch.parent is None)
    node = branches.get(code, top)
    way: list[Branch] = []
    above = node.parent
    while above is not None:
        way.insert(0, branches[above])
        above = branches[above].parent
    below = sorted((b for b in branches.values() if b.parent == node.code), key=lambda b: b.code)
    sealed_in, named = (base, str(cohort.key["cohort"])) if cohort is not None else (None, "")
    return TreePage(month, sealed_in, named, node, tuple(way), tuple(below), check)


@lru_cache(maxsize=4)
def _tree(
    home: Path, assigned: str, sealed: str, month: Month, cohort: str
) -> tuple[dict[str, Branch], TreeCheck]:
    counts = node_counts(store(), month)
    members = (
        {node.node_code: node.line_count for node in node_counts(store(), month, cohort=cohort)}
        if cohort
        else {}
    )
    parents = {node.parent_code for node in counts}
    branches = {
        node.node_code: Branch(
            node.node_code,
            node.parent_code,
            OrgLevel(node.level).text,
            node.name or node.node_code,
            node.line_count,
            node.own_count,
            members.get(node.node_code, 0),
            node.node_code in parents,
        )
        for node in counts
    }
    return branches, check_tree(store(), month)
