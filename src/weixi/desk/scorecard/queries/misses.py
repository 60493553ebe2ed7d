"""未达清单: the subscribers and tasks behind a figure, one by one, masked, cut by the viewer's territory of today."""

from dataclasses import dataclass, replace
from typing import Any

import pyarrow.compute as pc

from weixi.desk.base.book import store
from weixi.desk.scorecard.queries.branch import branch_of
from weixi.desk.scorecard.queries.kept import Kept
from weixi.desk.scorecard.queries.listed import Cut, cut, inside, masked, word
from weixi.desk.scorecard.queries.month import MonthChoice, assessed_calibre, choose_month
from weixi.desk.scorecard.rules.figure import PAGE_ROWS, missed
from weixi.flow.assessment import KPI_NAMES, Branch, Calibre, Grain, Listing, list_misses
from weixi.kernel.language import Text

_lists: Kept[Listing] = Kept(8)


@dataclass(frozen=True, slots=True)
class Miss:
    """One line or task that is missed; `number` is masked, money is fen, None where it does not apply."""

    subscriber_id: int
    number: str
    county: str
    node: str
    reason: Text
    kind: Text | None
    bill_fen: int | None
    arpu_fen: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows are missed, and how many."""

    code: str
    text: Text
    count: int


@dataclass(frozen=True)
class MissPage:
    """One page of the list; `after` continues it, None at the end.

    `whole` rows are missed for any reason, `total` for the chosen one; `elsewhere` belong to other units today.
    """

    choice: MonthChoice
    branch: Branch
    kpi: str
    calibre: Calibre
    reasons: tuple[Reason, ...]
    reason: str
    whole: int
    total: int
    elsewhere: int
    rows: tuple[Miss, ...]
    after: int | None

    @property
    def name(self) -> Text:
        """The KPI's name."""
        return KPI_NAMES[self.kpi]

    @property
    def who(self) -> Text:
        """Whom the list holds."""
        return missed(self.kpi)

    @property
    def is_of_tasks(self) -> bool:
        """Whether the rows are tasks."""
        return self.calibre.grain is Grain.TASK


def is_at_hand(*, code: str, kpi: str, month: str = "") -> bool:
    """Whether the list was made before, so that it comes at once. Raises what the list would."""
    choice = choose_month(month)
    branch_of(choice, code)
    return _lists.has(_key(choice, assessed_calibre(choice.month, kpi)))


def miss_page(
    *,
    territory: tuple[str, ...],
    code: str,
    kpi: str,
    month: str = "",
    reason: str = "",
    after: int = 0,
    size: int = PAGE_ROWS,
) -> MissPage:
    """The rows from number `after` on. The first list of a month and KPI reads the lines: about a second at a million.

    Raises UsageError for a KPI that is not assessed, DataError where it cannot be computed.
    """
    choice = choose_month(month)
    branch = branch_of(choice, code)
    calibre = assessed_calibre(choice.month, kpi)
    seen = miss_list(choice, kpi, code, territory)
    rows = seen.table
    counts = [(each["values"], each["counts"]) for each in pc.value_counts(rows["reason"]).to_pylist()]
    reasons = tuple(
        Reason(each, word(seen.listing, "reason", each) or Text("", ""), count)
        for each, count in sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    )
    if reason in {each.code for each in reasons}:
        rows = rows.filter(pc.equal(rows["reason"], reason))
    else:
        reason = ""
    page = rows.slice(after, size)
    end = after + page.num_rows
    return MissPage(
        choice=choice,
        branch=branch,
        kpi=kpi,
        calibre=calibre,
        reasons=reasons,
        reason=reason,
        whole=seen.table.num_rows,
        total=rows.num_rows,
        elsewhere=seen.elsewhere,
        rows=tuple(_row(row, seen.listing) for row in page.to_pylist()),
        after=end if end < rows.num_rows else None,
    )


def miss_list(choice: MonthChoice, kpi: str, code: str, territory: tuple[str, ...]) -> Cut:
    """Everybody who is missed at the node. Raises UsageError for a KPI that is not assessed."""
    return cut(_whole(choice, kpi), choice.month, code, territory)


def misses_of(choice: MonthChoice, kpi: str, subscriber_id: int, territory: tuple[str, ...]) -> Listing:
    """The customer's own rows of that list, where their unit lies in the territory today."""
    whole = _whole(choice, kpi)
    own = whole.table.filter(pc.equal(whole.table["subscriber_id"], subscriber_id))
    return inside(replace(whole, table=own), territory).listing


def _whole(choice: MonthChoice, kpi: str) -> Listing:
    """The list of the whole tree: it costs what one unit's costs, and every unit's is cut from it."""
    calibre = assessed_calibre(choice.month, kpi)
    return _lists.get(
        _key(choice, calibre), lambda: masked(list_misses(store(), choice.month, calibre).listing)
    )


def _key(choice: MonthChoice, calibre: Calibre) -> tuple[str, ...]:
    return (*choice.line_key, calibre.id)


def _row(row: dict[str, Any], listing: Listing) -> Miss:
    return Miss(
        row["subscriber_id"],
        row["msisdn"] or "",
        row["county"] or "",
        row["node"] or row["node_code"] or "",
        word(listing, "reason", row["reason"]) or Text("", ""),
        word(listing, "kind", row.get("kind")),
        row.get("bill_fen"),
        row.get("arpu_fen"),
    )
