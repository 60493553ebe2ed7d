"""One node's KPIs of a month beside its siblings and what lies below it, and its course over the months.

Both read the rollups alone: a page of the desk asks for them on every call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.assessment.calibre import Calibre, value
from weixi.flow.assessment.report import (
    KpiValue,
    LeftOut,
    Score,
    Target,
    left_out_said,
    require_assessed,
    targets_said,
)
from weixi.flow.assessment.tables import KPI, SCORECARD
from weixi.flow.book import SUBSCRIBER_MONTH, Origin, origin_of
from weixi.flow.cohort import require_tree
from weixi.kernel.period import Month
from weixi.kernel.terms import Light, OrgLevel


@dataclass(frozen=True, slots=True)
class BranchNode:
    """One node of the month's tree, by its parent; the root has none."""

    code: str
    name: str
    level: OrgLevel
    parent: str | None


@dataclass(frozen=True)
class Branch:
    """The KPIs of one month at one node.

    `values` are the node's own, calibre id → value; `scores` those of the node, of the nodes beside it under the same
    parent and of those below it, by KPI and node. `beside` holds the node itself. `seal`, `revision` and `stated_at`
    name the partition that every figure comes from.
    """

    month: Month
    base: Month
    node: BranchNode
    beside: tuple[BranchNode, ...]
    below: tuple[BranchNode, ...]
    values: dict[str, KpiValue]
    scores: dict[tuple[str, str], Score]
    targets: dict[str, Target]
    not_computable: dict[str, tuple[str, ...]]
    unverifiable_tasks: dict[str, int]
    left_out: tuple[LeftOut, ...]
    suspects_known: bool
    origin: Origin
    seal: str
    revision: int
    stated_at: str

    @property
    def months(self) -> int:
        """Months since date 0."""
        return self.month.index - self.base.index


@dataclass(frozen=True, slots=True)
class Step:
    """One KPI at one node in one month beside its target; `rate` is None where it cannot be computed."""

    month: Month
    kpi: str
    value: KpiValue
    target_rate: float
    light: Light

    @property
    def rate(self) -> Fraction | None:
        """Numerator ÷ denominator, exact."""
        return None if self.light is Light.NONE else self.value.rate


_NODES = """SELECT n.node_code, n.name, n.level, n.parent_code
FROM node AS n CROSS JOIN me
WHERE n.node_code = me.node_code OR n.parent_code = me.node_code OR n.parent_code = me.parent_code"""

_ME = "SELECT node_code, parent_code FROM node WHERE node_code = $node"


def read_branch(store: Store, month: Month, node_code: str) -> Branch | None:
    """The month's KPIs at the node; None where the month's tree has no such node.

    Raises DataError where the month was never assessed.
    """
    kpis, card = (require_assessed(store, table, month) for table in (KPI, SCORECARD))
    bound = {"node": node_code}
    chosen = Pipeline().add("me", _ME).add("chosen", _NODES)
    tree = {"node": require_tree(store, month)}
    nodes = [
        BranchNode(r["node_code"], r["name"] or r["node_code"], OrgLevel(r["level"]), r["parent_code"])
        for r in store.rows(
            chosen.text("SELECT node_code, name, level, parent_code FROM chosen ORDER BY node_code"),
            inputs=tree,
            parameters=bound,
        )
    ]
    own = next((node for node in nodes if node.code == node_code), None)
    if own is None:
        return None
    values = store.rows(
        "SELECT calibre, node_code, numerator, denominator FROM kpi_value WHERE node_code = $node ORDER BY calibre",
        inputs={"kpi_value": kpis},
        parameters=bound,
    )
    before = store.current(KPI, month=month.plus(-1).number)
    note = kpis.manifest.note
    return Branch(
        month=month,
        base=Month.parse(note["base"]),
        node=own,
        beside=tuple(n for n in nodes if n is own or (n.parent == own.parent and own.parent is not None)),
        below=tuple(node for node in nodes if node.parent == node_code),
        values={row["calibre"]: KpiValue(**row) for row in values},
        scores=_scores(store, chosen, {**tree, "card": card}, before, bound),
        targets=targets_said(card.manifest.note["targets"]),
        not_computable={each: tuple(names) for each, names in note["not_computable"].items()},
        unverifiable_tasks=note["unverifiable_tasks"],
        left_out=left_out_said(note),
        suspects_known=note.get("suspects_known", True),
        origin=origin_of(store.require(SUBSCRIBER_MONTH, month=month.number)),
        seal=kpis.manifest.seal or "",
        revision=kpis.revision,
        stated_at=kpis.manifest.created_at,
    )


def _scores(
    store: Store,
    chosen: Pipeline,
    inputs: dict[str, Partition],
    before: Partition | None,
    bound: dict[str, str],
) -> dict[tuple[str, str], Score]:
    """The scores of the chosen nodes, each with the same calibre a month before."""
    past, join = "CAST(NULL AS BIGINT) AS past_numerator, CAST(NULL AS BIGINT) AS past_denominator", ""
    if before is not None:
        inputs = {**inputs, "before": before}
        past = "b.numerator AS past_numerator, b.denominator AS past_denominator"
        join = "\nLEFT JOIN before AS b ON b.calibre = k.calibre AND b.node_code = k.node_code"
    rows = store.rows(
        chosen.text(
            f"""SELECT k.kpi, k.calibre, k.node_code, k.numerator, k.denominator, k.target_rate, k.gap_count, k.light,
  k.last_year_rate, k.rank, {past}
FROM card AS k JOIN chosen AS c ON c.node_code = k.node_code{join}
ORDER BY k.kpi, k.node_code"""
        ),
        inputs=inputs,
        parameters=bound,
    )
    return {
        (row["kpi"], row["node_code"]): Score(
            kpi=row["kpi"],
            value=_value(row),
            target_rate=row["target_rate"],
            gap_count=row["gap_count"],
            light=Light(row["light"]),
            last_year_rate=row["last_year_rate"],
            rank=row["rank"],
            last_month=value(row["past_numerator"] or 0, row["past_denominator"] or 0),
        )
        for row in rows
    }


def read_course(store: Store, months: Sequence[Month], node_code: str) -> tuple[Step, ...]:
    """The assessed KPIs of the node in each of the months that was assessed, oldest first. One statement."""
    found = {month: store.current(SCORECARD, month=month.number) for month in sorted(months)}
    cards = {month: card for month, card in found.items() if card is not None}
    if not cards:
        return ()
    text = "\nUNION ALL ".join(
        f"SELECT {month.number} AS month, kpi, calibre, node_code, numerator, denominator, target_rate, light"
        f" FROM card_{month.number} WHERE node_code = $node"
        for month in cards
    )
    rows = store.rows(
        f"SELECT month, kpi, calibre, node_code, numerator, denominator, target_rate, light FROM ({text}) AS each_month"
        " ORDER BY month, kpi",
        inputs={f"card_{month.number}": card for month, card in cards.items()},
        parameters={"node": node_code},
    )
    return tuple(
        Step(
            Month.from_number(row["month"]), row["kpi"], _value(row), row["target_rate"], Light(row["light"])
        )
        for row in rows
    )


def read_history(
    store: Store, months: Sequence[Month], node_code: str, calibres: Sequence[Calibre]
) -> dict[tuple[str, Month], KpiValue]:
    """(calibre id, month) → its value at the node, for the months that computed it. One statement."""
    found = {month: store.current(KPI, month=month.number) for month in sorted(months)}
    kpis = {month: each for month, each in found.items() if each is not None}
    if not kpis or not calibres:
        return {}
    wanted = ", ".join(f"'{calibre.id}'" for calibre in calibres)
    text = "\nUNION ALL ".join(
        f"SELECT {month.number} AS month, calibre, node_code, numerator, denominator FROM kpi_{month.number}"
        f" WHERE node_code = $node AND calibre IN ({wanted})"
        for month in kpis
    )
    rows = store.rows(
        f"SELECT month, calibre, node_code, numerator, denominator FROM ({text}) AS each_month ORDER BY month, calibre",
        inputs={f"kpi_{month.number}": each for month, each in kpis.items()},
        parameters={"node": node_code},
    )
    return {(row["calibre"], Month.from_number(row["month"])): _value(row) for row in rows}


def _value(row: dict[str, Any]) -> KpiValue:
    return KpiValue(row["calibre"], row["node_code"], row["numerator"], row["denominator"])
