"""The cockpit of one node: its KPIs beside their targets, what made them so, and what lies beside and below."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.queries.branch import branch_of, course_of
from weixi.desk.scorecard.queries.effect import NodeEffect, effect_at
from weixi.desk.scorecard.queries.figure import Figure, figures_of
from weixi.desk.scorecard.queries.month import MonthChoice, choose_month
from weixi.desk.scorecard.queries.tree import Place, tree_of
from weixi.desk.scorecard.rules.acts import READERS
from weixi.desk.scorecard.rules.figure import Among, leagues_of
from weixi.desk.scorecard.rules.lift import CHIPS, kept, scope
from weixi.flow.assessment import CHURN, RETENTION, Branch, KpiValue, Step, find_calibre
from weixi.kernel.language import Text
from weixi.kernel.terms import ExitType, OrgLevel


@dataclass(frozen=True, slots=True)
class Line:
    """One node with its figures, a row of the table of what lies below; `may_open`: the viewer opens its cockpit."""

    code: str
    name: str
    level: OrgLevel
    may_open: bool
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
    way: tuple[Place, ...]
    figures: tuple[Figure, ...]
    course: dict[str, tuple[Step, ...]]
    waterfall: Waterfall | None
    exits: tuple[Share, ...]
    effect: NodeEffect | None
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
    def measures_effect(self) -> bool:
        """Whether an effect is measured at such a node: at the top, and at counties."""
        return self.branch.node.parent is None or self.branch.node.level is OrgLevel.COUNTY

    @property
    def effect_chip(self) -> str:
        """The classes of the effect's verdict."""
        return "" if self.effect is None else CHIPS[self.effect.kept.verdict]

    @property
    def effect_said(self) -> Text | None:
        """What may be said of the effect."""
        return None if self.effect is None else kept(self.effect.kept)

    @property
    def effect_scope(self) -> Text | None:
        """Who is compared with whom."""
        return None if self.effect is None else scope(self.effect.kept)

    @property
    def stated_at(self) -> datetime:
        """When the figures were computed."""
        return datetime.fromisoformat(self.branch.stated_at)

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
        way=tree_of(choice.month).way(code, seen.paths_as(READERS)),
        figures=figures_of(branch, branch.node, branch.beside),
        course={kpi: tuple(step for step in steps if step.kpi == kpi) for kpi in branch.targets},
        waterfall=_waterfall(branch),
        exits=exits_of(branch),
        effect=effect_at(choice.month, code),
        below=tuple(
            Line(
                node.code,
                node.name,
                node.level,
                seen.covers_as(f"{path}{node.code}/", READERS),
                figures_of(branch, node, branch.below),
            )
            for node in branch.below
        ),
        leagues=leagues_of(branch.node.level, len(branch.beside), len(branch.below)),
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
