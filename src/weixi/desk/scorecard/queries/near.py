"""临界户: who stands just below or above the edge that decides a node's figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weixi.desk.base.book import store
from weixi.desk.scorecard.queries.figure import Figure, figures_at
from weixi.desk.scorecard.queries.kept import Kept
from weixi.desk.scorecard.queries.listed import Cut, cut, masked, word
from weixi.desk.scorecard.queries.month import MonthChoice
from weixi.desk.scorecard.rules.figure import PAGE_ROWS
from weixi.flow.assessment import Listing, Side, list_near
from weixi.flow.book import SUBSCRIBER_MONTH, origin_of
from weixi.kernel.language import Text
from weixi.kernel.terms import OrgLevel

_lists: Kept[Listing] = Kept(8)
WON = (Side.BELOW.value, Side.OPEN.value)
"""Sides from which a subscriber, or a task, can still be won."""


@dataclass(frozen=True, slots=True)
class NearRow:
    """One subscriber or task at the edge; the number masked, money in fen. `is_short`: not counted yet."""

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


@dataclass(frozen=True)
class NearPage:
    """The edge cases of one KPI at one node: one page from `start` on; `after` begins the next, None: end.

    `elsewhere` more belong to other units today.
    """

    figure: Figure
    currency: str
    short_count: int
    risk_count: int
    elsewhere: int
    rows: tuple[NearRow, ...]
    start: int
    after: int | None

    @property
    def move(self) -> Fraction | None:
        """By how much the figure changes with each one that goes over the edge."""
        return Fraction(1, self.figure.denominator) if self.figure.denominator else None


@dataclass(frozen=True, slots=True)
class NearCount:
    """How many stand at the edge of one KPI at a node: `short_count` to be won, `risk_count` to be kept.

    `closest_fen` is the smallest amount that brings one over.
    """

    kpi: str
    short_count: int
    risk_count: int
    closest_fen: int | None


def near_page(
    choice: MonthChoice,
    kpi: str,
    code: str,
    territory: tuple[str, ...],
    *,
    side: str = "",
    start: int = 0,
) -> NearPage | None:
    """One page of those at the edge, the closest first; `side` `short` or `risk` shows one side alone.

    None where the node has no figure for that KPI in the month.
    """
    figure = next((each for each in figures_at(choice, code) if each.kpi == kpi), None)
    if figure is None:
        return None
    seen = near_list(choice, kpi, code, territory)
    is_short = _is_short(seen.table)
    short = pc.sum(is_short).as_py() or 0
    rows = seen.table
    if side in ("short", "risk"):
        rows = rows.filter(is_short if side == "short" else pc.invert(is_short))
    after = start + PAGE_ROWS if start + PAGE_ROWS < rows.num_rows else None
    book = store().require(SUBSCRIBER_MONTH, month=choice.month.number)
    return NearPage(
        figure=figure,
        currency=origin_of(book).currency,
        short_count=short,
        risk_count=seen.table.num_rows - short,
        elsewhere=seen.elsewhere,
        rows=_rows(seen.listing, rows.slice(start, PAGE_ROWS)),
        start=start,
        after=after,
    )


def near_of(
    choice: MonthChoice, kpi: str, code: str, territory: tuple[str, ...], row_ids: Sequence[str]
) -> tuple[NearRow, ...]:
    """Those of the edge cases at the node that are named; what is not at the edge there is left out."""
    seen = near_list(choice, kpi, code, territory)
    named = pc.is_in(seen.table["row_id"], value_set=pa.array(row_ids, pa.string()))
    return _rows(seen.listing, seen.table.filter(named))


def near_counts(choice: MonthChoice, code: str, territory: tuple[str, ...]) -> tuple[NearCount, ...]:
    """How many stand at the edge of each KPI that the month could compute at the node."""
    found = []
    for figure in figures_at(choice, code):
        if figure.missing:
            continue
        table = near_list(choice, figure.kpi, code, territory).table
        short = table.filter(_is_short(table))
        closest = pc.min(short["amount_fen"]).as_py() if "amount_fen" in table.schema.names else None
        found.append(NearCount(figure.kpi, short.num_rows, table.num_rows - short.num_rows, closest))
    return tuple(found)


def near_list(choice: MonthChoice, kpi: str, code: str, territory: tuple[str, ...]) -> Cut:
    """Everybody at the edge at the node. Raises UsageError for a KPI that is not assessed."""
    whole = _lists.get(
        (*choice.line_key, kpi),
        lambda: masked(list_near(store(), choice.month, kpi, OrgLevel.COUNTY).listing),
    )
    return cut(whole, choice.month, code, territory)


def _is_short(table: pa.Table) -> pa.ChunkedArray:
    return pc.is_in(table["side"], value_set=pa.array(WON, pa.string()))


def _rows(listing: Listing, table: pa.Table) -> tuple[NearRow, ...]:
    return tuple(_row(listing, row) for row in table.to_pylist())


def _row(listing: Listing, row: dict[str, Any]) -> NearRow:
    return NearRow(
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
    )
