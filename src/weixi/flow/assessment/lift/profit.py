"""What the programme earned: incremental revenue against the hold-out less what was spent on it, by horizon."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from weixi.flow.assessment.lift.report import Effect, LiftReport, Verdict
from weixi.flow.assessment.lift.tables import YEAR, LiftOutcome
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Term


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

    def around(self, value: float) -> "Span":
        """Intervals of the same width around another value."""
        return self._each(lambda figure: figure + value - self.value)

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


class Cost(Term):
    """What money is spent on."""

    HANDSET = "HANDSET", "终端补贴", "handset subsidies"
    GIFT = "GIFT", "赠费等优惠", "airtime and other benefits"
    COMMISSION = "COMMISSION", "佣金", "commission"
    CONTACT = "CONTACT", "联系成本", "contacts"


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the cost, fen; None: the playbook does not say what contacts cost."""

    cost: Cost
    fen: int | None


@dataclass(frozen=True)
class Profit:
    """The profit and loss of one cell (all, a warning, a county, a month of entry), so many months after entry; in fen.

    `revenue` is the total of the compared treated households against the hold-out, `costs` what was spent on them in
    all months of the horizon, whatever of their tasks it was for. `net` is the one less the other; its intervals are as
    wide as those of the net a household, in which what is spent varies, and with what is billed. Both are None where
    the effect is unknown. `treated_month` is the effect on the monthly bill of a treated household. `taker_month` is
    the same of one that took an offer, by Wald's ratio: the effect of being treated over the share that took one. It
    holds only if a contact that ends without agreement changes nothing, which the hold-out cannot show; the share is
    taken as known.
    """

    text: Text
    kind: str
    county_code: str
    entry_month: int
    horizon: int
    first_month: int
    last_month: int
    verdict: Verdict
    treated_count: int
    held_count: int
    contacted_count: int
    contact_count: int
    taker_count: int
    costs: tuple[CostLine, ...]
    revenue: Span | None
    net: Span | None
    treated_month: Span | None
    taker_month: Span | None

    @property
    def cost_fen(self) -> int:
        """What was spent, as far as it is known."""
        return sum(line.fen or 0 for line in self.costs)

    @property
    def net_verdict(self) -> Verdict:
        """Whether it pays, by the interval that holds at every look."""
        if self.net is None:
            return Verdict.UNKNOWN
        if self.net.always_low is not None and self.net.always_low > 0:
            return Verdict.SHOWN
        return (
            Verdict.HARM
            if self.net.always_high is not None and self.net.always_high < 0
            else Verdict.NOT_SHOWN
        )

    @property
    def pays(self) -> Text:
        """The same in words."""
        return PAYS[self.net_verdict]


PAYS: Mapping[Verdict, Text] = {
    Verdict.SHOWN: Text("赚", "it pays"),
    Verdict.HARM: Text("亏", "a loss"),
    Verdict.NOT_SHOWN: Verdict.NOT_SHOWN.text,
    Verdict.UNKNOWN: Verdict.UNKNOWN.text,
}
"""What a verdict on the net says."""


@dataclass(frozen=True, slots=True)
class YearAhead:
    """How far the first year of treated households is over: `over` of twelve months; `ends`, its last month."""

    over: int
    ends: Month

    @property
    def text(self) -> Text:
        """The same in words."""
        return Text(
            f"12 个月损益还没有满：最早的批次到现在满 {self.over} 个月，到 {self.ends} 末满 12 个月",
            f"the twelve months are not over: {self.over} of them are for those who entered first, all at the end of "
            f"{self.ends}",
        )


def year_ahead(report: LiftReport) -> YearAhead | None:
    """How far the twelve months of those who entered first are over; None without a plan, and once they are."""
    if report.first_plan is None:
        return None
    over = report.month.index - report.first_plan.index + 1
    return YearAhead(max(over, 0), report.first_plan.plus(YEAR - 1)) if over < YEAR else None


def profits(report: LiftReport, by: str = "all") -> tuple[Profit, ...]:
    """The profit of every cell of a kind (`all`, `programme`, `county`, `month`), the shortest horizon first."""
    return tuple(
        profit_of(report, effect)
        for horizon in report.horizons
        for effect in report.of(horizon, LiftOutcome.REVENUE, by)
    )


def profit_of(report: LiftReport, effect: Effect) -> Profit:
    """The profit of the cell whose effect on revenue that is."""
    found, after = span_of(effect), _net_of(report, effect)
    count = effect.treated_count
    revenue = None if found is None else found.times(count)
    monthly = None if found is None else found.times(1 / effect.horizon)
    rate = effect.taker_count / effect.planned_count if effect.planned_count else 0.0
    return Profit(
        text=effect.text,
        kind=effect.kind,
        county_code=effect.county_code,
        entry_month=effect.entry_month,
        horizon=effect.horizon,
        first_month=effect.first_month,
        last_month=effect.last_month,
        verdict=effect.verdict,
        treated_count=count,
        held_count=effect.held_count,
        contacted_count=effect.contacted_count,
        contact_count=effect.contact_count,
        taker_count=effect.taker_count,
        costs=(
            CostLine(Cost.HANDSET, effect.handset_cost_fen),
            CostLine(Cost.GIFT, effect.offer_cost_fen - effect.handset_cost_fen),
            CostLine(Cost.COMMISSION, effect.commission_fen),
            CostLine(Cost.CONTACT, effect.contact_cost_fen),
        ),
        revenue=revenue,
        net=None
        if revenue is None or after is None
        else after.times(count).around(revenue.value - effect.cost_fen),
        treated_month=monthly,
        taker_month=monthly.times(1 / rate) if monthly is not None and rate else None,
    )


def _net_of(report: LiftReport, effect: Effect) -> Span | None:
    """The effect of the same cell on the net a household."""
    cell = (effect.kind, effect.county_code, effect.entry_month)
    return next(
        (
            span_of(each)
            for by in ("all", "programme", "county", "month")
            for each in report.of(effect.horizon, LiftOutcome.NET, by)
            if (each.kind, each.county_code, each.entry_month) == cell
        ),
        None,
    )
