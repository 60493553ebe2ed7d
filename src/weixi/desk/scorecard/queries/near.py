"""临界户: who stands just below or above the edge that decides a node's figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from weixi.desk.base.book import store
from weixi.desk.scorecard.queries.cut import cut, masked, prints_of, word
from weixi.desk.scorecard.queries.kept import Kept
from weixi.desk.scorecard.queries.standing import Standing, standings, tree_of
from weixi.flow.assessment import Listing, Side, list_near
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel

SIZE = 50
_lists: Kept[Listing] = Kept(8)
WON = (Side.BELOW.value, Side.OPEN.value)
"""Sides from which a subscriber, or a task, can still be won."""


@dataclass(frozen=True, slots=True)
class NearRow:
    """One subscriber or task at the edge; the number masked, money in fen. `is_short`: not counted yet.

    `move` is by how much the node's figure changes when it goes over the edge.
    """

    row_id: str
    subscriber_id: int
    number: str
    county: str
    node: str
    node_code: str
    side: Text
    side_code: str
    is_short: bool
    tip: Text
    amount_fen: int | None
    kind: str
    kind_text: Text | None
    until: date | None
    move: Fraction | None


@dataclass(frozen=True)
class NearPage:
    """The edge cases of one KPI at one node: one page of `SIZE` from `start` on; `after` begins the next, None: end."""

    month: Month
    kpi: str
    standing: Standing
    short_count: int
    risk_count: int
    rows: tuple[NearRow, ...]
    start: int
    after: int | None


@dataclass(frozen=True, slots=True)
class NearCount:
    """How many stand at the edge of one KPI at a node: `short_count` to be won, `risk_count` to be kept.

    `closest_fen` is the smallest amount that brings one over.
    """

    kpi: str
    short_count: int
    risk_count: int
    closest_fen: int | None


def near_page(month: Month, kpi: str, code: str, *, side: str = "", start: int = 0) -> NearPage | None:
    """One page of those at the edge, the closest first; `side` `short` or `risk` shows one side alone.

    None where the node has no figure for that KPI in the month.
    """
    standing = next((each for each in standings(month, code) if each.kpi == kpi), None)
    if standing is None:
        return None
    listing = _below(month, kpi, code)
    rows = _rows(listing, standing, listing.table.to_pylist())
    short = sum(row.is_short for row in rows)
    shown = [row for row in rows if side not in ("short", "risk") or row.is_short == (side == "short")]
    page = tuple(shown[start : start + SIZE])
    after = start + SIZE if start + SIZE < len(shown) else None
    return NearPage(month, kpi, standing, short, len(rows) - short, page, start, after)


def near_of(month: Month, kpi: str, code: str, row_ids: Sequence[str]) -> tuple[NearRow, ...]:
    """Those of the edge cases at the node that are named; what is not at the edge there is left out."""
    standing = next((each for each in standings(month, code) if each.kpi == kpi), None)
    if standing is None:
        return ()
    listing = _below(month, kpi, code)
    wanted = set(row_ids)
    return _rows(listing, standing, [row for row in listing.table.to_pylist() if row["row_id"] in wanted])


def near_counts(month: Month, code: str) -> tuple[NearCount, ...]:
    """How many stand at the edge of each assessed KPI at the node."""
    found = []
    for standing in standings(month, code):
        table = _below(month, standing.kpi, code).table
        sides = table["side"].to_pylist()
        amounts = table["amount_fen"].to_pylist() if "amount_fen" in table.schema.names else []
        short = [side in WON for side in sides]
        reach = [
            amount
            for amount, is_short in zip(amounts, short, strict=False)
            if is_short and amount is not None
        ]
        found.append(NearCount(standing.kpi, sum(short), len(sides) - sum(short), min(reach, default=None)))
    return tuple(found)


def near_listing(month: Month, kpi: str, code: str) -> Listing:
    """The whole list at the node, for a file."""
    return _below(month, kpi, code)


def _below(month: Month, kpi: str, code: str) -> Listing:
    whole = _lists.get(
        (*prints_of(month), kpi), lambda: masked(list_near(store(), month, kpi, OrgLevel.COUNTY).listing)
    )
    return cut(whole, tree_of(month).below(code))


def _rows(listing: Listing, standing: Standing, rows: Sequence[dict[str, Any]]) -> tuple[NearRow, ...]:
    move = Fraction(1, standing.denominator) if standing.denominator else None
    return tuple(
        NearRow(
            row_id=row["row_id"],
            subscriber_id=row["subscriber_id"],
            number=row["msisdn"] or "",
            county=row["county"] or "",
            node=row["node"] or row["node_code"],
            node_code=row["node_code"],
            side=Side(row["side"]).text,
            side_code=row["side"],
            is_short=row["side"] in WON,
            tip=word(listing, "tip", row["tip"]) or Text("", ""),
            amount_fen=row.get("amount_fen"),
            kind=row.get("kind") or "",
            kind_text=word(listing, "kind", row.get("kind")),
            until=row.get("until"),
            move=move,
        )
        for row in rows
    )
