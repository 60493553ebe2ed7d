"""What retention did to the assessed figures: an effect on households as points of a KPI. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.flow.assessment import CHURN, COMPLETION, KPI_NAMES, RETENTION, LiftSpan
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class KpiEffect:
    """By how many percentage points retention moved one KPI, with its 95 % interval for one look; None: not known."""

    kpi: str
    points: LiftSpan | None
    says: Text

    @property
    def name(self) -> Text:
        """What the KPI is called."""
        return KPI_NAMES[self.kpi]


def kpi_effects(
    verified: LiftSpan | None, kept: LiftSpan | None, treated: int, denominators: Mapping[str, int]
) -> tuple[KpiEffect, ...]:
    """The effect on each of the three KPIs that the month assesses (`denominators` by KPI).

    `verified` and `kept` are shares of a treated household. A household that is kept is one line at least, so that the
    churn rate falls by at least so much; of those kept nobody knows who is in the cohort, so that the retention rate
    rises by at most so much.
    """
    found = []
    if COMPLETION in denominators:
        found.append(
            KpiEffect(
                COMPLETION,
                None if verified is None else verified.times(100),
                Text(
                    "任务达成（续约、续费等）：联系组减留白组",
                    "tasks met (renewed, recharged …): treated less held out",
                ),
            )
        )
    for kpi, says in (
        (
            RETENTION,
            Text(
                "多保住的户 ÷ 拍照 S0；最多这样多，保住的户不一定都在拍照名单里",
                "households kept ÷ S0; at most so much: not all of them need be in the cohort",
            ),
        ),
        (
            CHURN,
            Text(
                "多保住的户 ÷ 基期在网，每户按一个号码；离网率低这样多",
                "households kept ÷ lines in service on date 0, one line each: the churn rate is lower by so much",
            ),
        ),
    ):
        if denominators.get(kpi):
            span = None if kept is None else kept.times(100 * treated / denominators[kpi])
            found.append(KpiEffect(kpi, span, says))
    return tuple(found)


def points_said(span: LiftSpan | None) -> str:
    """The points with their interval: `+0.42 (+0.10 … +0.74)`."""
    if span is None:
        return "—"
    return f"{points(span.value)} ({points(span.low)} … {points(span.high)})"


def points(figure: float) -> str:
    """A figure with two decimals and its sign: `+0.42`, `−0.10`."""
    rounded = round(figure, 2)
    return f"{'−' if rounded < 0 else '+' if rounded > 0 else ''}{abs(rounded):.2f}"
