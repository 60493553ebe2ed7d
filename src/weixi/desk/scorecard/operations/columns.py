"""What the columns of an export are called, its rows, and what every sheet says of its figures."""

from collections.abc import Callable, Sequence

from weixi.desk.scorecard.operations.workbook import Cell
from weixi.desk.scorecard.queries.figure import Figure
from weixi.desk.scorecard.queries.month import MonthChoice
from weixi.desk.scorecard.rules.figure import MOST_ROWS
from weixi.flow.assessment import Branch, Calibre
from weixi.kernel.language import Text

Say = Callable[[Text], str]

MONTH, KPI_NAME, VALUE = Text("月份", "month"), Text("指标", "KPI"), Text("值", "value")
NUMERATOR, DENOMINATOR = Text("分子", "numerator"), Text("分母", "denominator")
NUMERATOR_IS, DENOMINATOR_IS = Text("分子含义", "the numerator is"), Text("分母含义", "the denominator is")
CALIBRE, NAME, UNIT = Text("口径", "calibre"), Text("名称", "name"), Text("单位", "unit")
TARGET, LIGHT, GAP = Text("目标", "target"), Text("灯", "light"), Text("差额", "gap")

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


def figure_row(name: str, figure: Figure, say: Say) -> Sequence[Cell]:
    """One KPI at one node, under FIGURE_HEADINGS."""
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


def calibre_row(branch: Branch, calibre: Calibre, say: Say) -> Sequence[Cell]:
    """One calibre at the node; no numbers where it cannot be computed."""
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


def notes_of(choice: MonthChoice, branch: Branch, say: Say, by: str) -> tuple[str, ...]:
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


def definition(calibre: Calibre, say: Say) -> str:
    """The calibre in one line."""
    return say(
        Text(
            f"口径 {calibre.id}：{calibre.name.zh}；分子：{calibre.numerator_text.zh}；"
            f"分母：{calibre.denominator_text.zh}",
            f"calibre {calibre.id}: {calibre.name.en}; numerator: {calibre.numerator_text.en}; "
            f"denominator: {calibre.denominator_text.en}",
        )
    )


def beyond(total: int, say: Say) -> list[str]:
    """What is said where one export does not hold all rows."""
    if total <= MOST_ROWS:
        return []
    return [
        say(
            Text(
                f"共 {total:,} 行，一次最多导出 {MOST_ROWS:,} 行：请按下级单位分别导出",
                f"{total:,} rows; one export holds {MOST_ROWS:,}: export the units below one by one",
            )
        )
    ]


def elsewhere(rows: int, say: Say) -> list[str]:
    """What is said of rows that belong to other units today."""
    if not rows:
        return []
    return [
        say(
            Text(
                f"另有 {rows:,} 行现已划归辖区以外的单位，不在此表",
                f"{rows:,} more belong to units outside the territory today and are left out",
            )
        )
    ]
