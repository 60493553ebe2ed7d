"""The month's KPIs of one node and of those directly below it, for programs."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.desk.base import book
from weixi.flow.assessment import CALIBRES, KPI, KPI_NAMES, SCORECARD, Calibre
from weixi.flow.cohort import require_tree
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class KpiFigure:
    """One calibre at one node; `rate` None: nothing stands in the denominator."""

    node_code: str
    node_name: str
    calibre: str
    numerator: int
    denominator: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class KpiScore:
    """One assessed KPI at one node beside its target; `gap_count` is how many it is short."""

    node_code: str
    kpi: str
    calibre: str
    rate: float | None
    target_rate: float
    gap_count: int
    light: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class KpiMonth:
    """One month at one node and those below; `fingerprint` names the sealed figures."""

    month: int
    node_code: str
    fingerprint: str
    values: tuple[KpiFigure, ...]
    scores: tuple[KpiScore, ...]
    not_computable: Mapping[str, tuple[str, ...]]


_HERE = "JOIN node AS n ON n.node_code = k.node_code WHERE n.node_code = $node OR n.parent_code = $node"


def kpi_month(*, node_code: str, month: int | None) -> KpiMonth:
    """The figures; the newest month where none is given. Raises DataError where the month was never assessed."""
    chosen = Month.from_number(month) if month is not None else book.latest_month(KPI)
    store = book.store()
    kpis = store.current(KPI, month=chosen.number) if chosen is not None else None
    if chosen is None or kpis is None:
        raise _none(chosen)
    tree = {"node": require_tree(store, chosen)}
    own = {"node": node_code}
    values = store.rows(
        "SELECT k.node_code, n.name, k.calibre, k.numerator, k.denominator FROM kpi AS k "
        f"{_HERE} ORDER BY calibre, node_code",
        inputs={"kpi": kpis, **tree},
        parameters=own,
    )
    scores = store.rows(
        "SELECT k.node_code, k.kpi, k.calibre, k.rate, k.target_rate, k.gap_count, k.light, k.rank FROM card AS k "
        f"{_HERE} ORDER BY kpi, node_code",
        inputs={"card": store.require(SCORECARD, month=chosen.number), **tree},
        parameters=own,
    )
    return KpiMonth(
        chosen.number,
        node_code,
        kpis.fingerprint,
        tuple(
            KpiFigure(
                row["node_code"],
                row["name"] or row["node_code"],
                row["calibre"],
                row["numerator"],
                row["denominator"],
                row["numerator"] / row["denominator"] if row["denominator"] else None,
            )
            for row in values
        ),
        tuple(KpiScore(**row) for row in scores),
        {each: tuple(names) for each, names in kpis.manifest.note["not_computable"].items()},
    )


def calibres() -> tuple[Calibre, ...]:
    """Every calibre that ships."""
    return CALIBRES


def kpi_name(kpi: str) -> Text:
    """What the KPI is called."""
    return KPI_NAMES[kpi]


def _none(month: Month | None) -> DataError:
    return DataError(
        "kpi.none",
        Text(f"{month or '账册'} 还没有指标", f"{month or 'the book'} has no KPIs yet"),
        Text("先运行当月的考核，或换一个月", "run the month's assessment first, or ask for another month"),
    )
