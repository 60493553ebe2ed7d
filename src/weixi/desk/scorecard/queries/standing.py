"""One month's assessed figures of a node and of its children, beside their targets; the tree as that month saw it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from weixi.desk.base.book import store
from weixi.desk.scorecard.rules.gap import needed, room_of
from weixi.engine import Partition
from weixi.flow.assessment import KPI_NAMES, SCORECARD, Calibre, exact, find_calibre, value
from weixi.flow.cohort import require_tree
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Light, OrgLevel


@dataclass(frozen=True, slots=True)
class Place:
    """One node of a month's tree; `path` is its codes from the root, each with a slash after it."""

    code: str
    name: str
    level: OrgLevel
    parent: str | None
    path: str


@dataclass(frozen=True)
class Tree:
    """The tree as one month saw it: every node by its code, and the codes right below each."""

    places: Mapping[str, Place]
    children: Mapping[str, tuple[str, ...]]

    @property
    def top(self) -> Place:
        """The root."""
        return next(place for place in self.places.values() if place.parent is None)

    def below(self, code: str) -> frozenset[str]:
        """The codes of the node and of all below it."""
        path = self.places[code].path if code in self.places else "\n"
        return frozenset(each.code for each in self.places.values() if each.path.startswith(path))

    def way(self, code: str, territory: tuple[str, ...]) -> tuple[Place, ...]:
        """The nodes above it, from the top, that lie inside the territory."""
        found: list[Place] = []
        place = self.places.get(code)
        while place is not None and place.parent is not None:
            place = self.places.get(place.parent)
            if place is not None and place.path.startswith(territory):
                found.insert(0, place)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Standing:
    """One assessed KPI at one node beside its target; `peers` nodes of its level are ranked."""

    kpi: str
    calibre: Calibre
    node_code: str
    numerator: int
    denominator: int
    target: Fraction
    gap_count: int
    light: Light
    direction: str
    period: str | None
    rank: int | None
    peers: int
    last_month: Fraction | None

    @property
    def name(self) -> Text:
        """The KPI's name."""
        return KPI_NAMES[self.kpi]

    @property
    def rate(self) -> Fraction | None:
        """Numerator ÷ denominator, exact."""
        return value(self.numerator, self.denominator)

    @property
    def room(self) -> int:
        """How many more may leave under a ceiling that is met."""
        return room_of(self.direction, self.target, self.numerator, self.denominator)

    @property
    def needed(self) -> Text:
        """How many it is short of its target, in words."""
        return needed(self.kpi, self.direction, self.target, self.gap_count, self.room, self.denominator)


def assessed_months() -> tuple[Month, ...]:
    """The months that have a scorecard, newest first."""
    numbers = {int(partition.key["month"]) for partition in store().partitions(SCORECARD)}
    return tuple(Month.from_number(number) for number in sorted(numbers, reverse=True))


def asked_month(text: str, months: tuple[Month, ...]) -> Month:
    """The month that an address names, else the newest. Raises DataError where there is none, or not that one."""
    if not months:
        raise DataError(
            "scorecard.none",
            Text("还没有任何月份的指标", "no month has figures yet"),
            Text("先由方案策划运行当月（weixi run），算出指标后再看", "run a month first: weixi run"),
        )
    if not text:
        return months[0]
    month = Month.parse(text)
    if month not in months:
        raise UsageError(
            "scorecard.month",
            Text(f"{month} 还没有指标", f"{month} has no figures yet"),
            Text(
                f"已有的月份：{'、'.join(map(str, months))}", f"months there: {', '.join(map(str, months))}"
            ),
        )
    return month


def tree_of(month: Month) -> Tree:
    """The tree as that month saw it. Raises DataError where there is none."""
    partition = require_tree(store(), month)
    return _tree(partition.fingerprint, month)


def standings(month: Month, code: str) -> tuple[Standing, ...]:
    """The node's assessed KPIs in the plan's order; none where the month's tree has no such node."""
    return tuple(each for each in _around(*_prints(month), month, code) if each.node_code == code)


def standings_below(month: Month, code: str) -> tuple[Standing, ...]:
    """The assessed KPIs of the nodes right below it."""
    return tuple(each for each in _around(*_prints(month), month, code) if each.node_code != code)


def assessed_calibre(month: Month, kpi: str) -> Calibre:
    """The calibre that the month's scorecard assesses the KPI in. Raises UsageError where it assesses no such KPI."""
    card = store().require(SCORECARD, month=month.number)
    found = store().rows(
        "SELECT DISTINCT calibre FROM card WHERE kpi = $kpi",
        inputs={"card": card},
        parameters={"kpi": kpi},
    )
    if not found:
        known = "、".join(str(said["kpi"]) for said in card.manifest.note["targets"])
        raise UsageError(
            "scorecard.kpi",
            Text(f"{month} 没有考核“{kpi}”", f"{month} does not assess “{kpi}”"),
            Text(f"考核的指标：{known}", f"it assesses: {known}"),
        )
    return find_calibre(found[0]["calibre"])


def assessed_kpis(month: Month) -> tuple[str, ...]:
    """The KPIs that the month assesses, in the plan's order."""
    card = store().require(SCORECARD, month=month.number)
    return tuple(str(said["kpi"]) for said in card.manifest.note["targets"])


def card_of(month: Month) -> Partition:
    """The month's scorecard. Raises DataError where the month was never assessed."""
    return store().require(SCORECARD, month=month.number)


def _prints(month: Month) -> tuple[str, str, str]:
    """What the figures of a month are made from: scorecard, tree, the scorecard of the month before."""
    before = store().current(SCORECARD, month=month.plus(-1).number)
    return (
        card_of(month).fingerprint,
        require_tree(store(), month).fingerprint,
        before.fingerprint if before is not None else "",
    )


@lru_cache(maxsize=16)
def _tree(fingerprint: str, month: Month) -> Tree:
    rows = store().rows(
        "SELECT node_code, parent_code, level, name FROM node ORDER BY node_code",
        inputs={"node": require_tree(store(), month)},
    )
    parents = {row["node_code"]: row["parent_code"] for row in rows}
    places, children = {}, dict[str, list[str]]()
    for row in rows:
        code, path = row["node_code"], ""
        at: str | None = code
        while at is not None and at in parents:
            path, at = f"{at}/{path}", parents[at]
        places[code] = Place(code, row["name"] or code, OrgLevel(row["level"]), row["parent_code"], path)
        if row["parent_code"] is not None:
            children.setdefault(row["parent_code"], []).append(code)
    return Tree(places, {code: tuple(found) for code, found in children.items()})


@lru_cache(maxsize=512)
def _around(
    card_print: str, tree_print: str, before_print: str, month: Month, code: str
) -> tuple[Standing, ...]:
    """The standings of the node and of its children."""
    card = card_of(month)
    said = {str(each["kpi"]): each for each in card.manifest.note["targets"]}
    rows = store().rows(
        """SELECT k.kpi, k.calibre, k.node_code, k.level, k.numerator, k.denominator, k.target_rate, k.gap_count,
  k.light, k.rank FROM card AS k JOIN node AS n ON n.node_code = k.node_code
WHERE k.node_code = $code OR n.parent_code = $code ORDER BY k.node_code, k.kpi""",
        inputs={"card": card, "node": require_tree(store(), month)},
        parameters={"code": code},
    )
    before = _last_month(month)
    peers = _peers(card_print, month)
    order = list(said)
    found = [
        Standing(
            kpi=row["kpi"],
            calibre=find_calibre(row["calibre"]),
            node_code=row["node_code"],
            numerator=row["numerator"],
            denominator=row["denominator"],
            target=exact(row["target_rate"]),
            gap_count=row["gap_count"],
            light=Light(row["light"]),
            direction=str(said[row["kpi"]]["direction"]),
            period=said[row["kpi"]]["period"],
            rank=row["rank"],
            peers=peers.get((row["kpi"], row["level"]), 0),
            last_month=before.get((row["calibre"], row["node_code"])),
        )
        for row in rows
        if row["kpi"] in said
    ]
    return tuple(sorted(found, key=lambda each: (each.node_code, order.index(each.kpi))))


@lru_cache(maxsize=16)
def _peers(card_print: str, month: Month) -> Mapping[tuple[str, str], int]:
    rows = store().rows(
        "SELECT kpi, level, CAST(count(rank) AS BIGINT) AS ranked FROM card GROUP BY kpi, level ORDER BY kpi, level",
        inputs={"card": card_of(month)},
    )
    return {(row["kpi"], row["level"]): row["ranked"] for row in rows}


def _last_month(month: Month) -> Mapping[tuple[str, str], Fraction | None]:
    before = store().current(SCORECARD, month=month.plus(-1).number)
    if before is None:
        return {}
    return _rates(before.fingerprint, month.plus(-1))


@lru_cache(maxsize=4)
def _rates(fingerprint: str, month: Month) -> Mapping[tuple[str, str], Fraction | None]:
    rows = store().rows(
        "SELECT calibre, node_code, numerator, denominator FROM card ORDER BY calibre, node_code",
        inputs={"card": card_of(month)},
    )
    return {(row["calibre"], row["node_code"]): value(row["numerator"], row["denominator"]) for row in rows}
