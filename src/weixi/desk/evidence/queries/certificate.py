"""资源配置: what the plan's choice of offers proves, as the seal of its allocation says it."""

from dataclasses import dataclass

from weixi.desk.base.book import store
from weixi.desk.evidence.queries.sealed import Sealed, choose
from weixi.desk.evidence.rules.certificate import (
    UNITS,
    Point,
    another,
    basis_said,
    gap_said,
    measure,
    more_said,
)
from weixi.desk.scorecard.queries.kept import Kept
from weixi.flow.book import SUBSCRIBER_MONTH, origin_of
from weixi.flow.decision import (
    ALLOCATION,
    PLAN,
    CertificateView,
    LimitView,
    RuleView,
    read_certificate,
)
from weixi.kernel.language import Text
from weixi.kernel.money import HOME_CURRENCY, show

MOST_LIMITS = 60
"""Limits that a page shows one by one: those that bind first."""

_views: Kept[CertificateView | None] = Kept(8)


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit with its use and its bound as they are shown."""

    limit: LimitView
    use: str
    bound: str
    unit: Text

    @property
    def is_at_least(self) -> bool:
        """Whether it is a floor."""
        return self.limit.sense == "AT_LEAST"


@dataclass(frozen=True)
class PlanProof:
    """One plan's proof; `limits` are the MOST_LIMITS that bind most.

    `varied` is the limit that the curve varies; `more_fen` is what another sum of it would bring, None where the curve
    does not reach so far.
    """

    sealed: Sealed
    view: CertificateView
    currency: str
    limits: tuple[LimitLine, ...]
    curve: tuple[Point, ...]
    varied: LimitLine | None
    more_fen: float | None

    @property
    def gap_text(self) -> Text:
        """How far from the best the plan can be at most."""
        apart = max(self.view.bound_fen - self.view.value_fen, 0.0)
        return gap_said(self.view.gap, show(round(apart), self.currency))

    @property
    def more_text(self) -> Text | None:
        """What another sum of the varied limit would bring; None where the curve does not reach so far."""
        if self.varied is None or self.more_fen is None:
            return None
        return more_said(self.varied.limit.name, self.more_fen, self.currency)

    @property
    def basis_text(self) -> Text:
        """What the values rest on."""
        return basis_said(self.view.basis)

    @property
    def others(self) -> int:
        """Limits that are not shown one by one: none of them binds more than those shown."""
        return len(self.view.limits) - len(self.limits)

    @property
    def beside(self) -> tuple[RuleView, ...]:
        """The rules of thumb, the one worth most first."""
        return tuple(sorted(self.view.beside, key=lambda each: (-each.value_fen, each.code)))

    @property
    def is_kept(self) -> bool:
        """Whether every limit is kept."""
        return all(limit.is_kept for limit in self.view.limits)


def plan_proof(asked: str = "") -> PlanProof | None:
    """The proof of the plan of that month or of the latest; None where no plan was chosen by the optimiser yet."""
    sealed = choose(ALLOCATION, asked)
    if sealed is None:
        return None
    key = (str(store().home), str(sealed.month), sealed.partition.fingerprint, _plan_of(sealed))
    view = _views.get(key, lambda: read_certificate(store(), sealed.month))
    if view is None:
        return None
    limits = sorted(view.limits, key=lambda each: (each.is_kept, -abs(_worth(each)), each.code))
    curve = tuple(
        Point(each.amount_fen, each.value_fen, each.bound_fen)
        for each in sorted(view.curve, key=lambda each: each.amount_fen)
    )
    code = view.curve[0].limit if view.curve else None
    varied = next((each for each in limits if each.code == code), None)
    book = store().current(SUBSCRIBER_MONTH, month=sealed.month.plus(-1).number)
    return PlanProof(
        sealed=sealed,
        view=view,
        currency=HOME_CURRENCY if book is None else origin_of(book).currency,
        limits=tuple(_line(each) for each in limits[:MOST_LIMITS]),
        curve=curve,
        varied=None if varied is None else _line(varied),
        more_fen=None if varied is None else another(curve, varied.bound),
    )


def _plan_of(sealed: Sealed) -> str:
    plan = store().current(PLAN, month=sealed.month.number)
    return "" if plan is None else plan.fingerprint


def _worth(limit: LimitView) -> float:
    """What one more shown unit of the limit is worth: by it limits of different kinds are compared."""
    return limit.price * UNITS[limit.kind][0]


def _line(limit: LimitView) -> LimitLine:
    return LimitLine(
        limit, measure(limit.kind, limit.use), measure(limit.kind, limit.bound), UNITS[limit.kind][1]
    )
