"""One node's figures of a month and their course, and the month's tree: kept in the process by their partitions."""

from dataclasses import dataclass

from weixi.desk.base.book import store
from weixi.desk.org.queries import tree_rows
from weixi.desk.org.rules import NodeRow, Sight, place
from weixi.desk.scorecard.queries.memory import Memory
from weixi.desk.scorecard.queries.month import MonthChoice
from weixi.desk.scorecard.rules.figure import READERS
from weixi.flow.assessment import Branch, Calibre, KpiValue, Step, read_branch, read_course, read_history
from weixi.flow.cohort import require_tree
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_branches: Memory[Branch | None] = Memory(512)
_courses: Memory[tuple[Step, ...]] = Memory(512)
_histories: Memory["History"] = Memory(512)
_trees: Memory["Tree"] = Memory(4)

History = dict[tuple[str, Month], KpiValue]
"""(calibre id, month) → value."""


@dataclass(frozen=True)
class Tree:
    """The tree that a month was assessed on: its nodes and their paths by code."""

    nodes: dict[str, NodeRow]
    paths: dict[str, str]

    def name(self, code: str) -> str:
        """What the node is called; its code where the tree has none of that code."""
        return self.nodes[code].name if code in self.nodes else code


@dataclass(frozen=True, slots=True)
class Spot:
    """One node in the way or beside another; `may_open` says whether the viewer may open its cockpit."""

    code: str
    name: str
    may_open: bool


def tree_of(month: Month) -> Tree:
    """The tree of that month. Raises DataError where the month has none."""
    tree = require_tree(store(), month)

    def work() -> Tree:
        rows = tree_rows(store(), tree)
        return Tree({row.code: row for row in rows}, {each.row.code: each.path for each in place(rows)})

    return _trees.get((str(store().home), tree.fingerprint), work)


def branch_of(choice: MonthChoice, code: str) -> Branch:
    """The node's figures of that month. Raises DataError where the month's tree had no such node."""
    month = choice.month
    found = _branches.get((*choice.key, code), lambda: read_branch(store(), month, code))
    if found is None:
        raise DataError(
            "cockpit.no_node",
            Text(
                f"{month} 的组织树里没有这个单位，所以没有它的指标",
                f"the tree of {month} has no such unit: it has no figures",
            ),
            Text("换一个月份，或看它的上级单位", "choose another month, or look at the unit above it"),
            where=code,
        )
    return found


def course_of(choice: MonthChoice, code: str) -> tuple[Step, ...]:
    """The node's assessed KPIs over the months up to the chosen one."""
    return _courses.get((*choice.course_key, code), lambda: read_course(store(), choice.course, code))


def history_of(choice: MonthChoice, code: str, calibres: tuple[Calibre, ...]) -> History:
    """The node's values in those calibres over the months up to the chosen one."""
    names = tuple(calibre.id for calibre in calibres)
    key = (*choice.course_key, code, names)
    return _histories.get(key, lambda: read_history(store(), choice.course, code, calibres))


def way_to(seen: Sight, path: str, tree: Tree) -> tuple[Spot, ...]:
    """The nodes above the one at `path`, from the top of what the viewer may open."""
    codes = path.rstrip("/").split("/")
    above = ["".join(f"{code}/" for code in codes[: at + 1]) for at in range(len(codes) - 1)]
    return tuple(
        Spot(code, tree.name(code), True)
        for code, where in zip(codes, above, strict=False)
        if seen.covers_as(where, READERS)
    )
