"""The sheets of each page: what it shows, as a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.operations.columns import (
    ARPU,
    BILL,
    CALIBRE,
    COUNTY,
    DENOMINATOR,
    DENOMINATOR_IS,
    FIGURE_HEADINGS,
    GAP,
    KPI_NAME,
    LIGHT,
    MONTH,
    NAME,
    NUMBER,
    NUMERATOR,
    NUMERATOR_IS,
    OWNER,
    REASON,
    SUBSCRIBER,
    TARGET,
    UNIT,
    VALUE,
    WARNING,
    Say,
    beyond,
    calibre_row,
    definition,
    elsewhere,
    figure_row,
    notes_of,
)
from weixi.desk.scorecard.operations.workbook import Sheet
from weixi.desk.scorecard.queries.cockpit import cockpit
from weixi.desk.scorecard.queries.difference_list import difference_list
from weixi.desk.scorecard.queries.league import league_table
from weixi.desk.scorecard.queries.misses import miss_page
from weixi.desk.scorecard.rules.figure import MOST_ROWS, points
from weixi.flow.assessment import CALIBRES
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page was showing when the export was asked for; `what` is cockpit, league, misses or difference."""

    what: str
    month: str = ""
    kpi: str = ""
    among: str = ""
    reason: str = ""
    first: str = ""
    second: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One export: what is wanted of which node, for whom, in whose words; `by` says who exports it and when."""

    wanted: Wanted
    code: str
    path: str
    seen: Sight
    territory: tuple[str, ...]
    say: Say
    by: str


@dataclass(frozen=True, slots=True)
class Made:
    """The sheets of one page, what it is called, and the month it shows."""

    title: str
    month: str
    sheets: list[Sheet]

    @property
    def rows(self) -> int:
        """The rows of all sheets."""
        return sum(len(sheet.rows) for sheet in self.sheets)


def cockpit_sheets(asked: Asked) -> Made:
    """The node's scorecard, what lies below it, its course and every calibre."""
    say = asked.say
    found = cockpit(seen=asked.seen, code=asked.code, path=asked.path, month=asked.wanted.month)
    branch, name = found.branch, found.branch.node.name
    title = f"{name} {say(Text('考核表', 'scorecard'))} {found.choice.month}"
    notes = notes_of(found.choice, branch, say, asked.by)
    own = [(name, figure) for figure in found.figures]
    below = [(line.spot.name, figure) for line in found.below for figure in line.figures]
    headings = tuple(say(text) for text in FIGURE_HEADINGS)
    course = [
        (str(step.month), say(figure.name), step.value.numerator, step.value.denominator, step.rate)
        for figure in found.figures
        for step in found.course_of(figure.kpi)
    ]
    calibres = [calibre_row(branch, calibre, say) for calibre in CALIBRES]
    sheets = [
        Sheet(
            say(Text("考核表", "scorecard")),
            title,
            notes,
            headings,
            [figure_row(*each, say) for each in own],
        ),
        Sheet(say(Text("下级", "below")), title, notes, headings, [figure_row(*each, say) for each in below]),
        Sheet(
            say(Text("走势", "trend")),
            title,
            notes,
            tuple(say(t) for t in (MONTH, KPI_NAME, NUMERATOR, DENOMINATOR, VALUE)),
            course,
        ),
        Sheet(
            say(Text("口径", "calibres")),
            title,
            notes,
            tuple(
                say(t) for t in (CALIBRE, NAME, NUMERATOR, DENOMINATOR, VALUE, NUMERATOR_IS, DENOMINATOR_IS)
            ),
            calibres,
        ),
    ]
    return Made(f"{name}-{say(Text('驾驶舱', 'cockpit'))}", str(found.choice.month), sheets)


def league_sheets(asked: Asked) -> Made:
    """The league table of one KPI."""
    say = asked.say
    table = league_table(
        seen=asked.seen,
        code=asked.code,
        path=asked.path,
        month=asked.wanted.month,
        kpi=asked.wanted.kpi,
        among=asked.wanted.among,
    )
    found = cockpit(seen=asked.seen, code=asked.code, path=asked.path, month=asked.wanted.month)
    name = found.branch.node.name
    title = f"{name} {say(table.name)} {say(Text('排名', 'league'))} {table.choice.month}"
    notes = (*notes_of(table.choice, found.branch, say, asked.by), definition(table.calibre, say))
    rows = [
        (
            each.spot.name,
            each.numerator,
            each.denominator,
            each.raw,
            each.raw_place,
            each.adjusted,
            each.adjusted_place,
            each.target,
            say(each.light.text),
            say(each.needed),
        )
        for each in table.standings
    ]
    headings = (
        UNIT,
        NUMERATOR,
        DENOMINATOR,
        Text("原始值", "raw"),
        Text("原始名次", "raw rank"),
        Text("公平对比值", "fair value"),
        Text("公平名次", "fair rank"),
        TARGET,
        LIGHT,
        GAP,
    )
    sheet = Sheet(say(Text("排名", "league")), title, notes, tuple(say(text) for text in headings), rows)
    return Made(f"{name}-{say(Text('排名', 'league'))}", str(table.choice.month), [sheet])


def miss_sheets(asked: Asked) -> Made:
    """The list of misses, numbers masked."""
    say = asked.say
    page = miss_page(
        seen=asked.seen,
        territory=asked.territory,
        code=asked.code,
        path=asked.path,
        kpi=asked.wanted.kpi,
        month=asked.wanted.month,
        reason=asked.wanted.reason,
        size=MOST_ROWS,
    )
    name = page.branch.node.name
    title = f"{name} {say(page.name)} {say(Text('未达清单', 'list of misses'))} {page.choice.month}"
    notes = [*notes_of(page.choice, page.branch, say, asked.by), definition(page.calibre, say)]
    notes.append(say(Text("号码已脱敏", "numbers are masked")))
    notes += beyond(page.total, say)
    notes += elsewhere(page.elsewhere, say)
    headings: list[Text] = [SUBSCRIBER, NUMBER, COUNTY, OWNER, REASON]
    headings += [WARNING] if page.is_of_tasks else [BILL, ARPU]
    rows = [
        (
            str(each.subscriber_id),
            each.number,
            each.county,
            each.node,
            say(each.reason),
            *([say(each.kind) if each.kind else ""] if page.is_of_tasks else [each.bill_fen, each.arpu_fen]),
        )
        for each in page.rows
    ]
    sheet = Sheet(
        say(Text("清单", "list")),
        title,
        tuple(notes),
        tuple(say(text) for text in headings),
        rows,
        frozenset() if page.is_of_tasks else frozenset({5, 6}),
    )
    return Made(f"{name}-{say(Text('未达清单', 'misses'))}", str(page.choice.month), [sheet])


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
    name = found.branch.node.name
    title = f"{name} {say(found.first.name)} − {say(found.second.name)} = {points(found.apart)}"
    notes = [
        *notes_of(found.choice, found.branch, say, asked.by),
        f"A {definition(found.first, say)}",
        f"B {definition(found.second, say)}",
        say(
            Text(
                f"每行“贡献（份）”÷ {found.over:,} 即该户对差额的贡献，全部相加恰好等于差额；号码已脱敏",
                f"a row's shares ÷ {found.over:,} is its contribution; they sum to the difference; numbers masked",
            )
        ),
        *beyond(found.table.num_rows, say),
        *elsewhere(found.elsewhere, say),
    ]
    rows = [
        tuple(say(cell) if isinstance(cell, Text) else cell for cell in row) for row in found.rows(MOST_ROWS)
    ]
    headings = tuple(say(text) for text in found.headings)
    sheet = Sheet(say(Text("清单", "list")), title, tuple(notes), headings, rows)
    return Made(f"{name}-{say(Text('口径差异', 'difference'))}", str(found.choice.month), [sheet])


SHEETS: Mapping[str, Callable[[Asked], Made]] = {
    "cockpit": cockpit_sheets,
    "league": league_sheets,
    "misses": miss_sheets,
    "difference": difference_sheets,
}
"""What can be exported."""
