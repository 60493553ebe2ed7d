"""维系成效: what retention earned and changed, against the hold-out, in the viewer's territory."""

from collections.abc import Iterable
from dataclasses import dataclass

from weixi.desk.evidence.queries.experiments import Experiments, experiments
from weixi.desk.evidence.queries.sealed import Sealed
from weixi.desk.evidence.rules.effect import KpiEffect, kpi_effects
from weixi.desk.scorecard.queries.effect import lift_known, lift_of
from weixi.desk.scorecard.queries.figure import figures_at
from weixi.desk.scorecard.queries.month import assessed_months, choose_month
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.flow.assessment import (
    LiftCourse,
    LiftEffect,
    LiftOutcome,
    LiftReport,
    LiftSpan,
    LiftYear,
    LoyaltyTile,
    Profit,
    lift_courses,
    lift_span,
    loyalty_tiles,
    profits,
    year_ahead,
)
from weixi.kernel.period import Month

YEAR = 12
FIRST = 1
"""The horizon at which KPIs are spoken of: the month of entry."""


@dataclass(frozen=True)
class EffectPage:
    """One month's effects in a territory: profit and loss at every horizon and by cell, the KPIs, courses, four tiles.

    `whole` are the profits of all by horizon, `programmes`, `batches` (months of entry) and `counties` those at the
    chosen horizon, which is the longest if none is asked for. What holds for the whole operator is empty for a viewer
    who answers for a part of it. `unit` is whom the KPIs are of; `year` how far the first year is over, None after it.
    """

    found: Experiments
    whole: tuple[Profit, ...]
    programmes: tuple[Profit, ...]
    batches: tuple[Profit, ...]
    counties: tuple[Profit, ...]
    kpis: tuple[KpiEffect, ...]
    unit: str
    courses: tuple[LiftCourse, ...]
    tiles: tuple[LoyaltyTile, ...]
    year: LiftYear | None

    @property
    def lines(self) -> tuple[tuple[str, Profit], ...]:
        """The rows of the table of profit and loss, each with its mark."""
        return (
            *((f"all-{each.horizon}", each) for each in self.whole),
            *((each.kind, each) for each in self.programmes),
            *((f"batch-{each.entry_month}", each) for each in self.batches),
            *((each.county_code, each) for each in self.counties),
        )

    @property
    def is_unpriced(self) -> bool:
        """Whether the playbook does not say what contacts cost."""
        return any(line.fen is None for _, each in self.lines for line in each.costs)

    @property
    def sealed(self) -> Sealed:
        """The month's effects."""
        return self.found.sealed

    @property
    def now(self) -> Profit | None:
        """The profit of all at the chosen horizon, or of the one county that the viewer answers for."""
        mine = [each for each in self.whole if each.horizon == self.found.horizon]
        if mine:
            return mine[0]
        return self.counties[0] if len(self.counties) == 1 else None


def effect_page(territory: tuple[str, ...], asked: str = "", horizon: str = "") -> EffectPage | None:
    """The effects of that month or of the latest in the territory; None where none were measured yet."""
    found = experiments(territory, asked, horizon, is_longest=True)
    report = None if found is None else lift_of(found.sealed.month)
    if found is None or report is None:
        return None
    mine = {cell.effect.county_code for cell in found.counties}
    code = _unit(found, sorted(mine))
    is_whole = found.is_whole and bool(report.effects)

    def chosen(by: str) -> tuple[Profit, ...]:
        return tuple(each for each in profits(report, by) if each.horizon == found.horizon)

    return EffectPage(
        found=found,
        whole=profits(report) if is_whole else (),
        programmes=chosen("programme") if is_whole else (),
        batches=chosen("month") if is_whole else (),
        counties=tuple(each for each in chosen("county") if each.county_code in mine),
        kpis=_kpis(report, found.sealed.month, code, is_whole=is_whole),
        unit="" if code is None else tree_of(found.sealed.month).name(code),
        courses=lift_courses(report) if is_whole else (),
        tiles=loyalty_tiles(_history(found.sealed.months, found.sealed.month)) if is_whole else (),
        year=year_ahead(report),
    )


def _unit(found: Experiments, counties: list[str]) -> str | None:
    if found.is_whole:
        return tree_of(found.sealed.month).top.code
    return counties[0] if len(counties) == 1 else None


def _kpis(report: LiftReport, month: Month, code: str | None, *, is_whole: bool) -> tuple[KpiEffect, ...]:
    if code is None or month not in assessed_months():
        return ()
    by, county = ("all", "") if is_whole else ("county", code)

    def of(outcome: LiftOutcome) -> LiftEffect | None:
        return next((e for e in report.of(FIRST, outcome, by) if e.county_code == county), None)

    kept = of(LiftOutcome.RETAINED)
    figures = figures_at(choose_month(str(month)), code)
    return kpi_effects(
        _span(of(LiftOutcome.VERIFIED)),
        _span(kept),
        0 if kept is None else kept.treated_count,
        {figure.kpi: figure.denominator for figure in figures},
    )


def _span(effect: LiftEffect | None) -> LiftSpan | None:
    return None if effect is None else lift_span(effect)


def _history(months: Iterable[Month], month: Month) -> list[LiftReport]:
    since = month.plus(1 - YEAR)
    found = (lift_known(each) for each in sorted(months) if since <= each <= month)
    return [report for report in found if report is not None]
