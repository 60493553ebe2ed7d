"""How `weixi kpi` shows what it found, to people."""

from fractions import Fraction
from functools import partial

from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.kpi_month import points
from weixi.cli.origin_view import show_origin
from weixi.cli.session import Session
from weixi.flow.assessment import (
    CALIBRES,
    COMPLETION,
    KPI_NAMES,
    REVENUE,
    Calibre,
    KpiReport,
    Score,
    Statement,
    Target,
    exact,
    find_calibre,
    show,
    yearly_loss,
)
from weixi.kernel.language import Text
from weixi.kernel.money import show as amount
from weixi.kernel.terms import Light

STYLES = {Light.GREEN: "green", Light.YELLOW: "yellow", Light.RED: "red", Light.NONE: "dim"}
PERIODS = {"QUARTER": Text("每季", "a quarter"), "YEAR": Text("每年", "a year")}
PERIOD_MONTHS = {"QUARTER": 3, "YEAR": 12}
SCORE_HEADINGS = (
    Text("值", "value"),
    Text("灯", "light"),
    Text("分子", "numerator"),
    Text("分母", "denominator"),
    Text("目标", "target"),
    Text("较目标", "vs target"),
    Text("差额（户）", "gap"),
    Text("上月", "last month"),
    Text("去年同期", "last year"),
    Text("较去年同期", "vs last year"),
    Text("名次", "rank"),
)
WATERFALL = ("exits", "fell", "rose", "existing", "joined_high", "with_new")


def show_scorecard(session: Session, report: KpiReport) -> None:
    """Each assessed KPI at each node, one table a KPI, with what its target means."""
    session.say(
        Text(
            f"考核表 {report.month}（基期 {report.base}，已过 {report.months} 个月）",
            f"scorecard {report.month} (date 0: end of {report.base}, {report.months} months ago)",
        )
    )
    session.say(
        Text(
            "各节点的目标按下达到该节点的整数计（整数 ÷ 规模），未下达时即方案的目标",
            "a node's target is the whole number issued to it ÷ its size; the plan's rate where none was issued",
        )
    )
    show_origin(session, report.origin)
    for kpi, target in report.targets.items():
        grid = Grid(title=session.text(_heading(kpi, target)), title_justify="left")
        grid.add_column(session.text(Text("节点", "node")))
        for heading in SCORE_HEADINGS:
            grid.add_column(session.text(heading), justify="right")
        for node, name in report.nodes.items():
            score = report.scores.get((kpi, node))
            if score is not None:
                grid.add_row(escape(name), *_score_cells(session, report, score))
        session.print(grid)
        session.say(_target_text(report, kpi, target))
        if kpi == COMPLETION and report.left_out:
            session.say(_left_out(report))
    if not report.suspects_known:
        session.say(
            Text(
                "数据没有 suspect_level：不知道谁是已确认的黑话用户，没有剔除任何人",
                "the data has no suspect_level: confirmed suspects are not known, and nobody is left out as one",
            )
        )


def _heading(kpi: str, target: Target) -> Text:
    """The KPI with its weight in the score."""
    name, weight = KPI_NAMES[kpi], show(target.weight, 0)
    if target.is_weighed:
        return Text(f"{name.zh}（权重 {weight}）", f"{name.en} (weight {weight})")
    return Text(
        f"{name.zh}（权重 {weight}，方案未设，按等权）",
        f"{name.en} (weight {weight}: the plan sets none, so all weigh alike)",
    )


def _left_out(report: KpiReport) -> Text:
    """The warnings that are in neither numerator nor denominator, with what the data lacks."""
    zh = "；".join(f"{each.text.zh}（缺 {'、'.join(each.columns)}）" for each in report.left_out)
    en = "; ".join(f"{each.text.en} (missing: {', '.join(each.columns)})" for each in report.left_out)
    return Text(f"数据缺列、未计入的预警：{zh}", f"warnings left out, for lack of data: {en}")


def _score_cells(session: Session, report: KpiReport, score: Score) -> list[str]:
    missing = report.not_computable.get(score.value.calibre)
    target = show(exact(score.target_rate))
    if missing is not None:
        return ["", _light(session, Light.NONE, _not_computable(missing)), "", "", target, *[""] * 6]
    rate = score.value.rate
    last_year = None if score.last_year_rate is None else exact(score.last_year_rate)
    return [
        show(rate),
        "—" if rate is None else _light(session, score.light, score.light.text),
        f"{score.value.numerator:,}",
        f"{score.value.denominator:,}",
        target,
        points(None if rate is None else rate - exact(score.target_rate)),
        f"{score.gap_count:,}",
        show(score.last_month),
        show(last_year),
        points(None if rate is None or last_year is None else rate - last_year),
        str(score.rank or "—"),
    ]


def _light(session: Session, light: Light, words: Text) -> str:
    return f"[{STYLES[light]}]{escape(session.text(words))}[/{STYLES[light]}]"


def _not_computable(missing: tuple[str, ...]) -> Text:
    return Text(f"不可算（缺 {'、'.join(missing)}）", f"not computable (missing: {', '.join(missing)})")


def _target_text(report: KpiReport, kpi: str, target: Target) -> Text:
    """The target in words; a ceiling names its period, what it allows so far, and what it would mean if monthly."""
    name = KPI_NAMES[kpi]
    floor = target.direction == "AT_LEAST"
    words = Text("不低于" if floor else "不高于", "at least" if floor else "at most")
    if target.period is None:
        return Text(
            f"{name.zh}：{words.zh} {show(target.rate)}", f"{name.en}: {words.en} {show(target.rate)}"
        )
    period, loss = PERIODS[target.period], show(yearly_loss(target.rate), 1)
    rate, so_far = show(target.rate), show(target.to_date)
    monthly = show(target.rate / PERIOD_MONTHS[target.period])
    line = Text("", "")
    if target.period != "YEAR":
        by_year = show(target.rate * report.months / 12)
        line = Text(
            f"；若按年考核，本月累计线为 {by_year}", f"; read as a year's, the line to date is {by_year}"
        )
    return Text(
        f"{name.zh}：{words.zh} {rate}（考核周期：{period.zh}，即每月 {monthly}，"
        f"至 {report.month} 累计 {so_far}{line.zh}）；若每月 {rate}，一年将流失 {loss}",
        f"{name.en}: {words.en} {rate} (period: {period.en}, {monthly} a month, "
        f"{so_far} by {report.month}{line.en}); {rate} a month would lose {loss} in a year",
    )


def show_waterfall(session: Session, report: KpiReport) -> None:
    """100 % − exits − fell + rose at the top of the tree, with joined high beside it."""
    parts = {
        code: report.values.get((find_calibre(code, "dynamic_retention_rate").id, report.top))
        for code in WATERFALL
    }
    known = {code: value for code, value in parts.items() if value is not None and value.rate is not None}
    if len(known) < len(WATERFALL):
        return
    say = session.text
    s0 = known["exits"].denominator
    title = Text(
        f"瀑布（{report.nodes[report.top]}，S0 = {s0:,}）",
        f"waterfall ({report.nodes[report.top]}, S0 = {s0:,})",
    )
    grid = Grid(title=say(title), title_justify="left")
    for heading in (Text("项", "part"), Text("户数", "lines"), Text("÷ S0", "÷ S0")):
        grid.add_column(say(heading), justify="left" if heading.en == "part" else "right")
    grid.add_row(say(Text("拍照 S0", "sealed S0")), f"{s0:,}", show(Fraction(1)))
    for code, value in known.items():
        sign = {"exits": "−", "fell": "−", "rose": "+", "joined_high": "+"}.get(code, "=")
        name = say(find_calibre(code, "dynamic_retention_rate").name)
        grid.add_row(f"{sign} {name}", f"{value.numerator:,}", show(value.rate))
    session.print(grid)


def show_statement(session: Session, report: KpiReport, statement: Statement) -> None:
    """What was sealed beside what was restated and what corrections make of it, where any of them differ."""
    sealed, current, corrected = statement.sealed, statement.current, statement.corrected
    seal = f"（{sealed.seal[:12]}）" if sealed.seal else ""
    if current.number == 1 and corrected is None:
        session.say(
            Text(
                f"封存值 {sealed.stated_at}{seal}，此后没有重述，没有更正",
                f"sealed {sealed.stated_at}{seal}; nothing was restated or corrected since",
            )
        )
        return
    say = session.text
    grid = Grid(
        title=say(
            Text(
                f"封存与重述（封存于 {sealed.stated_at}{seal}）",
                f"sealed and restated (sealed {sealed.stated_at}{seal})",
            )
        ),
        title_justify="left",
    )
    for heading in (
        Text("指标", "KPI"),
        Text("节点", "node"),
        Text("封存", "sealed"),
        Text(f"重述（第 {current.number} 版）", f"restated (revision {current.number})"),
        Text("更正后", "corrected"),
    ):
        grid.add_column(say(heading), justify="left" if heading.en in ("KPI", "node") else "right")
    for (kpi, node), score in report.scores.items():
        key = (score.value.calibre, node)
        cells = [sealed.values.get(key), current.values.get(key), corrected.get(key) if corrected else None]
        if node not in report.nodes or all(cell in (None, cells[0]) for cell in cells):
            continue
        shown = ["—" if c is None else f"{c.numerator:,}/{c.denominator:,} = {show(c.rate)}" for c in cells]
        grid.add_row(say(KPI_NAMES[kpi]), escape(report.nodes[node]), *shown)
    if grid.row_count:
        session.print(grid)
    else:
        session.say(
            Text("考核值没有因重述或更正改变", "no assessed value changed by restating or correcting")
        )
    for revision in statement.revisions[1:]:
        causes = Text("；".join(c.zh for c in revision.causes), "; ".join(c.en for c in revision.causes))
        session.say(
            Text(
                f"第 {revision.number} 版 {revision.stated_at}：{causes.zh}",
                f"revision {revision.number} {revision.stated_at}: {causes.en}",
            )
        )
    for entry in statement.ledger:
        session.say(
            Text(
                f"账册重述 {entry.happened_at:%Y-%m-%d} {entry.actor}：{entry.reason}",
                f"the book was restated {entry.happened_at:%Y-%m-%d} by {entry.actor}: {entry.reason}",
            )
        )
    if corrected is not None:
        session.say(Text("更正账：weixi kpi corrections", "the entries: weixi kpi corrections"))


def show_all(session: Session, report: KpiReport) -> None:
    """Every calibre at the top of the tree, side by side."""
    say = session.text
    grid = Grid(
        title=say(
            Text(f"各口径并列（{report.nodes[report.top]}）", f"every calibre ({report.nodes[report.top]})")
        ),
        title_justify="left",
    )
    grid.add_column(say(Text("口径", "calibre")))
    grid.add_column(say(Text("名称", "name")))
    for heading in (Text("分子", "numerator"), Text("分母", "denominator"), Text("值", "value")):
        grid.add_column(say(heading), justify="right")
    for calibre in CALIBRES:
        grid.add_row(calibre.id, say(calibre.name), *_cells(session, report, calibre, report.top))
    session.print(grid)
    for column, tasks in report.unverifiable_tasks.items():
        session.say(
            Text(
                f"{tasks} 个任务不可核验，缺少 {column}",
                f"{tasks} tasks cannot be verified: {column} is missing",
            )
        )


def show_one(session: Session, report: KpiReport, calibre: Calibre) -> None:
    """One calibre at every node."""
    grid = Grid(title=f"{calibre.id} {session.text(calibre.name)} {report.month}", title_justify="left")
    grid.add_column(session.text(Text("节点", "node")))
    for heading in (Text("分子", "numerator"), Text("分母", "denominator"), Text("值", "value")):
        grid.add_column(session.text(heading), justify="right")
    for node, name in report.nodes.items():
        grid.add_row(escape(name), *_cells(session, report, calibre, node))
    session.print(grid)


def _cells(session: Session, report: KpiReport, calibre: Calibre, node: str) -> list[str]:
    missing = report.not_computable.get(calibre.id)
    if missing is not None:
        return ["", "", _light(session, Light.NONE, _not_computable(missing))]
    value = report.values[calibre.id, node]
    if calibre.kpi == REVENUE:
        money = partial(amount, currency=report.origin.currency)
        return [money(value.numerator), money(value.denominator), show(value.rate)]
    return [f"{value.numerator:,}", f"{value.denominator:,}", show(value.rate)]
