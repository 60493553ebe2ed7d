"""What the programme earned: incremental revenue against the hold-out less what is known of its cost, by horizon."""

from collections.abc import Callable
from dataclasses import dataclass

from weixi.flow.assessment.lift.report import Effect, LiftReport, Verdict
from weixi.flow.assessment.lift.tables import LiftOutcome
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Span:
    """One figure with its 95 % interval for one look, and the one that holds at every look (None: unbounded)."""

    value: float
    low: float
    high: float
    always_low: float | None
    always_high: float | None

    def times(self, factor: float) -> "Span":
        """The same in another unit; `factor` is above 0."""
        return self._each(lambda figure: figure * factor)

    def less(self, cost: float) -> "Span":
        """The same after a cost that is known without error."""
        return self._each(lambda figure: figure - cost)

    def _each(self, change: Callable[[float], float]) -> "Span":
        low, high = (None if side is None else change(side) for side in (self.always_low, self.always_high))
        return Span(change(self.value), change(self.low), change(self.high), low, high)


def span_of(effect: Effect) -> Span | None:
    """The effect a treated household; None where nothing may be said of it."""
    if (
        effect.verdict is Verdict.UNKNOWN
        or effect.effect is None
        or effect.low is None
        or effect.high is None
    ):
        return None
    return Span(effect.effect, effect.low, effect.high, effect.always_low, effect.always_high)


@dataclass(frozen=True)
class Profit:
    """The profit and loss of one cell (all, a warning, a county), so many months after entry; money in fen.

    `revenue` and `net` are totals of the compared treated households: net is revenue less `offer_cost_fen` and
    `commission_fen`. What calls cost is not in the book and not taken off. Both are None where the effect is unknown.
    `treated_month` is the effect on the monthly bill of a treated household. `taker_month` is the same of one that took
    an offer, by Wald's ratio: the effect of being treated over the share that took one. It holds only if a contact that
    ends without agreement changes nothing, which the hold-out cannot show; the share is taken as known.
    """

    text: Text
    kind: str
    county_code: str
    horizon: int
    first_month: int
    last_month: int
    verdict: Verdict
    treated_count: int
    held_count: int
    contacted_count: int
    taker_count: int
    offer_cost_fen: int
    commission_fen: int
    revenue: Span | None
    net: Span | None
    treated_month: Span | None
    taker_month: Span | None

    @property
    def cost_fen(self) -> int:
        """What is known of the cost."""
        return self.offer_cost_fen + self.commission_fen


def profits(report: LiftReport, by: str = "all") -> tuple[Profit, ...]:
    """The profit of every cell of a kind (`all`, `programme` or `county`), the shortest horizon first."""
    return tuple(
        _profit(effect)
        for horizon in report.horizons
        for effect in report.of(horizon, LiftOutcome.REVENUE, by)
    )


def _profit(effect: Effect) -> Profit:
    found = span_of(effect)
    revenue = None if found is None else found.times(effect.treated_count)
    monthly = None if found is None else found.times(1 / effect.horizon)
    rate = effect.taker_count / effect.planned_count if effect.planned_count else 0.0
    return Profit(
        text=effect.text,
        kind=effect.kind,
        county_code=effect.county_code,
        horizon=effect.horizon,
        first_month=effect.first_month,
        last_month=effect.last_month,
        verdict=effect.verdict,
        treated_count=effect.treated_count,
        held_count=effect.held_count,
        contacted_count=effect.contacted_count,
        taker_count=effect.taker_count,
        offer_cost_fen=effect.offer_cost_fen,
        commission_fen=effect.commission_fen,
        revenue=revenue,
        net=None if revenue is None else revenue.less(effect.cost_fen),
        treated_month=monthly,
        taker_month=monthly.times(1 / rate) if monthly is not None and rate else None,
    )
