"""The league table: nodes of one level by raw rate, beside the rate that is fair to the mix of lines each was given."""

from dataclasses import dataclass
from fractions import Fraction

from weixi.desk.base.book import store
from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.queries.branch import branch_of
from weixi.desk.scorecard.queries.kept import Kept
from weixi.desk.scorecard.queries.month import MonthChoice, choose_month
from weixi.desk.scorecard.queries.tree import Tree, tree_of
from weixi.desk.scorecard.rules.acts import READERS
from weixi.desk.scorecard.rules.figure import Among, leagues_of, places
from weixi.desk.scorecard.rules.gap import FLOOR, needed
from weixi.flow.assessment import (
    KPI_NAMES,
    SCORECARD,
    Branch,
    Calibre,
    League,
    build_league,
    exact,
    find_calibre,
)
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import Light, OrgLevel

_leagues: Kept[League] = Kept(64)
_cards: Kept[list[dict[str, object]]] = Kept(64)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One node of the table; `may_open`: the viewer opens its cockpit.

    `adjusted` = observed ÷ expected × the whole: what it would be with everybody's mix.
    """

    code: str
    name: str
    may_open: bool
    is_own: bool
    numerator: int
    denominator: int
    raw: Fraction | None
    raw_place: int | None
    expected: Fraction
    adjusted: Fraction | None
    adjusted_place: int | None
    target: Fraction | None
    light: Light
    needed: Text

    @property
    def moved(self) -> int:
        """How many places the fair comparison moves it up (down where negative)."""
        return (self.raw_place or 0) - (self.adjusted_place or 0)

    @property
    def down(self) -> int:
        """How many places it moves down."""
        return -self.moved


@dataclass(frozen=True)
class LeagueTable:
    """One KPI at the nodes compared, best fair rate first; `strata` is how many kinds of lines were told apart."""

    choice: MonthChoice
    kpi: str
    name: Text
    calibre: Calibre
    among: Among
    offered: tuple[Among, ...]
    kpis: tuple[str, ...]
    whole: Fraction | None
    strata: int
    standings: tuple[Ranked, ...]


def league_table(
    *, seen: Sight, code: str, path: str, month: str = "", kpi: str = "", among: str = ""
) -> LeagueTable:
    """The table that the node's page shows. What stands beside the node are figures alone, never lists.

    Raises DataError where it cannot be computed, UsageError for a KPI that is not assessed.
    """
    choice = choose_month(month)
    branch = branch_of(choice, code)
    tree = tree_of(choice.month)
    offered = leagues_of(branch.node.level, len(branch.beside), len(branch.below))
    kpis = _computable(branch)
    if (kpi and kpi not in kpis) or not kpis or not offered:
        raise UsageError(
            "cockpit.no_league",
            Text(
                "本月没有可以排名的指标，或没有这张排名表",
                "no KPI of the month can be compared, or there is no such table",
            ),
            Text("从驾驶舱的排名里选择", "choose one on the cockpit"),
            where=kpi,
        )
    kpi = kpi or kpis[0]
    chosen = Among(among) if among in offered else offered[0]
    level, codes = _compared(chosen, branch.node.code, tree)
    calibre = find_calibre(branch.scores[kpi, code].value.calibre)
    direction = branch.targets[kpi].direction
    best_first = direction == FLOOR
    key = (*choice.line_key, calibre.id, level)
    found = _leagues.get(
        key, lambda: build_league(store(), choice.month, calibre, level, highest_first=best_first)
    )
    cards = {
        str(row["node_code"]): row for row in _cards.get((*key, "card"), lambda: _card(choice, kpi, level))
    }
    inside = [each for each in found.standings if each.node_code in codes]
    raw = places({each.node_code: each.raw for each in inside}, direction)
    fair = places({each.node_code: each.adjusted for each in inside}, direction)
    standings = []
    for each in inside:
        card = cards.get(each.node_code)
        target = None if card is None else exact(float(str(card["target_rate"])))
        light = Light.NONE if card is None else Light(str(card["light"]))
        gap = 0 if card is None else int(str(card["gap_count"]))
        where = tree.places[each.node_code].path if each.node_code in tree.places else ""
        standings.append(
            Ranked(
                each.node_code,
                tree.name(each.node_code),
                seen.covers_as(where, READERS),
                each.node_code == code,
                each.numerator,
                each.denominator,
                each.raw,
                raw.get(each.node_code),
                each.expected,
                each.adjusted,
                fair.get(each.node_code),
                target,
                light,
                needed(kpi, direction, target or Fraction(0), gap, each.numerator, each.denominator),
            )
        )
    standings.sort(key=lambda each: (each.adjusted_place is None, each.adjusted_place, each.code))
    return LeagueTable(
        choice,
        kpi,
        KPI_NAMES[kpi],
        calibre,
        chosen,
        offered,
        kpis,
        found.whole,
        found.strata,
        tuple(standings),
    )


def _computable(branch: Branch) -> tuple[str, ...]:
    """The assessed KPIs that the month's data can give."""
    found = ((kpi, branch.scores.get((kpi, branch.node.code))) for kpi in branch.targets)
    return tuple(
        kpi for kpi, score in found if score is not None and score.value.calibre not in branch.not_computable
    )


def _compared(among: Among, code: str, tree: Tree) -> tuple[OrgLevel, frozenset[str]]:
    """The level of the nodes compared, and which of them."""
    own = tree.places[code]
    if among is Among.BESIDE:
        beside = (code,) if own.parent is None else tree.children[own.parent]
        return own.level, frozenset(beside)
    if among is Among.BELOW:
        below = tree.children[code]
        return tree.places[below[0]].level, frozenset(below)
    return OrgLevel.COUNTY, frozenset(
        each for each in tree.below(code) if tree.places[each].level is OrgLevel.COUNTY
    )


def _card(choice: MonthChoice, kpi: str, level: OrgLevel) -> list[dict[str, object]]:
    return store().rows(
        "SELECT node_code, target_rate, gap_count, light FROM card WHERE kpi = $kpi AND level = $level",
        inputs={"card": store().require(SCORECARD, month=choice.month.number)},
        parameters={"kpi": kpi, "level": str(level)},
    )
