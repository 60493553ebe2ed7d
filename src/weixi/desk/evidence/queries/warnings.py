"""离网预警: the scored lines of the viewer's territory by level, with reasons, and how right the levels were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from weixi.desk.base.book import playbook, store
from weixi.desk.evidence.queries.sealed import Sealed, choose
from weixi.desk.org.queries import names_of_nodes, paths_of_nodes
from weixi.desk.scorecard.queries.kept import Kept
from weixi.desk.subscriber.queries.several import MOST, identities_of
from weixi.flow.book import EVENT, IDENTITY, SUBSCRIBER_MONTH, origin_of
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.decision import filled
from weixi.flow.score import (
    CHURN_SCORE,
    EVENT_RISK,
    RISK_LEVELS,
    EventJudged,
    EventTold,
    Judged,
    Raised,
    Ranking,
    ScoredLine,
    day_scores,
    judge_events,
    judge_scores,
    rank_lines,
    read_event_risk,
    scored_lines,
    scoring,
)
from weixi.kernel.errors import DataError
from weixi.kernel.ids import mask_number
from weixi.kernel.language import Text
from weixi.kernel.money import HOME_CURRENCY
from weixi.kernel.terms import WarningLevel

_rankings: Kept[Ranking] = Kept(2)
_judged: Kept["Accuracy"] = Kept(8)


@dataclass(frozen=True, slots=True)
class WarnedLine:
    """One line of the list: its level and score of today (0–100), the chance (0–1), up to three reasons.

    `raised` is the event that raised it since the month's end; None: the month's score stands.
    """

    subscriber_id: int
    number: str
    level: WarningLevel
    score: int
    probability: float
    reasons: tuple[Text, ...]
    raised: Raised | None
    unit: str


@dataclass(frozen=True, slots=True)
class Place:
    """A county or a care unit by which the list may be cut."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What came of the levels: by month's scores, by events; None, or no month: not known yet, and why."""

    judged: Judged | None
    why: DataError | None
    events: tuple[EventTold, ...]
    event_levels: EventJudged


@dataclass(frozen=True)
class WarningList:
    """One page of the list from `start` on (`after` begins the next), the likeliest to leave first.

    `counts` has the lines of each level in the territory and the chosen place, `raised_count` those that events have
    raised since, `total` those of the chosen level. `places` are the places that may be chosen; a line is 高
    from the score `red` on, 中 from `yellow` on.
    """

    sealed: Sealed
    red: int
    yellow: int
    accuracy: Accuracy
    counts: Mapping[WarningLevel, int]
    raised_count: int
    last_day: date | None
    level: WarningLevel | None
    only_raised: bool
    place: str
    places: tuple[Place, ...]
    total: int
    rows: tuple[WarnedLine, ...]
    start: int
    after: int | None

    @property
    def line_count(self) -> int:
        """Scored lines in the territory and the chosen place."""
        return sum(self.counts.values())

    @property
    def tally(self) -> tuple[tuple[WarningLevel, int], ...]:
        """The levels with their lines, the highest first."""
        return tuple((level, self.counts[level]) for level in RISK_LEVELS)


@dataclass(frozen=True, eq=False)
class CutList:
    """The part of a ranking that lies in a territory and a place: `lines` of every level, `chosen` of the asked one."""

    sealed: Sealed
    ranking: Ranking
    lines: pa.Table
    chosen: pa.Table
    level: WarningLevel | None
    only_raised: bool
    place: str
    places: tuple[Place, ...]


def warning_list(
    territory: tuple[str, ...],
    *,
    month: str = "",
    level: str = "",
    place: str = "",
    start: int = 0,
) -> WarningList | None:
    """One page of the list of that month or of the latest inside the territory; None where nothing was scored yet.

    `level` is the name of a level, or `raised` for those that events have raised; `place` the code of a county or a
    care unit of the territory. Another one shows all.
    """
    found = cut_list(territory, month=month, level=level, place=place)
    if found is None:
        return None
    counted = {each["values"]: each["counts"] for each in pc.value_counts(found.lines["level"]).to_pylist()}
    page = found.chosen.slice(start, MOST)
    return WarningList(
        sealed=found.sealed,
        red=scoring(playbook()).red,
        yellow=scoring(playbook()).yellow,
        accuracy=_accuracy(found.sealed),
        counts={each: counted.get(at, 0) for at, each in enumerate(RISK_LEVELS)},
        raised_count=pc.sum(_is_raised(found.ranking, found.lines)).as_py() or 0,
        last_day=found.ranking.last_day,
        level=found.level,
        only_raised=found.only_raised,
        place=found.place,
        places=found.places,
        total=found.chosen.num_rows,
        rows=lines_of(found, page),
        start=start,
        after=start + MOST if start + MOST < found.chosen.num_rows else None,
    )


def cut_list(
    territory: tuple[str, ...], *, month: str = "", level: str = "", place: str = ""
) -> CutList | None:
    """The same whole, in order, not yet read line by line."""
    sealed = choose(CHURN_SCORE, month)
    if sealed is None:
        return None
    ranking = _ranking(sealed)
    units = pc.unique(ranking.lines["unit"]).to_pylist()
    mine = {code: path for code, path in paths_of_nodes(units).items() if path.startswith(territory)}
    within = {code for code, path in mine.items() if not place or f"/{place}/" in path}
    if not within:
        place, within = "", set(mine)
    lines = ranking.lines.filter(
        pc.is_in(ranking.lines["unit"], value_set=pa.array(sorted(within), pa.string()))
    )
    chosen = next((each for each in RISK_LEVELS if each.value == level), None)
    only_raised = level == "raised"
    if chosen is not None:
        shown = lines.filter(pc.equal(lines["level"], RISK_LEVELS.index(chosen)))
    else:
        shown = lines.filter(_is_raised(ranking, lines)) if only_raised else lines
    return CutList(sealed, ranking, lines, shown, chosen, only_raised, place, _places(mine, place))


def lines_of(found: CutList, rows: pa.Table) -> tuple[WarnedLine, ...]:
    """Those rows of a cut list as lines, their numbers masked, in their order."""
    ids = rows["subscriber_id"].to_pylist()
    scored = scored_lines(store(), playbook(), found.sealed.month, ids)
    numbers = _numbers(ids)
    units = rows["unit"].to_pylist()
    names = names_of_nodes(set(units))
    book = store().current(SUBSCRIBER_MONTH, month=found.sealed.month.number)
    currency = HOME_CURRENCY if book is None else origin_of(book).currency
    return tuple(
        _line(found, scored[key], RISK_LEVELS[place], numbers.get(key, ""), names.get(unit, unit), currency)
        for key, unit, place in zip(ids, units, rows["level"].to_pylist(), strict=True)
        if key in scored
    )


def _numbers(ids: list[int]) -> Mapping[int, str]:
    """Subscriber → its newest number, masked. More than a page's are read from the identities as a whole."""
    if len(ids) <= MOST:
        return {key: each.number_masked for key, each in identities_of(ids).items()}
    wanted = pa.array(sorted(ids), pa.int64())
    found: dict[int, str] = {}
    for part in sorted(store().partitions(IDENTITY), key=lambda each: int(each.key["month"])):
        rows = store().arrow("SELECT subscriber_id, msisdn FROM identity", inputs={"identity": part})
        own = rows.filter(pc.is_in(rows["subscriber_id"], value_set=wanted))
        found |= dict(zip(own["subscriber_id"].to_pylist(), own["msisdn"].to_pylist(), strict=True))
    return {key: mask_number(number) for key, number in found.items() if number}


def _line(
    found: CutList, line: ScoredLine, level: WarningLevel, number: str, unit: str, currency: str
) -> WarnedLine:
    """One line as it is shown: what an event says stands above the month's score."""
    raised = found.ranking.raised.get(line.subscriber_id)
    above = raised if raised is not None and raised.probability >= line.probability else None
    return WarnedLine(
        subscriber_id=line.subscriber_id,
        number=number,
        level=level,
        score=line.score if above is None else above.score,
        probability=line.probability if above is None else above.probability,
        reasons=tuple(filled(reason, line.facts, currency) for reason in line.reasons),
        raised=above,
        unit=unit,
    )


def _places(mine: Mapping[str, str], place: str) -> tuple[Place, ...]:
    """The counties of these units; where there is one alone, or one is chosen, its units too."""
    county_of = {code: path.rstrip("/").split("/")[-2] for code, path in mine.items()}
    chosen = place if place in county_of.values() else county_of.get(place, "")
    counties = sorted(set(county_of.values()))
    opened = chosen or (counties[0] if len(counties) == 1 else "")
    codes = [*counties, *sorted(code for code, county in county_of.items() if county == opened)]
    names = names_of_nodes(codes)
    return tuple(Place(code, names.get(code, code)) for code in codes)


def _is_raised(ranking: Ranking, lines: pa.Table) -> pa.ChunkedArray:
    return pc.is_in(lines["subscriber_id"], value_set=pa.array(sorted(ranking.raised), pa.int64()))


def _ranking(sealed: Sealed) -> Ranking:
    """The month's order: read once for each state of the data, a few bytes a line."""
    plan = playbook()
    parts = [store().require(ASSIGNMENT, month=sealed.month.number), *day_scores(store(), sealed.month)]
    known = (each.fingerprint for each in (sealed.partition, *parts))
    key = (str(store().home), str(sealed.month), plan.fingerprint, *known)
    return _rankings.get(key, lambda: rank_lines(store(), plan, sealed.month))


def _accuracy(sealed: Sealed) -> Accuracy:
    """How right the levels were, as that month's book knows it: seven statements, once for each state of the data."""
    plan, last = playbook(), sealed.month
    tables = (CHURN_SCORE, EVENT, EVENT_RISK, SUBSCRIBER_MONTH)
    parts = [
        each
        for table in tables
        for each in store().partitions(table)
        if int(each.key["month"]) <= last.number
    ]
    key = (str(store().home), str(last), plan.fingerprint, *(each.fingerprint for each in parts))

    def told() -> Accuracy:
        judged, why = None, None
        try:
            judged = judge_scores(store(), plan, last)
        except DataError as fault:
            why = fault
        return Accuracy(judged, why, read_event_risk(store(), last), judge_events(store(), plan, last))

    return _judged.get(key, told)
