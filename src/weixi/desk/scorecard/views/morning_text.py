"""What the morning's picture says, in one language: a frozen value, so that equal ones are one picture."""

from dataclasses import dataclass

from weixi.desk.scorecard.queries.morning import Line, Morning, Today
from weixi.flow.assessment import show
from weixi.kernel.language import Language, Text
from weixi.kernel.terms import Light

MOST_LINES = 80
"""The lines of one picture; how many more there are is said."""

DAYS = (
    Text("星期一", "Monday"),
    Text("星期二", "Tuesday"),
    Text("星期三", "Wednesday"),
    Text("星期四", "Thursday"),
    Text("星期五", "Friday"),
    Text("星期六", "Saturday"),
    Text("星期日", "Sunday"),
)
HEADINGS = (
    Text("昨日核验", "verified"),
    Text("昨日办理", "reported"),
    Text("今日到期", "due today"),
    Text("逾期", "overdue"),
    Text("在办", "open"),
)


@dataclass(frozen=True, slots=True)
class LightText:
    """One KPI as the picture says it."""

    name: str
    light: Light
    word: str
    rate: str
    target: str
    needed: str


@dataclass(frozen=True, slots=True)
class RowText:
    """One line of the table; `group` begins a new block where it changes, `is_late` marks what is overdue."""

    group: str
    name: str
    cells: tuple[str, ...]
    is_late: bool


@dataclass(frozen=True, slots=True)
class PictureText:
    """Everything that the picture says, in one language: two that say the same are one picture."""

    title: str
    unit: str
    date: str
    basis: str
    lights: tuple[LightText, ...]
    so_far: str
    heading: str
    sentences: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[RowText, ...]
    total: tuple[str, ...]
    more: str
    foot: tuple[str, ...]

    @classmethod
    def of(cls, at: Morning, today: Today, language: Language) -> "PictureText":
        """What that morning says."""

        def say(text: Text) -> str:
            return text.say(language)

        weekday = say(DAYS[at.today.weekday()])
        so_far = ""
        if at.day is not None:
            so_far = say(
                Text(
                    f"{at.day.month} 本月至今（数据到 {at.day.day:%m-%d}）：预警任务已核验 "
                    f"{at.day.verified_count:,} / {at.day.counted_count:,}，完成率 {show(at.day.rate)}",
                    f"{at.day.month} so far (data to {at.day.day:%m-%d}): {at.day.verified_count:,} of "
                    f"{at.day.counted_count:,} tasks verified, {show(at.day.rate)}",
                )
            )
        who = Text("责任人", "owner") if at.by_owner else Text("单位", "unit")
        more = len(at.lines) - MOST_LINES
        return cls(
            title=say(Text("晨会日通报", "Morning report")),
            unit=at.place.name,
            date=f"{at.today:%Y-%m-%d} {weekday}",
            basis=say(
                Text(
                    f"三项指标：{at.month} 月末（最近已结月）",
                    f"KPIs: end of {at.month}, the last closed month",
                )
            ),
            lights=tuple(
                LightText(
                    say(each.name),
                    each.light,
                    say(each.light.text),
                    show(each.rate),
                    say(Text(f"目标 {show(each.target)}", f"target {show(each.target)}")),
                    say(each.needed),
                )
                for each in at.lights
            ),
            so_far=so_far,
            heading=say(Text("今天做什么", "What to do today")),
            sentences=tuple(say(each) for each in today.sentences),
            columns=(say(who), *(say(each) for each in HEADINGS)),
            rows=tuple(_row(line, at.by_owner, language) for line in at.lines[:MOST_LINES]),
            total=(say(Text("合计", "sum")), *_cells(at.total)),
            more=say(Text(f"另有 {more:,} 行，见页面", f"{more:,} more lines on the page"))
            if more > 0
            else "",
            foot=tuple(say(each) for each in _foot(at)),
        )


def _row(line: Line, by_owner: bool, language: Language) -> RowText:
    pool = Text("共享池", "shared pool").say(language)
    return RowText(line.above if by_owner else "", line.name or pool, _cells(line), bool(line.overdue_count))


def _cells(line: Line) -> tuple[str, ...]:
    verified = "—" if line.verified_count is None else f"{line.verified_count:,}"
    counts = (line.handled_count, line.due_count, line.overdue_count, line.open_count)
    return (verified, *(f"{count:,}" for count in counts))


def _foot(at: Morning) -> tuple[Text, ...]:
    """The calibres and the sources, in small print."""
    calibres = Text(
        "口径：" + "；".join(each.calibre.name.zh for each in at.lights),
        "calibres: " + "; ".join(each.calibre.name.en for each in at.lights),
    )
    verified = (
        Text("昨日核验取自昨日日更数据", "verified: yesterday's daily feed")
        if at.is_yesterday
        else Text("没有昨日的日更数据，昨日核验不显示", "no daily feed of yesterday: verified is not shown")
    )
    source = Text(
        f"来源：维系系统 {at.month} 考核表；{verified.zh}；昨日办理为工单自报；号码和客户姓名不出现在本图",
        f"source: the scorecard of {at.month}; {verified.en}; reported: the agents' own word; no customer is shown",
    )
    return calibres, source
