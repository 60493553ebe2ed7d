"""对数: the official values beside ours at a unit and below, and the difference subscriber by subscriber."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from weixi.desk.base.book import store
from weixi.desk.scorecard.queries.kept import Kept
from weixi.desk.scorecard.queries.listed import inside, masked, word
from weixi.desk.scorecard.queries.month import MonthChoice, assessed_calibre
from weixi.desk.scorecard.queries.target import people_of
from weixi.desk.scorecard.queries.tree import Place, tree_of
from weixi.desk.scorecard.rules.figure import PAGE_ROWS
from weixi.flow.assessment import (
    OFFICIAL_LINE,
    Beside,
    Calibre,
    Group,
    Listing,
    ListSide,
    OfficialEntry,
    compare_official,
    official_history,
    reconcile,
)
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel


@dataclass(frozen=True, slots=True)
class Difference:
    """Why our rate differs from that of the official list at a unit: groups that sum to the whole, then one by one.

    A row contributes `share` ÷ `over`. `remainder` is the list's own rate less the official value: no list explains it.
    """

    ours: Fraction | None
    listed: Fraction | None
    official: Fraction | None
    remainder: Fraction | None
    groups: tuple[Group, ...]
    summed: Fraction
    over: int
    listing: Listing


_differences: Kept[Difference | None] = Kept(16)


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One subscriber of the difference; the number masked. `points` is what he contributes."""

    row_id: str
    number: str
    node: str
    side: Text
    outside: Text | None
    ours: tuple[int, int]
    theirs: tuple[int, int]
    points: Fraction


@dataclass(frozen=True)
class OfficialPage:
    """One KPI of a month at a unit: values side by side, what was entered, the difference where a list is known.

    `nodes` are those that a value may be entered for; `rows` one page of the difference from `start` on.
    """

    month: Month
    kpi: str
    calibre: Calibre
    beside: tuple[Beside, ...]
    history: tuple[OfficialEntry, ...]
    nodes: tuple[Place, ...]
    is_top: bool
    difference: Difference | None
    rows: tuple[DifferenceRow, ...]
    start: int
    after: int | None
    people: Mapping[str, str]


def official_page(
    choice: MonthChoice, kpi: str, code: str, territory: tuple[str, ...], *, start: int = 0
) -> OfficialPage:
    """The unit's page. Raises UsageError where the month does not assess the KPI."""
    month = choice.month
    calibre = assessed_calibre(month, kpi)
    tree = tree_of(month)
    below = tree.below(code)
    entries = [
        each
        for each in official_history(store(), month)
        if each.value.kpi == kpi and each.value.node_code in below
    ]
    found = difference(choice, kpi, code)
    rows, after = _rows(found, territory, start) if found is not None else ((), None)
    return OfficialPage(
        month=month,
        kpi=kpi,
        calibre=calibre,
        beside=tuple(each for each in compare_official(store(), month, calibre) if each.node_code in below),
        history=tuple(reversed(entries)),
        nodes=tuple(
            place
            for place in sorted(tree.places.values(), key=lambda each: each.path)
            if place.code in below and place.level is not OrgLevel.OWNER
        ),
        is_top=tree.top.code == code,
        difference=found,
        rows=rows,
        start=start,
        after=after,
        people=people_of(each.actor for each in entries),
    )


def difference(choice: MonthChoice, kpi: str, code: str) -> Difference | None:
    """The difference at the unit; None where no official list is known. The top's holds those we have no row for."""
    month = choice.month
    given = store().current(OFFICIAL_LINE, month=month.number, kpi=kpi)
    if given is None:
        return None
    calibre = assessed_calibre(month, kpi)
    entered = tuple(
        f"{each.version} {each.value.rate}"
        for each in official_history(store(), month)
        if each.value.kpi == kpi
    )
    at = "" if tree_of(month).top.code == code else code
    key = (*choice.line_key, given.fingerprint, *entered, calibre.id, at)
    return _differences.get(key, lambda: _difference(month, calibre, at))


def _difference(month: Month, calibre: Calibre, code: str) -> Difference | None:
    found = reconcile(store(), month, calibre, code)
    if found is None:
        return None
    order = list(ListSide)
    return Difference(
        ours=found.ours,
        listed=found.listed,
        official=found.official,
        remainder=found.remainder,
        groups=tuple(sorted(found.groups, key=lambda each: (order.index(each.side), -each.rows))),
        summed=found.summed,
        over=found.over,
        listing=masked(found.listing),
    )


def _rows(
    found: Difference, territory: tuple[str, ...], start: int
) -> tuple[tuple[DifferenceRow, ...], int | None]:
    """One page of those who contribute, the heaviest first."""
    seen = inside(found.listing, territory).table
    rows = [row for row in seen.to_pylist() if row["share"]]
    rows.sort(key=lambda row: (-abs(row["share"]), row["side"], row["row_id"]))
    shown = tuple(
        DifferenceRow(
            row_id=row["row_id"],
            number=row["msisdn"] or "",
            node=row["node"] or row["node_code"] or "",
            side=ListSide(row["side"]).text,
            outside=word(found.listing, "outside", row["outside"]),
            ours=(row["ours_n"], row["ours_d"]),
            theirs=(row["theirs_n"], row["theirs_d"]),
            points=Fraction(row["share"], found.over),
        )
        for row in rows[start : start + PAGE_ROWS]
    )
    return shown, start + PAGE_ROWS if start + PAGE_ROWS < len(rows) else None
