"""指标下达表: one version of a month's targets as people read it, with its sums checked and its signatures."""

from dataclasses import dataclass
from typing import Any

from weixi.engine import Partition, Store
from weixi.flow.assessment.issue import newest_sheet
from weixi.flow.assessment.signoff import TargetEntry, target_entries
from weixi.flow.assessment.tables import TARGET_BASIS, Split, TargetAction
from weixi.flow.book import months_of
from weixi.flow.cohort import POOL_SUFFIX, TARGET, require_path, require_tree
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class SheetVersion:
    """One version of a month's targets: how it was shared, why, by whom, when; version 1 is the run's own.

    `splits` is KPI → how it is shared, `rates` KPI → the rate it was issued at, `totals` KPI → the count at the root,
    `given` the KPIs whose rate or total is not the playbook's; `left_out` have no base. `reason`, `actor`, `issued_at`
    are empty for the run's own. `acknowledged` is node → its entry, latest; only those that signed this very sheet.
    """

    month: Month
    version: int
    splits: dict[str, Split]
    rates: dict[str, str]
    totals: dict[str, int]
    given: tuple[str, ...]
    left_out: tuple[str, ...]
    observed: tuple[str, ...]
    reason: str
    actor: str
    issued_at: str
    seal: str | None
    fingerprint: str
    acknowledged: dict[str, TargetEntry]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One node's target of one KPI: `target_count` of `size` members; `children_count` is what its children sum to.

    `level` is None for a unit's shared pool beside its owners, `children_count` for a node without children.
    `weight` is what the split was made by, thousandths of the expected count; None for the run's own version.
    """

    kpi: str
    node_code: str
    parent_code: str | None
    level: str | None
    name: str
    size: int
    target_count: int
    children_count: int | None
    weight: int | None

    @property
    def reconciles(self) -> bool:
        """Whether the children sum to the node's own figure."""
        return self.children_count is None or self.children_count == self.target_count


@dataclass(frozen=True)
class Sheet:
    """One version with every node's row, in the nodes' order."""

    version: SheetVersion
    rows: tuple[SheetRow, ...]

    @property
    def gaps(self) -> tuple[SheetRow, ...]:
        """The rows that are not the sum of their children's; there should be none."""
        return tuple(row for row in self.rows if not row.reconciles)

    @property
    def checked(self) -> int:
        """How many rows have children to be summed."""
        return sum(row.children_count is not None for row in self.rows)


def sheet_versions(store: Store, month: Month) -> list[SheetVersion]:
    """Every version of the month's targets, oldest first. Raises DataError where there is none."""
    sheets = sorted(
        (p for p in store.partitions(TARGET) if p.key["month"] == month.number),
        key=lambda p: int(p.key["version"]),
    )
    if not sheets:
        raise _no_sheet(store, month)
    entries = target_entries(store, month)
    return [_version(month, sheet, entries) for sheet in sheets]


def read_sheet(store: Store, month: Month, version: int | None = None) -> Sheet:
    """That version of the month's targets, the highest by default. Raises DataError where it was never made."""
    sheet = (
        newest_sheet(store, month)
        if version is None
        else store.current(TARGET, month=month.number, version=version)
    )
    if sheet is None:
        raise _no_sheet(store, month, version)
    tree = require_tree(store, month)
    inputs = {"sheet": sheet, "node": tree, "path": require_path(store, tree)}
    basis = store.current(TARGET_BASIS, month=month.number, version=int(sheet.key["version"]))
    weighed = basis is not None and sheet.manifest.inputs.get("basis") == [basis.fingerprint]
    weight, join = "CAST(NULL AS BIGINT)", ""
    if weighed and basis is not None:
        inputs["basis"] = basis
        weight = "w.weight"
        join = f"""
LEFT JOIN (
  SELECT b.kpi, p.ancestor_code AS node_code, CAST(sum(b.weight) AS BIGINT) AS weight
  FROM basis AS b JOIN path AS p ON p.node_code = b.node_code GROUP BY b.kpi, p.ancestor_code
  UNION ALL SELECT kpi, concat(node_code, '{POOL_SUFFIX}') AS node_code, weight FROM basis
) AS w ON w.kpi = s.kpi AND w.node_code = s.node_code"""
    rows = store.rows(
        f"""SELECT s.kpi, s.node_code, s.parent_code, n.level, COALESCE(n.name, m.name, s.node_code) AS name, s.size,
  s.target_count, c.children_count, {weight} AS weight
FROM sheet AS s
LEFT JOIN node AS n ON n.node_code = s.node_code
LEFT JOIN node AS m ON m.node_code = s.parent_code
LEFT JOIN (
  SELECT kpi, parent_code, CAST(sum(target_count) AS BIGINT) AS children_count
  FROM sheet WHERE parent_code IS NOT NULL GROUP BY kpi, parent_code
) AS c ON c.kpi = s.kpi AND c.parent_code = s.node_code{join}
ORDER BY s.kpi, s.node_code""",
        inputs=inputs,
    )
    return Sheet(_version(month, sheet, target_entries(store, month)), tuple(SheetRow(**row) for row in rows))


def _version(month: Month, sheet: Partition, entries: list[TargetEntry]) -> SheetVersion:
    note: dict[str, Any] = sheet.manifest.note
    splits = note.get("split", {})
    if not isinstance(splits, dict):
        splits = {}
    return SheetVersion(
        month=month,
        version=int(sheet.key["version"]),
        splits={kpi: Split(split) for kpi, split in splits.items()},
        rates=note.get("rates", {}),
        totals=note.get("totals", {}),
        given=tuple(note.get("given", ())),
        left_out=tuple(note.get("left_out", ())),
        observed=tuple(note.get("observed", ())),
        reason=note.get("reason", ""),
        actor=note.get("actor", ""),
        issued_at=note.get("issued_at", ""),
        seal=sheet.manifest.seal,
        fingerprint=sheet.fingerprint,
        acknowledged={
            each.node_code: each
            for each in entries
            if each.action is TargetAction.ACKNOWLEDGED and each.sheet == sheet.fingerprint
        },
    )


def _no_sheet(store: Store, month: Month, version: int | None = None) -> DataError:
    there = "、".join(str(each) for each in months_of(store, TARGET)) or "无"
    which = Text(
        "" if version is None else f"第 {version} 版", "" if version is None else f" version {version}"
    )
    return DataError(
        "target.none",
        Text(f"{month} 没有{which.zh}指标下达表", f"{month} has no targets{which.en}"),
        Text(
            f"先运行 weixi run --month {month}，或下达：weixi target issue；已有的月份：{there}",
            f"run weixi run --month {month}, or issue them: weixi target issue; months there: {there}",
        ),
    )
