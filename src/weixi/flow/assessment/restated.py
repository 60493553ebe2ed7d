"""封存值与重述值: what a month said first, what it says now and why, and what it says without corrected subscribers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weixi.engine import Partition, Store, Table
from weixi.flow.assessment.catalogue import CALIBRES
from weixi.flow.assessment.correction import corrections
from weixi.flow.assessment.kpi import kpi_text, lay_ground, parameters
from weixi.flow.assessment.report import KpiValue, require_assessed
from weixi.flow.assessment.state import EXCLUDING
from weixi.flow.assessment.tables import KPI, KPI_RESTATED, LINE_STATE
from weixi.flow.book import ORG_PATH, SUBSCRIBER_MONTH, LedgerAction, LedgerEntry, ledger_entries
from weixi.flow.cohort import ASSIGNMENT, COHORT
from weixi.flow.outcome import OUTCOME
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_VIEWS: Mapping[str, tuple[Table, Text]] = {
    "line_now": (LINE_STATE, Text("本月账册重述", "the month's book was restated")),
    "previous": (LINE_STATE, Text("上月账册重述", "the book of the month before was restated")),
    "base_line": (SUBSCRIBER_MONTH, Text("基期账册重述", "the book of date 0 was restated")),
    "network": (COHORT, Text("拍照名单", "the sealed cohort")),
    "high": (COHORT, Text("拍照名单", "the sealed cohort")),
    "assignment": (ASSIGNMENT, Text("责任归属变更", "lines were assigned anew")),
    "outcome": (OUTCOME, Text("任务窗口跨月，重新核验", "tasks were verified anew: their windows reach on")),
    "path": (ORG_PATH, Text("组织树变更", "the tree changed")),
}
"""View of the KPIs → its table, and what it means that a revision was made from another one."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One statement of a month's KPIs: when, sealed as what, and what changed since the one before."""

    number: int
    stated_at: str
    seal: str | None
    causes: tuple[Text, ...]
    values: dict[tuple[str, str], KpiValue]


@dataclass(frozen=True)
class Statement:
    """Everything a month has said of its KPIs: every revision, the restatements entered, the corrected values.

    The first revision is the sealed one. `corrected` is None where no entry of the ledger holds for the month.
    """

    month: Month
    revisions: tuple[Revision, ...]
    ledger: tuple[LedgerEntry, ...]
    corrected: dict[tuple[str, str], KpiValue] | None

    @property
    def sealed(self) -> Revision:
        """What was said first."""
        return self.revisions[0]

    @property
    def current(self) -> Revision:
        """What is said now."""
        return self.revisions[-1]


def read_statement(store: Store, month: Month) -> Statement:
    """Every revision of the month's KPIs and, where corrections hold for it, the values without those subscribers.

    Raises DataError where the month was never assessed.
    """
    require_assessed(store, KPI, month)
    found = store.revisions(KPI, month=month.number)
    revisions = []
    for before, partition in zip([None, *found], found, strict=False):
        revisions.append(
            Revision(
                partition.revision,
                partition.manifest.created_at,
                partition.manifest.seal,
                _causes(before, partition),
                _values(store, partition),
            )
        )
    restatements = [e for e in ledger_entries(store, month) if e.action is LedgerAction.RESTATE]
    restated = restate(store, month)
    corrected = None if restated is None else _values(store, restated)
    return Statement(month, tuple(revisions), tuple(restatements), corrected)


def restate(store: Store, month: Month) -> Partition | None:
    """The month's KPIs without the lines that corrections took out of both sides; None where no entry holds.

    The sealed cohorts and the stated KPIs stay as they are. Raises DataError where the month was never assessed.
    """
    stated = require_assessed(store, KPI, month)
    held = corrections(store, month)
    if not held:
        return None
    ground = lay_ground(store, month)
    missing = stated.manifest.note.get("not_computable", {})
    calibres = [calibre for calibre in CALIBRES if calibre.id not in missing]
    inputs: dict[str, Partition | Sequence[Partition]] = {**ground.views, EXCLUDING: held}
    return store.write(
        KPI_RESTATED,
        {"month": month.number},
        kpi_text(calibres, frozenset(inputs)),
        inputs=inputs,
        parameters=parameters(ground, calibres),
        seal=True,
        note={"entries": [p.name for p in held]},
    )


def recompute(
    store: Store, month: Month, revision: int
) -> dict[tuple[str, str], tuple[KpiValue | None, KpiValue | None]]:
    """Compute one revision of the month's KPIs again from the very inputs it names; what differs, by calibre and node.

    Empty: what was sealed is what its inputs give. A pair holds (sealed, computed). Raises DataError where an input
    that the revision names is no longer in the store.
    """
    stated = {p.revision: p for p in store.revisions(KPI, month=month.number)}
    partition = stated.get(revision) or store.require(KPI, month=month.number)
    inputs = {
        view: _with_fingerprint(store, view, prints[0]) for view, prints in partition.manifest.inputs.items()
    }
    missing = partition.manifest.note.get("not_computable", {})
    calibres = [calibre for calibre in CALIBRES if calibre.id not in missing]
    base = Month.parse(partition.manifest.note["base"])
    bound: dict[str, Any] = {"base_last": base.last}
    if any("$months" in calibre.numerator + calibre.denominator for calibre in calibres):
        bound["months"] = partition.manifest.note["months_since_base"]
    rows = store.rows(kpi_text(calibres, frozenset(inputs)), inputs=inputs, parameters=bound)
    again = {
        (r["calibre"], r["node_code"]): KpiValue(
            r["calibre"], r["node_code"], r["numerator"], r["denominator"]
        )
        for r in rows
    }
    sealed = _values(store, partition)
    return {
        key: (sealed.get(key), again.get(key))
        for key in sorted(sealed.keys() | again.keys())
        if sealed.get(key) != again.get(key)
    }


def _with_fingerprint(store: Store, view: str, name: str) -> Partition:
    table = _VIEWS[view][0]
    for current in store.partitions(table):
        for partition in store.revisions(table, **dict(current.key)):
            if partition.fingerprint == name:
                return partition
    raise DataError(
        "restated.input",
        Text(f"该指标的来源 {view} 已不在库中", f"the input {view} of these KPIs is no longer in the store"),
        Text("从备份恢复该分区", "restore that partition from a backup"),
        where=table.name,
    )


def _causes(before: Partition | None, now: Partition) -> tuple[Text, ...]:
    """What was made from something else than in the revision before."""
    if before is None:
        return ()
    was, is_ = before.manifest.inputs, now.manifest.inputs
    changed = [view for view in _VIEWS if was.get(view) != is_.get(view)]
    if not changed:
        return (Text("口径或程序变更", "a calibre or the program changed"),)
    return tuple(dict.fromkeys(_VIEWS[view][1] for view in changed))


def _values(store: Store, partition: Partition) -> dict[tuple[str, str], KpiValue]:
    rows = store.rows(
        "SELECT calibre, node_code, numerator, denominator FROM kpi_value ORDER BY calibre, node_code",
        inputs={"kpi_value": partition},
    )
    return {(row["calibre"], row["node_code"]): KpiValue(**row) for row in rows}
