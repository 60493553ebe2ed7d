"""Exports of what a page shows: cut as the page is, masked as the page is, and noted in the audit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from weixi.desk.audit.operations import record
from weixi.desk.org.models import User
from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.operations.workbook import Cell, Sheet, workbook
from weixi.desk.scorecard.queries.cockpit import Figure, cockpit
from weixi.desk.scorecard.queries.league import league_table
from weixi.desk.scorecard.queries.misses import miss_page
from weixi.desk.scorecard.queries.month import MonthChoice
from weixi.desk.scorecard.rules import MOST_ROWS
from weixi.flow.assessment import CALIBRES, Branch, Calibre
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

Say = Callable[[Text], str]


@dataclass(frozen=True, slots=True)
class Export:
    """One workbook: what the file is called, and what is in it."""

    name: str
    content: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page was showing when the export was asked for; `what` is cockpit, league or misses."""

    what: str
    month: str = ""
    kpi: str = ""
    among: str = ""
    reason: str = ""


@transaction.atomic
def export(
    *,
    wanted: Wanted,
    code: str,
    path: str,
    actor: User,
    seen: Sight,
    territory: tuple[str, ...],
    say: Say,
    now: datetime,
) -> Export:
    """The workbook of what the node's page shows, in the language of the page; the audit has how many rows left.

    Raises UsageError and DataError as the page does.
    """
    made = {"cockpit": _cockpit, "league": _league, "misses": _misses}.get(wanted.what)
    if made is None:
        raise UsageError(
            "scorecard.export",
            Text("没有这种导出", "there is no such export"),
            Text("用页面上的“导出 Excel”", "use the button on the page"),
            where=wanted.what,
        )
    by = f"{actor.shown_name}（{actor.username}）{localtime(now):%Y-%m-%d %H:%M}"
    title, month, sheets, rows = made(wanted, code, path, seen, territory, say, by)
    content = workbook(sheets)
    record(
        actor_id=actor.id,
        act="scorecard.export",
        subject=f"node:{code}",
        detail={"what": wanted.what, "month": month, "kpi": wanted.kpi, "rows": rows},
        now=now,
        path=path,
    )
    return Export(f"{title}-{month}.xlsx", content, rows)


Made = tuple[str, str, list[Sheet], int]


def _cockpit(
    wanted: Wanted, code: str, path: str, seen: Sight, territory: tuple[str, ...], say: Say, by: str
) -> Made:
    found = cockpit(seen=seen, code=code, path=path, month=wanted.month)
    branch, name = found.branch, found.branch.node.name
    title = f"{name} {say(Text('考核表', 'scorecard'))} {found.choice.month}"
    notes = _notes(found.choice, branch, say, by)
    own = [(name, figure) for figure in found.figures]
    below = [(line.spot.name, figure) for line in found.below for figure in line.figures]
    headings = tuple(say(text) for text in FIGURE_HEADINGS)
    course = [
        (str(step.month), say(figure.name), step.value.numerator, step.value.denominator, step.rate)
        for figure in found.figures
        for step in found.course_of(figure.kpi)
    ]
    calibres = [_calibre_row(branch, calibre, say) for calibre in CALIBRES]
    sheets = [
        Sheet(
            say(Text("考核表", "scorecard")),
            title,
            notes,
            headings,
            [_figure_row(*each, say) for each in own],
        ),
        Sheet(
            say(Text("下级", "below")), title, notes, headings, [_figure_row(*each, say) for each in below]
        ),
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
    return f"{name}-{say(Text('驾驶舱', 'cockpit'))}", str(found.choice.month), sheets, _rows(sheets)


def _league(
    wanted: Wanted, code: str, path: str, seen: Sight, territory: tuple[str, ...], say: Say, by: str
) -> Made:
    table = league_table(
        seen=seen, code=code, path=path, month=wanted.month, kpi=wanted.kpi, among=wanted.among
    )
    found = cockpit(seen=seen, code=code, path=path, month=wanted.month)
    name = found.branch.node.name
    title = f"{name} {say(table.name)} {say(Text('排名', 'league'))} {table.choice.month}"
    notes = (*_notes(table.choice, found.branch, say, by), _definition(table.calibre, say))
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
    return f"{name}-{say(Text('排名', 'league'))}", str(table.choice.month), [sheet], len(rows)


def _misses(
    wanted: Wanted, code: str, path: str, seen: Sight, territory: tuple[str, ...], say: Say, by: str
) -> Made:
    page = miss_page(
        seen=seen,
        territory=territory,
        code=code,
        path=path,
        kpi=wanted.kpi,
        month=wanted.month,
        reason=wanted.reason,
        size=MOST_ROWS,
    )
    name = page.branch.node.name
    title = f"{name} {say(page.name)} {say(Text('未达清单', 'list of misses'))} {page.choice.month}"
    notes = [*_notes(page.choice, page.branch, say, by), _definition(page.calibre, say)]
    notes.append(say(Text("号码已脱敏", "numbers are masked")))
    if page.after is not None:
        notes.append(
            say(
                Text(
                    f"共 {page.total:,} 行，一次最多导出 {MOST_ROWS:,} 行：请按下级单位分别导出",
                    f"{page.total:,} rows; one export holds {MOST_ROWS:,}: export the units below one by one",
                )
            )
        )
    if page.elsewhere:
        notes.append(
            say(
                Text(
                    f"另有 {page.elsewhere:,} 行现已划归辖区以外的单位，不在此表",
                    f"{page.elsewhere:,} more belong to units outside the territory today and are left out",
                )
            )
        )
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
    return f"{name}-{say(Text('未达清单', 'misses'))}", str(page.choice.month), [sheet], len(rows)


MONTH, KPI_NAME, VALUE = Text("月份", "month"), Text("指标", "KPI"), Text("值", "value")
NUMERATOR, DENOMINATOR = Text("分子", "numerator"), Text("分母", "denominator")
NUMERATOR_IS, DENOMINATOR_IS = Text("分子含义", "the numerator is"), Text("分母含义", "the denominator is")
CALIBRE, NAME, UNIT = Text("口径", "calibre"), Text("名称", "name"), Text("单位", "unit")
TARGET, LIGHT, GAP = Text("目标", "target"), Text("灯", "light"), Text("差额", "gap")
SUBSCRIBER, NUMBER, COUNTY = (
    Text("用户编号", "subscriber id"),
    Text("号码（脱敏）", "number"),
    Text("县分", "county"),
)
OWNER, REASON, WARNING = (
    Text("维护单元/责任人", "unit or owner"),
    Text("原因", "reason"),
    Text("预警", "warning"),
)
BILL, ARPU = Text("本月出账（元）", "billed"), Text("三个月 ARPU（元）", "three-month ARPU")

FIGURE_HEADINGS = (
    UNIT,
    KPI_NAME,
    Text("权重", "weight"),
    TARGET,
    VALUE,
    NUMERATOR,
    DENOMINATOR,
    Text("较目标", "vs target"),
    GAP,
    Text("上月", "last month"),
    Text("去年同期", "last year"),
    Text("同级名次", "rank"),
    Text("同级个数", "of"),
    LIGHT,
)


def _figure_row(name: str, figure: Figure, say: Say) -> Sequence[Cell]:
    return (
        name,
        say(figure.name),
        figure.weight,
        figure.target,
        figure.rate,
        figure.numerator,
        figure.denominator,
        figure.to_target,
        say(figure.needed),
        figure.last_month,
        figure.last_year,
        figure.place,
        figure.of,
        say(figure.light.text),
    )


def _calibre_row(branch: Branch, calibre: Calibre, say: Say) -> Sequence[Cell]:
    value = branch.values.get(calibre.id)
    counts: tuple[Cell, ...] = (
        (None, None, None) if value is None else (value.numerator, value.denominator, value.rate)
    )
    return (
        calibre.id,
        say(calibre.name),
        *counts,
        say(calibre.numerator_text),
        say(calibre.denominator_text),
    )


def _notes(choice: MonthChoice, branch: Branch, say: Say, by: str) -> tuple[str, ...]:
    """What every sheet says of its figures: as of when, from where, who exported them."""
    said = [
        say(
            Text(
                f"截至 {choice.until}（{choice.state.text.zh}），基期 {branch.base}；"
                f"第 {branch.revision} 版，封存 {branch.seal[:12]}",
                f"as of {choice.until} ({choice.state.text.en}), date 0: {branch.base}; "
                f"revision {branch.revision}, seal {branch.seal[:12]}",
            )
        ),
        *(say(Text(f"前提：{text.zh}", f"assumed: {text.en}")) for text in branch.origin.assumes),
        say(Text(f"导出：{by}", f"exported by {by}")),
    ]
    return tuple(said)


def _definition(calibre: Calibre, say: Say) -> str:
    return say(
        Text(
            f"口径 {calibre.id}：{calibre.name.zh}；分子：{calibre.numerator_text.zh}；"
            f"分母：{calibre.denominator_text.zh}",
            f"calibre {calibre.id}: {calibre.name.en}; numerator: {calibre.numerator_text.en}; "
            f"denominator: {calibre.denominator_text.en}",
        )
    )


def _rows(sheets: Sequence[Sheet]) -> int:
    return sum(len(sheet.rows) for sheet in sheets)
