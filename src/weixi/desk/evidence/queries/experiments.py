"""实验: the effects of a month that lie in the viewer's territory, with both their intervals."""

from collections.abc import Callable
from dataclasses import dataclass

from weixi.desk.base.book import playbook, store
from weixi.desk.evidence.queries.sealed import Sealed, choose
from weixi.desk.org.queries import paths_of_nodes
from weixi.desk.scorecard.queries.effect import lift_of
from weixi.desk.scorecard.rules.lift import CHIPS, kept, shown
from weixi.flow.assessment import LIFT, LiftEffect, LiftOutcome, Profit, Verdict, profits
from weixi.flow.book import SUBSCRIBER_MONTH, origin_of
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Cell:
    """One effect on a page. Figures are households of 100 contacted, or of revenue the currency a treated household.

    `once` holds at one look that was set beforehand, `always` at every look; None where it has no bound yet.
    """

    effect: LiftEffect
    middle: float | None
    once: tuple[float, float] | None
    always: tuple[float, float] | None
    detectable: float | None

    @property
    def chip(self) -> str:
        """The classes of the verdict."""
        return CHIPS[self.effect.verdict]

    @property
    def is_told(self) -> bool:
        """Whether there is an interval to show."""
        return (
            self.middle is not None and self.once is not None and self.effect.verdict is not Verdict.UNKNOWN
        )

    @property
    def said(self) -> Text:
        """What may be said of the households kept."""
        return kept(self.effect)

    @property
    def once_shown(self) -> str:
        """The interval of one look."""
        return "—" if self.once is None else f"{shown(self.once[0])} … {shown(self.once[1])}"

    @property
    def always_shown(self) -> str:
        """The interval of every look."""
        return "—" if self.always is None else f"{shown(self.always[0])} … {shown(self.always[1])}"


@dataclass(frozen=True)
class Experiments:
    """The effects of one month at one horizon: of all, by warning, by county; `money` those on revenue, alike.

    `is_whole`: the viewer answers for every county. `other_rules` are months of entry that another playbook drew;
    `shares` the hold-out that the plan in force draws (0–1); `profit` that of all.
    """

    sealed: Sealed
    horizon: int
    horizons: tuple[int, ...]
    is_whole: bool
    whole: Cell | None
    programmes: tuple[Cell, ...]
    counties: tuple[Cell, ...]
    money: tuple[Cell, ...]
    other_rules: tuple[str, ...]
    shares: tuple[tuple[Text, float], ...]
    currency: str
    profit: Profit | None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every effect on the households kept."""
        return (*((self.whole,) if self.whole is not None else ()), *self.programmes, *self.counties)

    @property
    def told(self) -> tuple[Cell, ...]:
        """Those with an interval."""
        return tuple(cell for cell in self.cells if cell.is_told)

    @property
    def untold(self) -> tuple[Cell, ...]:
        """Those without."""
        return tuple(cell for cell in self.cells if not cell.is_told)

    @property
    def money_told(self) -> tuple[Cell, ...]:
        """The effects on revenue that have an interval."""
        return tuple(cell for cell in self.money if cell.is_told)

    @property
    def wholes_money(self) -> Cell | None:
        """The effect of all on revenue."""
        return next(
            (cell for cell in self.money if not cell.effect.kind and not cell.effect.county_code), None
        )


def experiments(
    territory: tuple[str, ...], asked: str = "", horizon: str = "", *, is_longest: bool = False
) -> Experiments | None:
    """The effects of that month, or the latest, inside the territory; None where none were measured yet.

    Without a `horizon` it is the shortest, or the longest. Raises UsageError for a month or horizon that there is not.
    """
    sealed = choose(LIFT, asked)
    report = None if sealed is None else lift_of(sealed.month)
    if sealed is None or report is None:
        return None
    chosen = _horizon(report.horizons[::-1] if is_longest else report.horizons, horizon)
    counties = {effect.county_code for effect in report.effects if effect.county_code}
    paths = paths_of_nodes(counties)
    mine = {code for code in counties if paths.get(code, "").startswith(territory)}
    is_whole = mine == counties if counties else any(path.count("/") == 1 for path in territory)
    found = {
        outcome: [
            *(report.of(chosen, outcome) if is_whole else []),
            *(report.of(chosen, outcome, "programme") if is_whole else []),
            *(e for e in report.of(chosen, outcome, "county") if e.county_code in mine),
        ]
        for outcome in LiftOutcome
    }
    cells = [_kept(effect) for effect in found[LiftOutcome.RETAINED]]
    book = store().current(SUBSCRIBER_MONTH, month=sealed.month.number)
    return Experiments(
        sealed=sealed,
        horizon=chosen,
        horizons=report.horizons,
        is_whole=is_whole,
        whole=next((each for each in cells if not each.effect.kind and not each.effect.county_code), None),
        programmes=tuple(each for each in cells if each.effect.kind),
        counties=tuple(each for each in cells if each.effect.county_code),
        money=tuple(_earned(effect) for effect in found[LiftOutcome.REVENUE]),
        other_rules=report.other_rules,
        shares=tuple((rule.text, float(rule.share)) for rule in playbook().holdouts),
        currency="CNY" if book is None else origin_of(book).currency,
        profit=next((each for each in profits(report) if each.horizon == chosen), None) if is_whole else None,
    )


def _horizon(horizons: tuple[int, ...], asked: str) -> int:
    if not asked:
        return horizons[0] if horizons else 1
    if not asked.isdecimal() or int(asked) not in horizons:
        said = "、".join(str(each) for each in sorted(horizons))
        raise UsageError(
            "evidence.horizon",
            Text(f"没有满 {asked} 个月的效果", f"no effect is {asked} months old"),
            Text(f"可看：{said}", f"there are: {said}"),
        )
    return int(asked)


def _kept(effect: LiftEffect) -> Cell:
    return _cell(effect, effect.per_hundred)


def _earned(effect: LiftEffect) -> Cell:
    return _cell(effect, lambda figure: None if figure is None else figure / 100)


def _cell(effect: LiftEffect, scale: Callable[[float | None], float | None]) -> Cell:
    def pair(low: float | None, high: float | None) -> tuple[float, float] | None:
        first, second = scale(low), scale(high)
        return None if first is None or second is None else (first, second)

    return Cell(
        effect,
        scale(effect.effect),
        pair(effect.low, effect.high),
        pair(effect.always_low, effect.always_high),
        scale(effect.detectable),
    )
