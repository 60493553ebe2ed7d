"""Grades and categories at one node: counts, shares, this month's changes; summed from the cells of the nodes below."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from weixi.desk.base.book import latest_month, store
from weixi.desk.base.territory import under
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Sight
from weixi.flow.cohort import (
    AGE_EDGES,
    ASSIGNMENT,
    GradeMove,
    LapsedCell,
    StandingCell,
    grade_moves,
    lapsed,
    standing,
)
from weixi.flow.segment import LABEL
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Category, ExitType, Grade, OrgLevel

ENTERPRISE = (Category.LARGE_ENTERPRISE, Category.GOVERNMENT, Category.SME)
AGES = (
    *(
        Text(f"{a + 1}–{b} 天", f"{a + 1}–{b} days")
        for a, b in zip((-1, *AGE_EDGES), AGE_EDGES, strict=False)
    ),
    Text(f"{AGE_EDGES[-1]} 天以上", f"over {AGE_EDGES[-1]} days"),
)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One grade, or one category: its lines, their shares (0–1), and of how many of them nobody is named.

    `came` and `went` count this month's changes of grade; a category has none.
    """

    code: str
    text: Text
    count: int
    share: float
    revenue_share: float
    unserved: int
    came: int = 0
    went: int = 0


@dataclass(frozen=True, slots=True)
class BelowRow:
    """One node below: its lines, those that are KEY and their share of its revenue."""

    code: str
    name: str
    count: int
    key_count: int
    key_share: float
    unserved_key: int


@dataclass(frozen=True, slots=True)
class LapsedRow:
    """Lines that left in one way, by the classes of days since."""

    code: str
    text: Text
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """One node's customers in groups."""

    month: Month
    code: str
    name: str
    level: Text
    way: tuple[tuple[str, str], ...]
    total: int
    grades: tuple[GroupRow, ...]
    categories: tuple[GroupRow, ...]
    ages: tuple[Text, ...]
    lapsed: tuple[LapsedRow, ...]
    below: tuple[BelowRow, ...]


def groups_of(code: str, sight: Sight) -> Groups | None:
    """The groups of a node that the person sees; None where no month was run. Two statements of the database."""
    month = latest_month(LABEL)
    if month is None:
        return None
    cells, moves, gone = _rollups(month)
    node = Node.objects.get(code=code)
    paths = dict(Node.objects.filter(under("path", [node.path]), is_current=True).values_list("code", "path"))
    mine = [cell for cell in cells if cell.node_code in paths]
    moved = [move for move in moves if move.node_code in paths]
    left = [cell for cell in gone if cell.node_code in paths]
    above = [node.path[: at + 1] for at, sign in enumerate(node.path[:-1]) if sign == "/"]
    named = dict(
        Node.objects.filter(path__in=[*above, *_children(node.path, paths.values())]).values_list(
            "path", "name"
        )
    )
    return Groups(
        month=month,
        code=node.code,
        name=node.name,
        level=OrgLevel(node.level).text,
        way=tuple((_code(path), named[path]) for path in above if path in named and sight.covers(path)),
        total=sum(cell.line_count for cell in mine),
        grades=_grades(mine, moved),
        categories=_categories(mine),
        ages=AGES,
        lapsed=_lapsed(left),
        below=_below(node.path, paths, mine, named),
    )


def _rollups(
    month: Month,
) -> tuple[tuple[StandingCell, ...], tuple[GradeMove, ...], tuple[LapsedCell, ...]]:
    label = store().require(LABEL, month=month.number)
    assignment = store().require(ASSIGNMENT, month=month.number)
    return _computed(label.fingerprint, assignment.fingerprint, month.number)


@lru_cache(maxsize=3)
def _computed(
    label: str, assignment: str, month: int
) -> tuple[tuple[StandingCell, ...], tuple[GradeMove, ...], tuple[LapsedCell, ...]]:
    """The rollups of the partitions of those fingerprints, which never change."""
    of = Month.from_number(month)
    return tuple(standing(store(), of)), tuple(grade_moves(store(), of)), tuple(lapsed(store(), of))


def _grades(cells: list[StandingCell], moves: list[GradeMove]) -> tuple[GroupRow, ...]:
    came, went = Counter[str](), Counter[str]()
    for move in moves:
        came[move.after] += move.line_count
        if move.before is not None:
            went[move.before] += move.line_count
    total, revenue = sum(c.line_count for c in cells), sum(c.revenue_fen for c in cells)
    rows = []
    for grade in Grade:
        own = [cell for cell in cells if cell.grade == grade]
        count, served = sum(c.line_count for c in own), sum(c.served_count for c in own)
        share = _share(sum(c.revenue_fen for c in own), revenue)
        rows.append(
            GroupRow(
                grade,
                grade.text,
                count,
                _share(count, total),
                share,
                count - served,
                came[grade],
                went[grade],
            )
        )
    return tuple(rows)


def _categories(cells: list[StandingCell]) -> tuple[GroupRow, ...]:
    """Of lines that are customers now: those that have left, and prospects, are of no category's size."""
    live = [cell for cell in cells if cell.grade in (Grade.KEY, Grade.REGULAR)]
    total, revenue = sum(c.line_count for c in live), sum(c.revenue_fen for c in live)
    rows = []
    for category in Category:
        own = [cell for cell in live if cell.category == category]
        count = sum(c.line_count for c in own)
        named = sum(c.managed_count if category in ENTERPRISE else c.served_count for c in own)
        share = _share(sum(c.revenue_fen for c in own), revenue)
        rows.append(GroupRow(category, category.text, count, _share(count, total), share, count - named))
    return tuple(rows)


def _lapsed(cells: list[LapsedCell]) -> tuple[LapsedRow, ...]:
    counts = Counter[tuple[str, int]]()
    for cell in cells:
        counts[cell.exit_type, cell.age] += cell.line_count
    rows = [
        LapsedRow(kind, kind.text, tuple(counts[kind, age] for age in range(len(AGES)))) for kind in ExitType
    ]
    return tuple(row for row in rows if any(row.counts))


def _below(
    path: str, paths: dict[str, str], cells: list[StandingCell], named: dict[str, str]
) -> tuple[BelowRow, ...]:
    """The children of the node with the sums of all that lies below each; its own pool last."""
    sums: dict[str, list[int]] = {}
    for cell in cells:
        child = _child(path, paths[cell.node_code])
        row = sums.setdefault(child, [0, 0, 0, 0, 0])
        is_key = cell.grade == Grade.KEY
        row[0] += cell.line_count
        row[1] += cell.revenue_fen
        if is_key:
            row[2] += cell.line_count
            row[3] += cell.revenue_fen
            row[4] += cell.line_count - cell.served_count
    return tuple(
        BelowRow(_code(child), named[child], count, keys, _share(key_revenue, revenue), unserved)
        for child, (count, revenue, keys, key_revenue, unserved) in sorted(sums.items())
        if child != path and child in named
    )


def _children(path: str, paths: Iterable[str]) -> set[str]:
    return {_child(path, below) for below in paths}


def _child(path: str, below: str) -> str:
    """The child of `path` at or above `below`; itself where that is the node's own."""
    return path + below[len(path) :].split("/", 1)[0] + "/" if below != path else path


def _code(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[-1]


def _share(part: int, whole: int) -> float:
    return part / whole if whole > 0 else 0.0
