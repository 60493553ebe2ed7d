"""净效果: what retention has brought against the hold-out, as the month's sealed LIFT says it."""

from dataclasses import dataclass

from weixi.desk.base.book import playbook, store
from weixi.desk.scorecard.queries.kept import Kept
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.engine import OLD_COLUMNS
from weixi.flow.assessment import LIFT, LiftEffect, LiftOutcome, LiftReport, read_lift
from weixi.kernel.errors import DataError
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel

_reports: Kept[LiftReport] = Kept(16)


@dataclass(frozen=True, slots=True)
class NodeEffect:
    """The effect at one node on the households kept: of the shortest horizon, in the month's LIFT."""

    month: Month
    kept: LiftEffect
    revenue: LiftEffect | None


def lift_of(month: Month) -> LiftReport | None:
    """Every effect of the month; None where its lift was not measured."""
    found, plan = store().current(LIFT, month=month.number), playbook()
    if found is None:
        return None
    key = (str(store().home), str(month), found.fingerprint, plan.fingerprint)
    return _reports.get(key, lambda: read_lift(store(), plan, found))


def lift_known(month: Month) -> LiftReport | None:
    """Every effect of the month; None where its lift was not measured, or an earlier release did."""
    try:
        return lift_of(month)
    except DataError as fault:
        if fault.code != OLD_COLUMNS:
            raise
        return None


def effect_at(month: Month, code: str) -> NodeEffect | None:
    """The effect at the node: that of all at the top of the tree, that of a county at the county.

    None where the month's lift was not measured, and at nodes that no effect is measured of.
    """
    report = lift_known(month)
    if report is None or not report.horizons:
        return None
    tree = tree_of(month)
    place = tree.places.get(code)
    if place is None:
        return None
    if place == tree.top:
        by, wanted = "all", ""
    elif place.level is OrgLevel.COUNTY:
        by, wanted = "county", code
    else:
        return None
    kept, revenue = (
        [e for e in report.of(report.horizons[0], outcome, by) if e.county_code == wanted]
        for outcome in (LiftOutcome.RETAINED, LiftOutcome.REVENUE)
    )
    return NodeEffect(month, kept[0], revenue[0] if revenue else None) if kept else None
