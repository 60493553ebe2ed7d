"""One month's KPIs as people and programs read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from weixi.engine import Partition, Store, Table
from weixi.flow.assessment.calibre import value
from weixi.flow.assessment.tables import KPI, SCORECARD
from weixi.flow.book import SUBSCRIBER_MONTH, Origin, origin_of, require_month
from weixi.flow.cohort import require_tree
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Light, OrgLevel


@dataclass(frozen=True, slots=True)
class KpiValue:
    """One calibre at one node; `calibre` is its id."""

    calibre: str
    node_code: str
    numerator: int
    denominator: int

    @property
    def rate(self) -> Fraction | None:
        """Numerator ÷ denominator, exact; None where nothing stands in the denominator."""
        return value(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Score:
    """One assessed KPI at one node beside its target; `gap_count` is how many it is short of the target.

    `last_month` is the same calibre a month before, where it was assessed.
    """

    kpi: str
    value: KpiValue
    target_rate: float
    gap_count: int
    light: Light
    last_year_rate: float | None
    rank: int | None
    last_month: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The playbook's target of one KPI: `rate` per `period` (QUARTER, YEAR or None) and for the period so far.

    `weight` is its share of the score: what the plan says where it gives every KPI a weight, else an equal share;
    `is_weighed` says which.
    """

    rate: Fraction
    direction: str
    period: str | None
    to_date: Fraction
    weight: Fraction = Fraction(1)
    is_weighed: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One assessed warning that the plan's data could not give: its name, and what was missing."""

    code: str
    text: Text
    columns: tuple[str, ...]


@dataclass(frozen=True)
class KpiReport:
    """The KPIs of one month at the top of the tree and at the nodes of one level, in the nodes' order.

    `nodes` is node code → name, the top first; `not_computable` is calibre id → what is missing;
    `unverifiable_tasks` is missing input → how many tasks lack it; `left_out` are the warnings that no task could be
    made of. `suspects_known`: whether the month's data tells confirmed suspects, so that they could be left out.
    """

    month: Month
    base: Month
    top: str
    nodes: dict[str, str]
    values: dict[tuple[str, str], KpiValue]
    scores: dict[tuple[str, str], Score]
    targets: dict[str, Target]
    not_computable: dict[str, tuple[str, ...]]
    unverifiable_tasks: dict[str, int]
    left_out: tuple[LeftOut, ...]
    suspects_known: bool
    origin: Origin

    @property
    def months(self) -> int:
        """Months since date 0."""
        return self.month.index - self.base.index


def require_assessed(store: Store, table: Table, month: Month) -> Partition:
    """The month's partition of one of the assessment's tables. Raises DataError where the month was never run."""
    return require_month(
        store,
        table,
        month,
        Text(f"{month} 还没有指标", f"{month} has no KPIs yet"),
        Text(f"先运行 weixi run --month {month}", f"run weixi run --month {month} first"),
    )


def read_report(store: Store, month: Month, level: OrgLevel) -> KpiReport:
    """The month's KPIs at the top and at `level`. Raises DataError where they were never computed."""
    kpis, scorecard = (require_assessed(store, table, month) for table in (KPI, SCORECARD))
    tree = {"node": require_tree(store, month)}
    nodes = store.rows(
        """SELECT node_code, name, parent_code IS NULL AS is_top FROM node
WHERE level = $level OR parent_code IS NULL ORDER BY is_top DESC, node_code""",
        inputs=tree,
        parameters={"level": str(level)},
    )
    chosen = "JOIN node AS n ON n.node_code = k.node_code WHERE n.level = $level OR n.parent_code IS NULL"
    values = store.rows(
        f"SELECT k.calibre, k.node_code, k.numerator, k.denominator FROM kpi AS k {chosen} ORDER BY calibre, node_code",
        inputs={"kpi": kpis, **tree},
        parameters={"level": str(level)},
    )
    scores = store.rows(
        "SELECT k.kpi, k.calibre, k.node_code, k.numerator, k.denominator, k.target_rate, k.gap_count, k.light,"
        f" k.last_year_rate, k.rank FROM card AS k {chosen} ORDER BY kpi, node_code",
        inputs={"card": scorecard, **tree},
        parameters={"level": str(level)},
    )
    note = kpis.manifest.note
    before = _last_month(store, month, {row["calibre"] for row in scores})
    return KpiReport(
        month=month,
        base=Month.parse(note["base"]),
        top=nodes[0]["node_code"],
        nodes={row["node_code"]: row["name"] for row in nodes},
        values={(row["calibre"], row["node_code"]): KpiValue(**row) for row in values},
        scores={
            (row["kpi"], row["node_code"]): Score(
                kpi=row["kpi"],
                value=KpiValue(row["calibre"], row["node_code"], row["numerator"], row["denominator"]),
                target_rate=row["target_rate"],
                gap_count=row["gap_count"],
                light=Light(row["light"]),
                last_year_rate=row["last_year_rate"],
                rank=row["rank"],
                last_month=before.get((row["calibre"], row["node_code"])),
            )
            for row in scores
        },
        targets=targets_said(scorecard.manifest.note["targets"]),
        not_computable={each: tuple(names) for each, names in note["not_computable"].items()},
        unverifiable_tasks=note["unverifiable_tasks"],
        left_out=left_out_said(note),
        suspects_known=note.get("suspects_known", True),
        origin=origin_of(store.require(SUBSCRIBER_MONTH, month=month.number)),
    )


def targets_said(said: Sequence[Mapping[str, str | None]]) -> dict[str, Target]:
    """KPI → its target as the scorecard's note says it; weights sum to 1."""
    weights = [Fraction(weight) for each in said if (weight := each.get("weight")) is not None]
    weighed = bool(said) and len(weights) == len(said) and sum(weights) > 0
    found = {}
    for place, each in enumerate(said):
        share = weights[place] / sum(weights) if weighed else Fraction(1, len(said))
        found[str(each["kpi"])] = Target(
            Fraction(str(each["rate"])),
            str(each["direction"]),
            each["period"],
            Fraction(str(each["to_date"])),
            share,
            weighed,
        )
    return found


def left_out_said(note: Mapping[str, Any]) -> tuple[LeftOut, ...]:
    """The warnings that the month's KPIs say they left out, for lack of data."""
    return tuple(
        LeftOut(said["code"], Text(said["zh"], said["en"]), tuple(said["columns"]))
        for said in note.get("left_out", ())
    )


def _last_month(
    store: Store, month: Month, calibres: Iterable[str]
) -> dict[tuple[str, str], Fraction | None]:
    """(calibre, node) → its rate a month before; empty where that month was not assessed."""
    before = store.current(KPI, month=month.plus(-1).number)
    if before is None:
        return {}
    rows = store.rows(
        "SELECT calibre, node_code, numerator, denominator FROM kpi_value ORDER BY calibre, node_code",
        inputs={"kpi_value": before},
    )
    wanted = set(calibres)
    return {
        (row["calibre"], row["node_code"]): value(row["numerator"], row["denominator"])
        for row in rows
        if row["calibre"] in wanted
    }
