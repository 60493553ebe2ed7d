"""未达清单: the subscribers and tasks behind a figure, one by one, masked, cut by the viewer's territory of today."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weixi.desk.base.book import playbook, store
from weixi.desk.org.queries import paths_of_nodes
from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.queries.branch import Spot, Tree, branch_of, tree_of, way_to
from weixi.desk.scorecard.queries.memory import Memory
from weixi.desk.scorecard.queries.month import MonthChoice, choose_month
from weixi.desk.scorecard.rules.figure import PAGE_ROWS, missed, withheld
from weixi.flow.assessment import (
    KPI_NAMES,
    REASONS,
    Branch,
    Calibre,
    Grain,
    find_calibre,
    list_misses,
)
from weixi.kernel.errors import UsageError
from weixi.kernel.ids import mask_number
from weixi.kernel.language import Text

_listed: Memory[pa.Table] = Memory(8)


@dataclass(frozen=True, slots=True)
class Miss:
    """One line or task that is missed; `number` is masked, money is fen, None where it does not apply."""

    subscriber_id: int
    number: str
    county: str
    node: str
    reason: Text
    kind: Text | None
    bill_fen: int | None
    arpu_fen: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows are missed, and how many."""

    code: str
    text: Text
    count: int


@dataclass(frozen=True)
class MissPage:
    """One page of the list; `after` continues it, None at the end. `elsewhere` rows belong to other units today."""

    choice: MonthChoice
    branch: Branch
    way: tuple[Spot, ...]
    kpi: str
    name: Text
    calibre: Calibre
    reasons: tuple[Reason, ...]
    reason: str
    total: int
    elsewhere: int
    rows: tuple[Miss, ...]
    after: int | None

    @property
    def who(self) -> Text:
        """Whom the list holds."""
        return missed(self.kpi)

    @property
    def is_of_tasks(self) -> bool:
        """Whether the rows are tasks."""
        return self.calibre.grain is Grain.TASK


def is_at_hand(*, code: str, kpi: str, month: str = "") -> bool:
    """Whether the list was made before, so that it comes at once."""
    choice = choose_month(month)
    calibre = _calibre(branch_of(choice, code), kpi)
    return _listed.has((*choice.line_key, calibre.id))


def miss_page(
    *,
    seen: Sight,
    territory: tuple[str, ...],
    code: str,
    path: str,
    kpi: str,
    month: str = "",
    reason: str = "",
    after: int = 0,
    size: int = PAGE_ROWS,
) -> MissPage:
    """The rows from number `after` on. The first list of a month and KPI reads the lines: about a second at a million.

    Raises UsageError for a KPI that is not assessed, DataError where it cannot be computed.
    """
    choice = choose_month(month)
    branch = branch_of(choice, code)
    calibre = _calibre(branch, kpi)
    # The list of the whole tree costs what one unit's costs, and every unit's is cut from it.
    found = _listed.get(
        (*choice.line_key, calibre.id), lambda: list_misses(store(), choice.month, calibre).listing.table
    )
    table = _below(found, code, tree_of(choice.month))
    here = inside(table, territory)
    elsewhere = table.num_rows - here.num_rows
    counts = pc.value_counts(here["reason"]).to_pylist()
    reasons = sorted(
        (Reason(each["values"], _said(each["values"]), each["counts"]) for each in counts),
        key=lambda each: (-each.count, each.code),
    )
    if reason in {each.code for each in reasons}:
        here = here.filter(pc.equal(here["reason"], reason))
    else:
        reason = ""
    page = here.slice(after, size)
    return MissPage(
        choice=choice,
        branch=branch,
        way=way_to(seen, path, tree_of(choice.month)),
        kpi=kpi,
        name=KPI_NAMES[kpi],
        calibre=calibre,
        reasons=tuple(reasons),
        reason=reason,
        total=here.num_rows,
        elsewhere=elsewhere,
        rows=tuple(_rows(page)),
        after=after + page.num_rows if after + page.num_rows < here.num_rows else None,
    )


def _calibre(branch: Branch, kpi: str) -> Calibre:
    """The calibre that the KPI is assessed in."""
    for (name, _), score in branch.scores.items():
        if name == kpi:
            return find_calibre(score.value.calibre)
    raise UsageError(
        "cockpit.no_list",
        Text(f"方案没有考核“{kpi}”", f"the plan does not assess “{kpi}”"),
        Text("从驾驶舱的指标进入清单", "open the list from a figure of the cockpit"),
    )


def _below(table: pa.Table, code: str, tree: Tree) -> pa.Table:
    """The rows that counted at the node in that month."""
    top = tree.paths[code]
    inside = [each for each, path in tree.paths.items() if path.startswith(top)]
    return table.filter(pc.is_in(table["node_code"], value_set=pa.array(inside, pa.string())))


def inside(table: pa.Table, territory: tuple[str, ...]) -> pa.Table:
    """The rows whose unit lies in the territory today: units that moved since take their lists with them."""
    codes = [code for code in pc.unique(table["node_code"]).to_pylist() if code is not None]
    moved = withheld(paths_of_nodes(codes), codes, territory)
    if not moved:
        return table
    gone = pc.is_in(table["node_code"], value_set=pa.array(sorted(moved), pa.string()))
    return table.filter(pc.invert(gone))


def _said(reason: str) -> Text:
    return REASONS.get(reason, Text(reason, reason))


def _rows(table: pa.Table) -> Iterator[Miss]:
    kinds = {rule.code: rule.text for rule in playbook().warnings}
    for row in table.to_pylist():
        yield _row(row, kinds)


def _row(row: dict[str, Any], kinds: dict[str, Text]) -> Miss:
    kind = row.get("kind")
    return Miss(
        row["subscriber_id"],
        mask_number(row["msisdn"]) if row["msisdn"] else "",
        row["county"] or "",
        row["node"] or row["node_code"] or "",
        _said(row["reason"]),
        None if kind is None else kinds.get(kind, Text(kind, kind)),
        row.get("bill_fen"),
        row.get("arpu_fen"),
    )
