"""The plan's chapters on work: what is assessed, what is done for whom, what is warned of, on which means."""

from collections.abc import Sequence

from weixi.kernel.language import Text
from weixi.kernel.terms import Channel, TaskType, WarningLevel
from weixi.playbook.measure import Measure
from weixi.playbook.model import KpiTarget, WarningRule
from weixi.playbook.render.people import SOURCE
from weixi.playbook.render.writer import Writer, numeral

GROUPS = {
    "COMMON": Text("共性措施", "For everyone"),
    "MID_HIGH": Text("中高端用户维系措施", "For mid and high-end users"),
    "MASS": Text("大众用户维系措施", "For the mass market"),
    "TERMINAL": Text("终端差异化营销", "Terminal-led marketing"),
    "METHOD": Text("维系手段", "Methods"),
    "PROCESS": Text("过程化管理", "Process management"),
    "EXPIRY": Text("到期分类维护", "Expiry clocks"),
    "KEY": Text("重要客户维系策略", "Important customers"),
    "REGULAR": Text("普通客户维系策略", "Ordinary customers"),
    "PROSPECT": Text("潜在客户维系策略", "Potential customers"),
    "LAPSED": Text("失效客户挽回策略", "Lapsed customers"),
    "TOOL": Text("工具和方法", "Tools and methods"),
    "TEAM": Text("团队建设", "The team"),
}
_PERIODS = {"QUARTER": Text("按季考核", "by the quarter"), "YEAR": Text("按年考核", "by the year")}
_CLOCKS = (TaskType.BALANCE, TaskType.EXPIRY)


def assessment(w: Writer) -> None:
    """考核指标."""
    w.chapter(Text("考核指标", "Assessed KPIs"))
    w.statements("ASSESSMENT")
    for place, kpi in enumerate(w.playbook.kpis, start=1):
        w.clause(_kpi(w, kpi), kpi.source, lead=w.words(f"指标{numeral(place)}：", f"KPI {place}: "))
    goals = w.playbook.service.goals
    if goals:
        w.section(
            Text("过程目标（每月统计，不计入考核得分）", "Working goals (computed every month, not scored)")
        )
        w.grid(
            (Text("目标", "Goal"), Text("要求", "Rate"), Text("统计口径", "Calibre"), SOURCE),
            (
                (
                    w.say(goal.text),
                    _bound(w, goal.direction, w.rate(goal.rate)),
                    _calibre(w, goal.calibre),
                    w.mark(goal.source),
                )
                for goal in goals
            ),
            (22, 18, 48, 12),
        )


def measures(w: Writer) -> None:
    """维系措施 and 维系策略: the measures of every group."""
    groups = {measure.group for measure in w.playbook.measures}
    w.chapter(Text("维系措施", "Measures"))
    w.statements("MEASURE")
    for group in ("COMMON", "MID_HIGH", "MASS", "TERMINAL", "METHOD", "PROCESS"):
        if group in groups:
            w.section(GROUPS[group])
            _measures(w, group)
    families = [group for group in ("KEY", "REGULAR", "PROSPECT", "LAPSED") if group in groups]
    if families:
        w.chapter(Text("客户维系策略", "Strategies by grade"))
        w.statements("STRATEGY")
        for group in families:
            w.section(GROUPS[group])
            _measures(w, group)


def clocks(w: Writer) -> None:
    """到期分类维护."""
    rules = [rule for rule in w.playbook.warnings if rule.task_type in _CLOCKS]
    if not rules:
        return
    w.chapter(Text("到期分类维护（到期时钟）", "Expiry clocks"))
    _measures(w, "EXPIRY")
    w.grid(
        (
            Text("时钟", "Clock"),
            Text("对象", "Who"),
            Text("等级", "Levels"),
            Text("最佳联系日", "Best day"),
            SOURCE,
        ),
        (
            (w.say(rule.text), w.condition(rule.when), _levels(w, rule), _lead(w, rule), w.mark(rule.source))
            for rule in rules
        ),
        (18, 27, 29, 16, 10),
    )


def warnings(w: Writer) -> None:
    """预警与任务."""
    plan = w.playbook
    w.chapter(Text("预警与维系任务", "Warnings and tasks"))
    w.clause(
        w.words(
            "每户每月至多一个任务，由排在前面的预警牵头，落在最佳联系日；任务是否完成以数据核验为准。",
            "A household gets at most one task a month, led by the warning that stands first, on its best day; "
            "whether it "
            "is done is verified in the data.",
        )
    )
    for rule in plan.warnings:
        w.clause(_warning(w, rule), rule.source, lead=w.say(rule.text) + w.words("：", ": "))


def levers(w: Writer) -> None:
    """基础工作."""
    if not w.playbook.levers:
        return
    w.chapter(Text("基础工作", "Base work beside the sales policies"))
    w.statements("LEVER")
    names = {rule.code: rule.text for rule in w.playbook.warnings}
    for lever in w.playbook.levers:
        carried = w.listing(f"“{w.say(names[code])}”" for code in lever.warnings)
        by = w.words(f"由预警{carried}执行。", f"Carried out by the warning {carried}.") if carried else ""
        detail = w.say(lever.detail) if lever.detail else ""
        w.clause(f"{detail}{by}", lever.source, lead=w.say(lever.text) + w.words("。", ". "))


def tools_and_team(w: Writer) -> None:
    """工具和方法, 团队建设, 结语."""
    groups = {measure.group for measure in w.playbook.measures}
    for group in ("TOOL", "TEAM"):
        if group in groups or w.has_statements(group):
            w.chapter(GROUPS[group])
            w.statements(group)
            _measures(w, group)
    if w.has_statements("CONCLUSION"):
        w.chapter(Text("预期成效", "What it is to achieve"))
        w.statements("CONCLUSION")


def _bound(w: Writer, direction: str, rate: str) -> str:
    if direction == "AT_MOST":
        return w.words(f"不得高于 {rate}", f"at most {rate}")
    if rate.startswith("100"):
        return w.words(f"必须达到 {rate}", f"{rate}")
    return w.words(f"不得低于 {rate}", f"at least {rate}")


def _kpi(w: Writer, kpi: KpiTarget) -> str:
    said = f"{w.say(kpi.text)}{w.words('', ': ')}{_bound(w, kpi.direction, w.rate(kpi.rate))}"
    if kpi.challenge is not None:
        said += w.words(
            f"（保底线），挑战目标 {w.rate(kpi.challenge)}", f" (the line), challenge {w.rate(kpi.challenge)}"
        )
    if kpi.period is not None:
        said += w.words("，", ", ") + w.say(_PERIODS[kpi.period])
    if kpi.weight is not None:
        said += w.words(f"，占考核得分的 {w.rate(kpi.weight)}", f", {w.rate(kpi.weight)} of the score")
    return said + w.words("。口径：", ". Calibre: ") + _calibre(w, kpi.calibre)


def _calibre(w: Writer, code: str) -> str:
    known = w.vocabulary.calibres.get(code)
    return (w.say(known) if known else code) + w.words("。", ".")


def _measures(w: Writer, group: str) -> None:
    offers = {offer.code: offer.text for offer in w.playbook.offers}
    rules = {rule.code: rule.text for rule in w.playbook.warnings}
    for measure in w.playbook.measures:
        if measure.group == group:
            _measure(
                w,
                measure,
                [w.say(offers[c]) for c in measure.offers],
                [w.say(rules[c]) for c in measure.warnings],
            )


def _measure(w: Writer, measure: Measure, offers: Sequence[str], rules: Sequence[str]) -> None:
    parts = [w.say(measure.detail)] if measure.detail else []
    parts.append(w.words("对象：", "For: ") + w.condition(measure.when) + w.words("。", "."))
    if offers:
        parts.append(w.words("优惠：", "Offers: ") + w.listing(offers) + w.words("。", "."))
    if rules:
        parts.append(w.words("预警：", "Warnings: ") + w.listing(rules) + w.words("。", "."))
    if measure.channels:
        parts.append(w.words("渠道：", "Channels: ") + w.channels(measure.channels) + w.words("。", "."))
    w.clause(w.words("", " ").join(parts), measure.source, lead=w.say(measure.text) + w.words("。", ". "))


def _levels(w: Writer, rule: WarningRule) -> str:
    others = Text("其余", "all others") if len(rule.levels) > 1 else Text("全部", "all")
    return w.words("；", "; ").join(
        f"{w.say(WarningLevel(level.level).text)}{w.words('：', ': ')}{w.condition(level.when, others)}"
        for level in rule.levels
    )


def _lead(w: Writer, rule: WarningRule) -> str:
    happens = w.say(w.wording.value(rule.happens))
    days = rule.act_before_days
    if not days:
        return happens
    return w.words(f"{happens}之前 {days} 天", f"{days} days before {happens}")


def _warning(w: Writer, rule: WarningRule) -> str:
    test = w.condition(rule.success.when)
    tested = w.words(f"（{test}）", f" ({test})")
    parts = [
        w.words("对象：", "For: ") + w.condition(rule.when),
        w.words("等级：", "Levels: ") + _levels(w, rule),
        w.words("预计发生：", "Expected: ") + w.say(w.wording.value(rule.happens)),
        w.words(f"提前 {rule.act_before_days} 天联系", f"acted on {rule.act_before_days} days before"),
        w.words("首选渠道：", "first channel: ") + w.say(Channel(rule.channel).text),
        f"{w.words('成功标准：', 'success: ')}{w.say(rule.success.text)}{tested}",
        w.words(
            f"自下发起至联系日后 {rule.window_days} 天内核验",
            f"verified until {rule.window_days} days after the day of contact",
        ),
        w.words("计入预警任务完成率", "counts in the completion rate")
        if rule.assessed
        else w.words("不计入预警任务完成率", "does not count in the completion rate"),
    ]
    return w.words("；", "; ").join(parts) + w.words("。", ".")
