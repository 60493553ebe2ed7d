"""The sheets of lists: the whole list behind a page, numbers masked, cut by the viewer's territory of today."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow.compute as pc

from weixi.desk.scorecard.operations.asked import Asked, Made
from weixi.desk.scorecard.operations.columns import Say, beyond, definition, elsewhere, notes_of
from weixi.desk.scorecard.operations.workbook import Cell, Sheet
from weixi.desk.scorecard.queries.branch import branch_of
from weixi.desk.scorecard.queries.difference_list import difference_list
from weixi.desk.scorecard.queries.listed import Cut, inside, word
from weixi.desk.scorecard.queries.misses import miss_list
from weixi.desk.scorecard.queries.month import MonthChoice, assessed_calibre, choose_month
from weixi.desk.scorecard.queries.near import near_list
from weixi.desk.scorecard.queries.official import difference
from weixi.desk.scorecard.rules.figure import MOST_ROWS, points
from weixi.flow.assessment import KPI_NAMES, Grain, Listing
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

IDS = ("row_id", "subscriber_id", "node_code", "msisdn")
"""Columns that are names and no quantities."""


def miss_sheets(asked: Asked) -> Made:
    """The list of misses."""
    choice, wanted = choose_month(asked.wanted.month), asked.wanted
    found = miss_list(choice, wanted.kpi, asked.code, asked.territory)
    table = found.table
    if wanted.reason:
        table = table.filter(pc.equal(table["reason"], wanted.reason))
    shown = replace(found, listing=replace(found.listing, table=table))
    return _of_kpi(asked, choice, Text("未达清单", "misses"), _plain(shown, choice, wanted.kpi))


def near_sheets(asked: Asked) -> Made:
    """Those at the edge."""
    choice = choose_month(asked.wanted.month)
    found = near_list(choice, asked.wanted.kpi, asked.code, asked.territory)
    return _of_kpi(asked, choice, Text("临界户", "edge cases"), _plain(found, choice, asked.wanted.kpi))


def official_sheets(asked: Asked) -> Made:
    """Every subscriber of the official list or ours, with what he contributes to the difference.

    Raises UsageError where no official list is known.
    """
    say, choice = asked.say, choose_month(asked.wanted.month)
    found = difference(choice, asked.wanted.kpi, asked.code)
    if found is None:
        raise UsageError(
            "official.no_list",
            Text("还没有这项指标的官方清单", "no official list of that KPI is known"),
            Text("先登记官方清单", "enter the official list first"),
        )
    notes = (
        f"{say(Text('我方 − 官方清单', 'ours − official list'))} = {points(found.summed)}",
        _shares(found.over, say),
    )
    return _of_kpi(
        asked, choice, Text("逐户差异", "by subscriber"), inside(found.listing, asked.territory), notes
    )


def difference_sheets(asked: Asked) -> Made:
    """Every line or task that either of two calibres counts, with what it contributes."""
    say = asked.say
    found = difference_list(
        territory=asked.territory,
        code=asked.code,
        first=asked.wanted.first,
        second=asked.wanted.second,
        month=asked.wanted.month,
    )
    title = f"{say(found.first.name)} − {say(found.second.name)} = {points(found.apart)}"
    notes = (
        f"A {definition(found.first, say)}",
        f"B {definition(found.second, say)}",
        _shares(found.over, say),
    )
    kind = Text("口径差异", "difference")
    return _made(asked, found.choice, kind, title, notes, Cut(found.listing, found.elsewhere))


def _plain(found: Cut, choice: MonthChoice, kpi: str) -> Cut:
    """The list without the column `row_id` where that is the subscriber's own number."""
    if assessed_calibre(choice.month, kpi).grain is Grain.TASK:
        return found
    headings = {name: text for name, text in found.listing.headings.items() if name != "row_id"}
    return replace(found, listing=replace(found.listing, headings=headings))


def _of_kpi(asked: Asked, choice: MonthChoice, kind: Text, found: Cut, notes: Sequence[str] = ()) -> Made:
    say, kpi = asked.say, asked.wanted.kpi
    title = f"{say(KPI_NAMES[kpi])} {say(kind)} {choice.month}"
    calibre = assessed_calibre(choice.month, kpi)
    return _made(asked, choice, kind, title, (definition(calibre, say), *notes), found)


def _made(
    asked: Asked, choice: MonthChoice, kind: Text, title: str, notes: Sequence[str], found: Cut
) -> Made:
    say, branch = asked.say, branch_of(choice, asked.code)
    said = (
        *notes_of(choice, branch, say, asked.by),
        *notes,
        say(Text("号码已脱敏", "numbers are masked")),
        *beyond(found.table.num_rows, say),
        *elsewhere(found.elsewhere, say),
    )
    columns = tuple(found.listing.headings)
    sheet = Sheet(
        say(Text("清单", "list")),
        f"{branch.node.name} {title}",
        said,
        tuple(say(text) for text in found.listing.headings.values()),
        _rows(found.listing, say),
        frozenset(at for at, name in enumerate(columns) if name.endswith("_fen")),
    )
    return Made(f"{branch.node.name}-{say(kind)}", str(choice.month), [sheet])


def _rows(listing: Listing, say: Say) -> list[tuple[Cell, ...]]:
    return [
        tuple(_cell(listing, name, row[name], say) for name in listing.headings)
        for row in listing.table.slice(0, MOST_ROWS).to_pylist()
    ]


def _cell(listing: Listing, name: str, value: object, say: Say) -> Cell:
    if value is None:
        return None
    if name in listing.words:
        said = word(listing, name, value)
        return None if said is None else say(said)
    return value if isinstance(value, int) and name not in IDS else str(value)


def _shares(over: int, say: Say) -> str:
    return say(
        Text(
            f"每行“贡献（份）”÷ {over:,} 即该户对差额的贡献，全部相加恰好等于差额",
            f"a row's shares ÷ {over:,} is its contribution; they sum to the difference",
        )
    )
