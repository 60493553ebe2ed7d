"""口径: what a figure counts, what the other calibres say, and why two of them differ."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from weixi.desk.base.book import store
from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.queries.branch import branch_of, history_of
from weixi.desk.scorecard.queries.kept import Kept
from weixi.desk.scorecard.queries.month import MonthChoice, choose_month
from weixi.desk.scorecard.queries.tree import Place, tree_of
from weixi.desk.scorecard.rules.acts import READERS
from weixi.flow.assessment import (
    CALIBRES,
    REVENUE,
    Branch,
    Calibre,
    Explanation,
    KpiValue,
    Part,
    explain,
    find_calibre,
    statement_of,
)
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.money import show as money
from weixi.kernel.period import Month

_explained: Kept[Explanation] = Kept(64)


@dataclass(frozen=True, slots=True)
class Counted:
    """One calibre at one node; `missing` says what is not there where it cannot be computed.

    `apart` is its rate less that of the calibre shown; `is_comparable` says whether the difference can be explained
    line by line.
    """

    calibre: Calibre
    numerator: str
    denominator: str
    rate: Fraction | None
    apart: Fraction | None
    missing: tuple[str, ...]
    is_comparable: bool

    @property
    def is_same(self) -> bool:
        """Whether it says the same as the calibre shown."""
        return self.apart == 0


@dataclass(frozen=True)
class CalibrePanel:
    """Everything that stands behind one figure."""

    choice: MonthChoice
    branch: Branch
    way: tuple[Place, ...]
    shown: Counted
    is_assessed: bool
    others: tuple[Counted, ...]
    history: tuple[tuple[Month, KpiValue], ...]
    statement: str
    unverifiable: tuple[tuple[str, int], ...]

    @property
    def stated_at(self) -> datetime:
        """When the figures were computed."""
        return datetime.fromisoformat(self.branch.stated_at)


@dataclass(frozen=True, slots=True)
class Step:
    """Rows that stand alike and how they move the rate on the way from the second calibre to the first."""

    who: Text
    rows: int
    how: Text
    contribution: Fraction
    running: Fraction


@dataclass(frozen=True)
class Difference:
    """Why the first calibre is not the second: the steps sum to the difference exactly; `alike` rows move nothing."""

    choice: MonthChoice
    branch: Branch
    first: Calibre
    second: Calibre
    rates: tuple[Fraction | None, Fraction | None]
    steps: tuple[Step, ...]
    alike: int

    @property
    def apart(self) -> Fraction:
        """First − second."""
        return (self.rates[0] or Fraction(0)) - (self.rates[1] or Fraction(0))


def calibre_panel(*, seen: Sight, code: str, name: str, month: str = "") -> CalibrePanel:
    """The panel of the calibre of that id, code or short name at the node.

    Raises UsageError for a calibre that is not there, DataError where no month was assessed.
    """
    choice = choose_month(month)
    branch = branch_of(choice, code)
    calibre = find_calibre(name)
    shown = _counted(branch, calibre, None)
    others = [
        _counted(branch, each, shown)
        for each in CALIBRES
        if each.kpi == calibre.kpi and each.id != calibre.id
    ]
    return CalibrePanel(
        choice=choice,
        branch=branch,
        way=tree_of(choice.month).way(code, seen.paths_as(READERS)),
        shown=shown,
        is_assessed=any(score.value.calibre == calibre.id for score in branch.scores.values()),
        others=tuple(others),
        history=tuple((month, value) for (_, month), value in history_of(choice, code, (calibre,)).items()),
        statement=statement_of(calibre),
        unverifiable=tuple(branch.unverifiable_tasks.items()),
    )


def _counted(branch: Branch, calibre: Calibre, beside: Counted | None) -> Counted:
    missing = branch.not_computable.get(calibre.id, ())
    value = branch.values.get(calibre.id)
    rate = None if value is None or missing else value.rate
    apart = None if beside is None or beside.rate is None or rate is None else rate - beside.rate
    numerator, denominator = ("—", "—") if value is None else (str(value.numerator), str(value.denominator))
    if value is not None:
        sides = (value.numerator, value.denominator)
        numerator, denominator = (
            money(side, branch.origin.currency) if calibre.kpi == REVENUE else f"{side:,}" for side in sides
        )
    comparable = beside is not None and apart is not None and calibre.grain is beside.calibre.grain
    return Counted(calibre, numerator, denominator, rate, apart, missing, comparable)


def difference(*, code: str, first: str, second: str, month: str = "") -> Difference:
    """Why two calibres differ at the node, by the state of lines or tasks. Reads the lines: seconds at a province.

    Raises UsageError where a calibre is not there or both are the same, DataError where one cannot be computed.
    """
    choice = choose_month(month)
    branch = branch_of(choice, code)
    one, two = find_calibre(first), find_calibre(second)
    if one.id == two.id:
        raise UsageError(
            "explain.same",
            Text("两个口径相同，没有差异", "both calibres are the same"),
            Text("选择另一个口径", "choose another one"),
        )
    key = (*choice.line_key, one.id, two.id, code)
    found = _explained.get(key, lambda: explain(store(), choice.month, one, two, code))
    running = found.rates[1] or Fraction(0)
    steps = []
    parts = sorted(
        (part for part in found.parts if part.contribution),
        key=lambda part: (-abs(part.contribution), part.example),
    )
    for part in parts:
        running += part.contribution
        steps.append(Step(part.words, part.rows, how_counted(part), part.contribution, running))
    alike = sum(part.rows for part in found.parts if not part.contribution)
    return Difference(choice, branch, one, two, found.rates, tuple(steps), alike)


_SIDES = {
    (True, True): Text("分子、分母都计", "in numerator and denominator"),
    (True, False): Text("只计分子", "in the numerator alone"),
    (False, True): Text("只计分母", "in the denominator alone"),
    (False, False): Text("都不计", "not counted"),
}


def how_counted(part: Part) -> Text:
    """What the first calibre does with such rows, and the second: 前者只计分母，后者都不计."""
    said = []
    for side in (0, 1):
        numerator, denominator = part.numerators[side], part.denominators[side]
        if {numerator, denominator} <= {0, part.rows}:
            said.append(_SIDES[bool(numerator), bool(denominator)])
        else:
            said.append(Text(f"计 {numerator:,} ÷ {denominator:,}", f"{numerator:,} ÷ {denominator:,}"))
    if said[0] == said[1]:
        return Text(
            f"两者{said[0].zh}；分母大小不同，每户分量也就不同",
            f"both: {said[0].en}; the denominators differ, so one line weighs differently",
        )
    return Text(f"前者{said[0].zh}，后者{said[1].zh}", f"first: {said[0].en}; second: {said[1].en}")
