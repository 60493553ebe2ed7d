"""The sheets of the pages of figures, and which page has which."""

from collections.abc import Callable, Mapping

from weixi.desk.scorecard.operations.asked import Asked, Made
from weixi.desk.scorecard.operations.columns import (
    CALIBRE,
    DENOMINATOR,
    DENOMINATOR_IS,
    FIGURE_HEADINGS,
    GAP,
    KPI_NAME,
    LIGHT,
    MONTH,
    NAME,
    NUMERATOR,
    NUMERATOR_IS,
    TARGET,
    UNIT,
    VALUE,
    calibre_row,
    definition,
    figure_row,
    notes_of,
)
from weixi.desk.scorecard.operations.list_sheets import (
    difference_sheets,
    miss_sheets,
    near_sheets,
    official_sheets,
)
from weixi.desk.scorecard.operations.workbook import Sheet
from weixi.desk.scorecard.queries.cockpit import cockpit
from weixi.desk.scorecard.queries.league import league_table
from weixi.flow.assessment import CALIBRES
from weixi.kernel.language import Text


def cockpit_sheets(asked: Asked) -> Made:
    """The node's scorecard, what lies below it, its course and every calibre."""
    say = asked.say
    found = cockpit(seen=asked.seen, code=asked.code, path=asked.path, month=asked.wanted.month)
    branch, name = found.branch, found.branch.node.name
    title = f"{name} {say(Text('考核表', 'scorecard'))} {found.choice.month}"
    notes = notes_of(found.choice, branch, say, asked.by)
    own = [(name, figure) for figure in found.figures]
    below = [(line.name, figure) for line in found.below for figure in line.figures]
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
            each.name,
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


SHEETS: Mapping[str, Callable[[Asked], Made]] = {
    "cockpit": cockpit_sheets,
    "league": league_sheets,
    "misses": miss_sheets,
    "near": near_sheets,
    "difference": difference_sheets,
    "official": official_sheets,
}
"""Page → its sheets."""
