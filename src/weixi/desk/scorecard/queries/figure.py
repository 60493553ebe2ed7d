"""One assessed KPI at one node of a month, beside its target, its past and the nodes around it."""

from dataclasses import dataclass
from fractions import Fraction

from weixi.desk.scorecard.queries.branch import branch_of
from weixi.desk.scorecard.queries.month import MonthChoice
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.desk.scorecard.rules.figure import Tone, places, tone
from weixi.desk.scorecard.rules.gap import NOT_COMPUTABLE, needed, room_of
from weixi.flow.assessment import KPI_NAMES, Branch, BranchNode, Calibre, Score, Target, exact, find_calibre
from weixi.kernel.language import Text
from weixi.kernel.terms import Light

PERIODS = {"QUARTER": Text("每季", "a quarter"), "YEAR": Text("每年", "a year")}


@dataclass(frozen=True, slots=True)
class Figure:
    """One assessed KPI at one node; `rate` is None where it cannot be computed, and `missing` says what is not there.

    `target` holds at the node for the period so far; `plan_rate` is what the plan says, each `plan_period` where there
    is one. `place` is its place among the `of` nodes under the same parent, 1 best. `last_month` and `last_year` are
    rates; `month_tone` and `year_tone` say what the change since means.
    """

    kpi: str
    name: Text
    calibre: Calibre
    numerator: int
    denominator: int
    rate: Fraction | None
    target: Fraction
    plan_rate: Fraction
    plan_period: Text | None
    direction: str
    weight: Fraction
    light: Light
    gap: int
    needed: Text
    last_month: Fraction | None
    last_year: Fraction | None
    place: int | None
    of: int
    missing: tuple[str, ...]

    @property
    def room(self) -> int:
        """How many more may leave under a ceiling that is met."""
        return room_of(self.direction, self.target, self.numerator, self.denominator)

    @property
    def to_target(self) -> Fraction | None:
        """Value − target."""
        return None if self.rate is None else self.rate - self.target

    @property
    def since_month(self) -> Fraction | None:
        """Value − last month's."""
        return None if self.rate is None or self.last_month is None else self.rate - self.last_month

    @property
    def since_year(self) -> Fraction | None:
        """Value − last year's."""
        return None if self.rate is None or self.last_year is None else self.rate - self.last_year

    @property
    def month_tone(self) -> Tone:
        """Whether the change since last month is good."""
        return tone(self.since_month, self.direction)

    @property
    def year_tone(self) -> Tone:
        """Whether the change since last year is good."""
        return tone(self.since_year, self.direction)


def figures_at(choice: MonthChoice, code: str) -> tuple[Figure, ...]:
    """The node's assessed KPIs in the plan's order; none where the month's tree has no such node."""
    if code not in tree_of(choice.month).places:
        return ()
    branch = branch_of(choice, code)
    return figures_of(branch, branch.node, branch.beside)


def figures_of(branch: Branch, node: BranchNode, among: tuple[BranchNode, ...]) -> tuple[Figure, ...]:
    """The node's assessed KPIs in the plan's order, each with its place among those nodes."""
    figures = []
    for kpi, target in branch.targets.items():
        score = branch.scores.get((kpi, node.code))
        if score is not None:
            rates = {
                each.code: found.value.rate
                for each in among
                if (found := branch.scores.get((kpi, each.code))) is not None
                and found.light is not Light.NONE
            }
            placed = places(rates, target.direction)
            figures.append(_figure(branch, target, score, placed.get(node.code), len(placed)))
    return tuple(figures)


def _figure(branch: Branch, target: Target, score: Score, place: int | None, of: int) -> Figure:
    value, goal = score.value, exact(score.target_rate)
    missing = branch.not_computable.get(value.calibre, ())
    return Figure(
        kpi=score.kpi,
        name=KPI_NAMES[score.kpi],
        calibre=find_calibre(value.calibre),
        numerator=value.numerator,
        denominator=value.denominator,
        rate=None if missing else value.rate,
        target=goal,
        plan_rate=target.rate,
        plan_period=None if target.period is None else PERIODS[target.period],
        direction=target.direction,
        weight=target.weight,
        light=Light.NONE if value.rate is None else score.light,
        gap=score.gap_count,
        needed=NOT_COMPUTABLE
        if missing
        else needed(score.kpi, target.direction, goal, score.gap_count, value.numerator, value.denominator),
        last_month=score.last_month,
        last_year=None if score.last_year_rate is None else exact(score.last_year_rate),
        place=place,
        of=of,
        missing=missing,
    )
