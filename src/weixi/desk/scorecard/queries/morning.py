"""晨会: what a unit's morning page and picture show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from weixi.desk.dispatch.queries.owners import OwnerDay, owner_days
from weixi.desk.org.queries import path_of_node
from weixi.desk.scorecard.queries.branch import branch_of
from weixi.desk.scorecard.queries.figure import Figure, figures_at, figures_of
from weixi.desk.scorecard.queries.month import MonthChoice, choose_month
from weixi.desk.scorecard.queries.morning_day import DayFigures, day_figures, last_day
from weixi.desk.scorecard.queries.near import NearCount, near_counts
from weixi.desk.scorecard.queries.tree import Place, Tree, tree_of
from weixi.desk.scorecard.rules.morning import Facts, Worst, sentences
from weixi.kernel.language import Text
from weixi.kernel.period import SHANGHAI, Month
from weixi.kernel.terms import OrgLevel


@dataclass(frozen=True, slots=True)
class Line:
    """One owner, a unit's pool, or one node below: tasks on hand.

    `verified_count` is what yesterday's data show done, None: there is no feed of that day; `handled_count` what was
    reported done yesterday. `code` is empty for a pool. The tasks lie below `place_code`: an owner's
    and a pool's unit, else the node itself.
    """

    code: str
    place_code: str
    name: str
    above: str
    verified_count: int | None
    handled_count: int
    due_count: int
    overdue_count: int
    open_count: int

    @property
    def may_list(self) -> bool:
        """Whether the list of tasks can be asked for these alone: of a pool it cannot."""
        return bool(self.code)


@dataclass(frozen=True)
class Morning:
    """One unit's morning: the lights of the last closed month, the month so far where daily feeds exist, the tasks.

    `day` is None without feeds; `below` holds the figures of the nodes right below. `by_owner`: the lines are
    owners and pools, else the nodes right below.
    """

    place: Place
    way: tuple[Place, ...]
    today: date
    choice: MonthChoice
    lights: tuple[Figure, ...]
    below: tuple[tuple[Place, tuple[Figure, ...]], ...]
    day: DayFigures | None
    by_owner: bool
    lines: tuple[Line, ...]
    total: Line
    is_yesterday: bool

    @property
    def month(self) -> Month:
        """The month of the lights."""
        return self.choice.month


@dataclass(frozen=True, slots=True)
class Today:
    """What to do today: three sentences, and the counts at the edge behind them."""

    sentences: tuple[Text, ...]
    near: tuple[NearCount, ...]


def morning(*, code: str, month: str, territory: tuple[str, ...], now: datetime) -> Morning:
    """The unit's morning. Raises DataError where no month was assessed yet, UsageError for a month without figures."""
    choice = choose_month(month)
    tree = tree_of(choice.month)
    place = tree.places.get(code) or Place(code, code, OrgLevel.UNIT, None, f"{code}/")
    today = now.astimezone(SHANGHAI).date()
    day = last_day(today)
    figures = day_figures(day, code) if day is not None and day >= choice.month.end else None
    by_owner = place.level not in (OrgLevel.PROVINCE, OrgLevel.CITY)
    is_yesterday = figures is not None and (today - figures.day).days == 1
    path = path_of_node(code)
    work = owner_days((path,) if path else (), now=now)
    lines = _lines(tree, place, work, figures if is_yesterday else None, by_owner)
    return Morning(
        place=place,
        way=tree.way(code, territory),
        today=today,
        choice=choice,
        lights=figures_at(choice, code),
        below=_below(tree, choice, code),
        day=figures,
        by_owner=by_owner,
        lines=lines,
        total=_total(code, lines, has_feed=is_yesterday),
        is_yesterday=is_yesterday,
    )


def today_of(at: Morning, territory: tuple[str, ...]) -> Today:
    """Three sentences of what to do, from the lights, the tasks and who stands at the edge."""
    near = near_counts(at.choice, at.place.code, territory)
    by_kpi = {each.kpi: each for each in near}
    worst = [
        Worst(
            kpi=each.kpi,
            name=each.name,
            light=each.light,
            needed=each.needed,
            gap_count=each.gap,
            short_count=by_kpi[each.kpi].short_count,
            risk_count=by_kpi[each.kpi].risk_count,
            closest_fen=by_kpi[each.kpi].closest_fen,
        )
        for each in at.lights
        if each.kpi in by_kpi
    ]
    late = max(at.lines, key=lambda line: (line.overdue_count, line.open_count), default=None)
    facts = Facts(
        due_count=at.total.due_count,
        overdue_count=at.total.overdue_count,
        open_count=at.total.open_count,
        latest=late.name if late is not None and late.overdue_count else "",
        latest_count=late.overdue_count if late is not None else 0,
    )
    return Today(sentences(worst, facts), near)


def _below(tree: Tree, choice: MonthChoice, code: str) -> tuple[tuple[Place, tuple[Figure, ...]], ...]:
    if code not in tree.places:
        return ()
    branch = branch_of(choice, code)
    found = ((tree.places[node.code], figures_of(branch, node, branch.below)) for node in branch.below)
    return tuple((place, figures) for place, figures in found if figures)


def _lines(
    tree: Tree, place: Place, work: tuple[OwnerDay, ...], day: DayFigures | None, by_owner: bool
) -> tuple[Line, ...]:
    """The owners and pools, unit by unit, or the nodes right below; who has most overdue first within a unit."""
    verified: Mapping[tuple[str, str], int] = day.verified if day is not None else {}
    known = {(each.unit_code, each.owner_code): each for each in work}
    sums: dict[tuple[str, str], list[int]] = {}
    for key in known.keys() | verified.keys():
        each = known.get(key)
        group = (
            (key[0], key[1]) if by_owner else (place.code, _child(tree, place.code, key[1] or key[0], key[0]))
        )
        row = sums.setdefault(group, [0, 0, 0, 0, 0])
        row[0] += verified.get(key, 0)
        if each is not None:
            for at, count in enumerate(
                (each.handled_count, each.due_count, each.overdue_count, each.open_count), 1
            ):
                row[at] += count
    if not by_owner:
        for code in tree.children.get(place.code, ()):
            sums.setdefault((place.code, code), [0, 0, 0, 0, 0])
    lines = [
        Line(
            code=low,
            place_code=high if by_owner else low,
            name=tree.name(low) if low else "",
            above=tree.name(high),
            verified_count=counts[0] if day is not None else None,
            handled_count=counts[1],
            due_count=counts[2],
            overdue_count=counts[3],
            open_count=counts[4],
        )
        for (high, low), counts in sums.items()
    ]
    return tuple(
        sorted(
            lines,
            key=lambda each: (each.above, not each.code, -each.overdue_count, -each.open_count, each.code),
        )
    )


def _child(tree: Tree, code: str, leaf: str, unit: str) -> str:
    """The node right below `code` that the leaf lies under; the unit's where the tree no longer has the owner."""
    place = tree.places.get(leaf) or tree.places.get(unit)
    while place is not None and place.parent is not None:
        if place.parent == code:
            return place.code
        place = tree.places.get(place.parent)
    return unit


def _total(code: str, lines: tuple[Line, ...], *, has_feed: bool) -> Line:
    return Line(
        code="",
        place_code=code,
        name="",
        above="",
        verified_count=sum(line.verified_count or 0 for line in lines) if has_feed else None,
        handled_count=sum(line.handled_count for line in lines),
        due_count=sum(line.due_count for line in lines),
        overdue_count=sum(line.overdue_count for line in lines),
        open_count=sum(line.open_count for line in lines),
    )
