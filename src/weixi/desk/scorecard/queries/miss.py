"""未达清单: who keeps a figure of a node from being better, with the reason of each."""

from collections import Counter
from dataclasses import dataclass

from weixi.desk.base.book import store
from weixi.desk.scorecard.queries.cut import cut, masked, prints_of, word
from weixi.desk.scorecard.queries.kept import Kept
from weixi.desk.scorecard.queries.standing import assessed_calibre, tree_of
from weixi.flow.assessment import REASONS, Calibre, Listing, list_misses
from weixi.kernel.language import Text
from weixi.kernel.period import Month

SIZE = 50
_lists: Kept[Listing] = Kept(8)


@dataclass(frozen=True, slots=True)
class MissRow:
    """One subscriber or task that is missed; the number masked, money in fen."""

    row_id: str
    subscriber_id: int
    number: str
    county: str
    node: str
    reason: Text
    kind: Text | None
    bill_fen: int | None
    arpu_fen: int | None


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many are missed for one reason."""

    code: str
    text: Text
    count: int


@dataclass(frozen=True)
class MissPage:
    """The misses of one KPI at one node: the reasons of all, and one page from `start` on; `after` begins the next."""

    month: Month
    calibre: Calibre
    reasons: tuple[ReasonCount, ...]
    total: int
    rows: tuple[MissRow, ...]
    start: int
    after: int | None


def miss_page(month: Month, kpi: str, code: str, *, reason: str = "", start: int = 0) -> MissPage:
    """One page of the misses, of one reason or of all. Raises UsageError where the month does not assess the KPI."""
    calibre = assessed_calibre(month, kpi)
    listing = miss_listing(month, kpi, code)
    rows = listing.table.to_pylist()
    counts = Counter(str(row["reason"]) for row in rows)
    reasons = tuple(
        ReasonCount(each, REASONS.get(each, Text(each, each)), count)
        for each, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    shown = [row for row in rows if not reason or row["reason"] == reason]
    page = tuple(
        MissRow(
            row_id=row["row_id"],
            subscriber_id=row["subscriber_id"],
            number=row["msisdn"] or "",
            county=row["county"] or "",
            node=row["node"] or row["node_code"],
            reason=word(listing, "reason", row["reason"]) or Text("", ""),
            kind=word(listing, "kind", row.get("kind")),
            bill_fen=row.get("bill_fen"),
            arpu_fen=row.get("arpu_fen"),
        )
        for row in shown[start : start + SIZE]
    )
    after = start + SIZE if start + SIZE < len(shown) else None
    return MissPage(month, calibre, reasons, len(rows), page, start, after)


def miss_listing(month: Month, kpi: str, code: str) -> Listing:
    """The whole list at the node, for a file."""
    calibre = assessed_calibre(month, kpi)
    whole = _lists.get(
        (*prints_of(month), calibre.id), lambda: masked(list_misses(store(), month, calibre).listing)
    )
    return cut(whole, tree_of(month).below(code))
