"""The cockpit of one node: its KPIs beside their targets, what made them so, and what lies beside and below."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.queries.branch import Spot, branch_of, course_of, tree_of, way_to
from weixi.desk.scorecard.queries.effect import Effects, effects_of
from weixi.desk.scorecard.queries.month import MonthChoice, choose_month
from weixi.desk.scorecard.rules.figure import (
    READERS,
    Among,
    Tone,
    leagues_of,
    needed,
    places,
    room_of,
    tone,
)
from weixi.flow.assessment import (
    KPI_NAMES,
    Branch,
    BranchNode,
    Calibre,
    KpiValue,
    Score,
    Step,
    Target,
    exact,
    find_calibre,
)
from weixi.kernel.language import Text
from weixi.kernel.terms import ExitType, Light, OrgLevel

PERIODS = {"QUARTER": Text("每季", "a quarter"), "YEAR": Text("每年", "a year")}
CHURN, RETENTION = "churn_rate", "dynamic_retention_rate"


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


@dataclass(frozen=True, slots=True)
class Line:
    """One node with its figures, a row of the table of what lies below."""

    spot: Spot
    level: OrgLevel
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a waterfall or of the exits: how many, and ÷ the base."""

    code: str
    name: Text
    count: int
    rate: Fraction | None


@dataclass(frozen=True, slots=True)
class Waterfall:
    """S0 − exits − fell + rose = retained; `exits` splits the exits, `joined` and `with_new` stand beside."""

    base: int
    parts: tuple[Share, ...]
    exits: tuple[Share, ...]
    beside: tuple[Share, ...]


@dataclass(frozen=True)
class Cockpit:
    """Everything that a node's cockpit shows of a month from the rollups."""

    choice: MonthChoice
    branch: Branch
    path: str
    way: tuple[Spot, ...]
    figures: tuple[Figure, ...]
    course: dict[str, tuple[Step, ...]]
    waterfall: Waterfall | None
    exits: tuple[Share, ...]
    effects: Effects | None
    below: tuple[Line, ...]
    leagues: tuple[Among, ...]

    def course_of(self, kpi: str) -> tuple[Step, ...]:
        """The KPI month by month, from the first month in which it could be computed."""
        steps = self.course[kpi]
        first = next((at for at, step in enumerate(steps) if step.rate is not None), len(steps))
        return steps[first:]

    @property
    def is_weighed(self) -> bool:
        """Whether the plan gives the KPIs weights; without, all weigh alike."""
        return any(target.is_weighed for target in self.branch.targets.values())

    @property
    def short_seal(self) -> str:
        """The beginning of the seal of the partition that the figures come from."""
        return self.branch.seal[:12]


def cockpit(*, seen: Sight, code: str, path: str, month: str = "") -> Cockpit:
    """The cockpit of the node at `path`, which the viewer may open.

    Raises DataError where no month was assessed or the month has no such node, UsageError for another month.
    """
    choice = choose_month(month)
    branch = branch_of(choice, code)
    steps = course_of(choice, code)
    return Cockpit(
        choice=choice,
        branch=branch,
        path=path,
        way=way_to(seen, path, tree_of(choice.month)),
        figures=tuple(figures_of(branch, branch.node, branch.beside)),
        course={kpi: tuple(step for step in steps if step.kpi == kpi) for kpi in branch.targets},
        waterfall=_waterfall(branch),
        exits=exits_of(branch),
        effects=effects_of(choice, code),
        below=tuple(
            Line(
                Spot(node.code, node.name, seen.covers_as(f"{path}{node.code}/", READERS)),
                node.level,
                tuple(figures_of(branch, node, branch.below)),
            )
            for node in branch.below
        ),
        leagues=leagues_of(branch.node.level, len(branch.beside), len(branch.below)),
    )


def figures_of(branch: Branch, node: BranchNode, among: tuple[BranchNode, ...]) -> Iterable[Figure]:
    """The node's assessed KPIs in the plan's order, each with its place among those nodes."""
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
            yield _figure(branch, target, score, placed.get(node.code), len(placed))


def _figure(branch: Branch, target: Target, score: Score, place: int | None, of: int) -> Figure:
    value, goal = score.value, exact(score.target_rate)
    missing = branch.not_computable.get(value.calibre, ())
    room = room_of(target.direction, goal, value.numerator, value.denominator)
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
        needed=needed(score.kpi, target.direction, score.light, score.gap_count, room),
        last_month=score.last_month,
        last_year=None if score.last_year_rate is None else exact(score.last_year_rate),
        place=place,
        of=of,
        missing=missing,
    )


def _value(branch: Branch, kpi: str, code: str) -> KpiValue | None:
    return branch.values.get(find_calibre(f"{kpi}.{code}").id)


def _share(branch: Branch, kpi: str, code: str, name: Text) -> Share | None:
    found = _value(branch, kpi, code)
    return None if found is None else Share(code, name, found.numerator, found.rate)


PARTS = {
    "exits": Text("离网", "left"),
    "fell": Text("降出", "fell out"),
    "rose": Text("升入", "rose in"),
    "existing": Text("动态保有", "retained"),
}
BESIDE = {"joined_high": Text("新增高值", "joined high"), "with_new": Text("含新增", "with new lines")}


def _waterfall(branch: Branch) -> Waterfall | None:
    base = _value(branch, RETENTION, "existing")
    parts = [_share(branch, RETENTION, code, name) for code, name in PARTS.items()]
    if base is None or not base.denominator or any(part is None for part in parts):
        return None
    exits = [_share(branch, RETENTION, f"exits_{kind.lower()}", kind.text) for kind in ExitType]
    beside = [_share(branch, RETENTION, code, name) for code, name in BESIDE.items()]
    return Waterfall(
        base.denominator,
        tuple(part for part in parts if part is not None),
        tuple(part for part in exits if part is not None),
        tuple(part for part in beside if part is not None),
    )


def exits_of(branch: Branch) -> tuple[Share, ...]:
    """Who left the network and how, most first; none where it is not computed."""
    found = [_share(branch, CHURN, kind.lower(), kind.text) for kind in ExitType]
    known = [share for share in found if share is not None]
    return tuple(sorted(known, key=lambda share: -share.count))
