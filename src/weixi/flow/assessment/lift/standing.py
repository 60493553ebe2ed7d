"""Whether customers stay, renew and pay: each beside those left alone, by months since entry and over time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from weixi.engine import OLD_COLUMNS, Store
from weixi.flow.assessment.lift.profit import Span, span_of
from weixi.flow.assessment.lift.report import LiftReport, Verdict, read_lift
from weixi.flow.assessment.lift.tables import LIFT, LiftOutcome
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Term
from weixi.playbook import Playbook

BACK = 12
"""Months of effects that a trend goes back, the last included."""


@dataclass(frozen=True)
class Compared:
    """One outcome of one cell beside its hold-out, `horizon` months after entry; what `month` knew.

    The means are plain, the strata weighted alike; `effect` is adjusted, so that it need not be their difference. All
    are None where nothing is compared. Rates are 0–1; money is fen of a household in all months of the horizon, time is
    thousandths of a month.
    """

    month: Month
    outcome: LiftOutcome
    horizon: int
    first_month: int
    last_month: int
    held_count: int
    treated_count: int
    held_mean: float | None
    treated_mean: float | None
    effect: Span | None
    verdict: Verdict


@dataclass(frozen=True)
class Course:
    """What became of entrants after so many months. What needs a value of the playbook is None where there is none.

    `kept`: still in service; `revenue`, `margin`: billed, and earned on it, so far; `value`: the margin expected of the
    next twelve months; `tenure`, `life`, `span`: thousandths of a month in service so far, expected from now on, and
    both together.
    """

    horizon: int
    kept: Compared
    revenue: Compared
    tenure: Compared
    margin: Compared | None
    value: Compared | None
    life: Compared | None
    span: Compared | None

    @property
    def times(self) -> tuple[Compared | None, ...]:
        """The whole time from entry, and of it what is past and what is to come."""
        return (self.span, self.tenure, self.life)


class Sign(Term):
    """What shows that customers want to stay."""

    RENEWAL = "RENEWAL", "续约续费率", "renewal rate"
    TENURE = "TENURE", "在网保有率", "share still in service"
    REVENUE = "REVENUE", "户均出账收入", "revenue of a household"
    SATISFACTION = "SATISFACTION", "满意度", "satisfaction"


@dataclass(frozen=True)
class Tile:
    """One sign beside its hold-out: what the last month knows, and what each month knew; `missing` says why nothing is.

    Renewal is measured one month after entry; the others at the longest horizon that is over for anybody, and so is
    their trend: a month that could not look so far yet is not in it. `beside` is a second figure of the same sign,
    `note` what must be known to read it.
    """

    sign: Sign
    now: Compared | None
    trend: tuple[Compared, ...]
    missing: Text | None
    beside: Compared | None = None
    note: Text | None = None


def courses(report: LiftReport) -> tuple[Course, ...]:
    """What became of all entrants, month by month since entry. Each step has the entrants for whom it is over."""
    return tuple(
        Course(
            horizon,
            _compared(report, horizon, LiftOutcome.RETAINED),
            _compared(report, horizon, LiftOutcome.REVENUE),
            _compared(report, horizon, LiftOutcome.TENURE),
            *(
                _compared(report, horizon, outcome) if report.of(horizon, outcome) else None
                for outcome in (LiftOutcome.MARGIN, LiftOutcome.VALUE, LiftOutcome.LIFE, LiftOutcome.SPAN)
            ),
        )
        for horizon in report.steps
    )


def read_history(store: Store, playbook: Playbook, month: Month) -> tuple[LiftReport, ...]:
    """The effects that are stored of `month` and of the months before it, the earliest first.

    Months whose effects an earlier release wrote are left out: running them again brings them back.
    """
    since = month.plus(1 - BACK).number
    keys = {
        int(p.key["month"]) for p in store.partitions(LIFT) if since <= int(p.key["month"]) <= month.number
    }
    found = (_readable(store, playbook, number) for number in sorted(keys))
    return tuple(report for report in found if report is not None)


def _readable(store: Store, playbook: Playbook, month: int) -> LiftReport | None:
    try:
        return read_lift(store, playbook, store.require(LIFT, month=month))
    except DataError as fault:
        if fault.code != OLD_COLUMNS:
            raise
        return None


def tiles(history: Sequence[LiftReport]) -> tuple[Tile, ...]:
    """The four signs from the effects of several months, the last of which is the one that is shown."""
    longest = max(history[-1].horizons, default=0) if history else 0
    return (
        _tile(Sign.RENEWAL, history, 1, LiftOutcome.VERIFIED),
        _tile(Sign.TENURE, history, longest, LiftOutcome.RETAINED),
        _tile(Sign.REVENUE, history, longest, LiftOutcome.REVENUE),
        _satisfaction(history, longest),
    )


UNASKED = Text(
    "账册中还没有满意度调查数据：在取数映射里加 [survey]（号码、调查日期、0–10 分），由数据管理员随月导入",
    "the book has no survey of satisfaction yet: add [survey] to the mapping (line, day, score 0 to 10), and let the "
    "data keeper import it with the month",
)
"""Why nothing is said of satisfaction, and who must do what."""


def _satisfaction(history: Sequence[LiftReport], horizon: int) -> Tile:
    if not history or not history[-1].of(horizon, LiftOutcome.SATISFIED):
        return Tile(Sign.SATISFACTION, None, (), UNASKED)
    tile = _tile(Sign.SATISFACTION, history, horizon, LiftOutcome.SATISFIED)
    beside = _compared(history[-1], horizon, LiftOutcome.RECOMMENDS)
    asked = history[-1].of(horizon, LiftOutcome.SATISFIED)[0].household_count
    note = Text(
        f"满意率是打 9–10 分的占比；NPS = 9–10 分占比 − 0–6 分占比。入册 {asked:,} 户中，作答而可比的是联系 "
        f"{beside.treated_count:,} 户、留白 {beside.held_count:,} 户：只有愿意作答的人，联系可能改变谁作答，"
        "所以这不是全部用户的满意度，两组之差也只供参考。",
        f"Satisfied: 9 or 10 of 10. NPS: the share of 9 and 10 less that of 0 to 6. Of {asked:,} households that "
        f"entered, {beside.treated_count:,} contacted and {beside.held_count:,} held out answered and can be compared. "
        "They are who cared to answer, and contact may change who does: not the satisfaction of all, and the "
        "difference is a hint.",
    )
    return replace(tile, beside=beside, note=note)


def _tile(sign: Sign, history: Sequence[LiftReport], horizon: int, outcome: LiftOutcome) -> Tile:
    trend = tuple(_compared(report, horizon, outcome) for report in history if report.of(horizon, outcome))
    if not trend or trend[-1].month != history[-1].month:
        nobody = Text("还没有可比的入册用户", "nobody who entered a plan can be compared yet")
        return Tile(sign, None, trend, nobody)
    return Tile(sign, trend[-1], trend, None)


def _compared(report: LiftReport, horizon: int, outcome: LiftOutcome) -> Compared:
    effect = report.of(horizon, outcome)[0]
    return Compared(
        month=report.month,
        outcome=outcome,
        horizon=horizon,
        first_month=effect.first_month,
        last_month=effect.last_month,
        held_count=effect.held_count,
        treated_count=effect.treated_count,
        held_mean=effect.held_mean,
        treated_mean=effect.treated_mean,
        effect=span_of(effect),
        verdict=effect.verdict,
    )
