"""`weixi playbook show`: every figure, rule and measure of a plan with the line it comes from."""

from decimal import Decimal

import click
from rich.table import Table as Grid

from weixi.cli.options import JSON, named_or_in_force
from weixi.cli.playbook.grid import grid, row
from weixi.cli.playbook.standards import standards
from weixi.cli.session import Session
from weixi.flow.run import DEFAULT_PLAYBOOKS, open_playbook
from weixi.kernel.language import Text
from weixi.kernel.money import show as show_money
from weixi.kernel.terms import OfferFamily, TaskType
from weixi.playbook import Band, Playbook, Source


@click.command("show")
@click.argument("names", nargs=-1)
@JSON
@click.pass_obj
def command(session: Session, names: tuple[str, ...], as_json: bool) -> None:
    """Show the playbooks NAMES as one plan: every figure, rule and measure with the line it comes from."""
    playbook = open_playbook(named_or_in_force(session, names, DEFAULT_PLAYBOOKS))
    if as_json:
        session.json(playbook)
        return
    title = playbook.title
    session.say(
        Text(
            f"{title.zh}  {playbook.name} {playbook.version}  {playbook.fingerprint[:12]}",
            f"{title.en}  {playbook.name} {playbook.version}  {playbook.fingerprint[:12]}",
        )
    )
    for table in (
        _kpis(session, playbook),
        _labels(session, playbook),
        _warnings(session, playbook),
        _offers(session, playbook),
        _measures(session, playbook),
        *standards(session, playbook),
        _parameters(session, playbook),
    ):
        session.print(table)


_UNITS = {
    "yuan": Text("元", "yuan"),
    "hours": Text("小时", "hours"),
    "days": Text("天", "days"),
    "months": Text("个月", "months"),
    "count": Text("", ""),
    "percent": Text("%", "%"),
    "rate": Text("", ""),
    "text": Text("", ""),
}
_GROUPS = {
    "COMMON": Text("共性措施", "common"),
    "MID_HIGH": Text("中高端维系措施", "mid and high end"),
    "MASS": Text("大众用户维系措施", "mass market"),
    "TERMINAL": Text("终端差异化营销", "terminal marketing"),
    "PROCESS": Text("过程化管理", "process"),
    "METHOD": Text("维系手段", "method"),
    "EXPIRY": Text("到期分类维护", "expiry clocks"),
    "KEY": Text("重要客户", "key customers"),
    "REGULAR": Text("普通客户", "regular customers"),
    "PROSPECT": Text("潜在客户", "prospects"),
    "LAPSED": Text("失效客户", "lapsed customers"),
    "TOOL": Text("工具和方法", "tools"),
    "TEAM": Text("团队", "team"),
}
_CODE = Text("代码", "code")
_NAME = Text("名称", "name")
_FROM = Text("出处", "source")
_DEFAULT = Text("缺省", "default")


def _source(session: Session, source: Source) -> str:
    if not source.line:
        return session.text(_DEFAULT)
    section = f" {source.section}" if source.section else ""
    return f"{source.document}:{source.line}{section}"


def _rate(rate: Decimal) -> str:
    percent = (rate * 100).normalize()
    return f"{percent:f} %"


def _kpis(session: Session, playbook: Playbook) -> Grid:
    table = grid(
        session, Text("考核指标", "KPIs"), _NAME, Text("目标", "target"), Text("口径", "calibre"), _FROM
    )
    periods = {"QUARTER": Text("每季", "a quarter"), "YEAR": Text("每年", "a year")}
    for kpi in playbook.kpis:
        sign = "≥" if kpi.direction == "AT_LEAST" else "≤"
        period = f" {session.text(periods[kpi.period])}" if kpi.period else ""
        row(
            table,
            session.text(kpi.text),
            f"{sign} {_rate(kpi.rate)}{period}",
            kpi.calibre,
            _source(session, kpi.source),
        )
    return table


def _labels(session: Session, playbook: Playbook) -> Grid:
    table = grid(
        session,
        Text("五分", "five-way labels"),
        Text("维度", "dimension"),
        Text("值", "value"),
        Text("含义", "meaning"),
        Text("条件", "condition"),
        _FROM,
    )
    bands = Text("分档（左闭右开）", "band (half-open)")
    handsets = Text("终端价位（左闭右开）", "handset price (half-open)")
    for name, rules in (
        (Text("分级", "grade"), playbook.grades),
        (Text("分期", "stage"), playbook.stages),
        (Text("分群", "cluster"), playbook.clusters),
        (Text("分类", "category"), playbook.categories),
    ):
        for rule in rules:
            when = " ".join(rule.when.split())
            row(
                table,
                session.text(name),
                rule.value,
                session.text(rule.text),
                when,
                _source(session, rule.source),
            )
    for name, band in [(bands, b) for b in playbook.bands] + [(handsets, b) for b in playbook.handset_bands]:
        row(
            table,
            session.text(name),
            band.code,
            session.text(band.text),
            _edges(band),
            _source(session, band.source),
        )
    return table


def _edges(band: Band) -> str:
    low = "(−∞" if band.low_fen is None else f"[{show_money(band.low_fen)}"
    high = "∞)" if band.high_fen is None else f"{show_money(band.high_fen)})"
    return f"{low}, {high}"


def _warnings(session: Session, playbook: Playbook) -> Grid:
    table = grid(
        session,
        Text("预警（由强到弱）", "warnings, strongest first"),
        _CODE,
        _NAME,
        Text("任务", "task"),
        Text("提前天数", "lead days"),
        Text("成功标准", "success"),
        _FROM,
    )
    for rule in playbook.warnings:
        row(
            table,
            rule.code,
            session.text(rule.text),
            session.text(TaskType(rule.task_type).text),
            str(rule.act_before_days),
            session.text(rule.success.text),
            _source(session, rule.source),
        )
    return table


def _offers(session: Session, playbook: Playbook) -> Grid:
    table = grid(
        session,
        Text("优惠（按优先）", "offers, preferred first"),
        _CODE,
        _NAME,
        Text("类别", "family"),
        Text("受理编码", "billing code"),
        Text("资金池", "pool"),
        Text("回应的预警", "answers"),
        _FROM,
    )
    pools = {pool.code: pool for pool in playbook.pools}
    for offer in playbook.offers:
        pool = session.text(pools[offer.pool].text) if offer.pool else ""
        row(
            table,
            offer.code,
            session.text(offer.text),
            session.text(OfferFamily(offer.family).text),
            offer.billing_code,
            pool,
            ", ".join(offer.kinds) or session.text(Text("全部", "all")),
            _source(session, offer.source),
        )
    return table


def _measures(session: Session, playbook: Playbook) -> Grid:
    table = grid(
        session, Text("措施与杠杆", "measures and levers"), _CODE, _NAME, Text("分组", "group"), _FROM
    )
    lever = session.text(Text("杠杆", "lever"))
    for measure in playbook.measures:
        row(
            table,
            measure.code,
            session.text(measure.text),
            session.text(_GROUPS[measure.group]),
            _source(session, measure.source),
        )
    for item in playbook.levers:
        row(table, item.code, session.text(item.text), lever, _source(session, item.source))
    return table


def _parameters(session: Session, playbook: Playbook) -> Grid:
    table = grid(session, Text("参数", "parameters"), _CODE, _NAME, Text("值", "value"), _FROM)
    for parameter in playbook.parameters.values():
        row(
            table,
            f"${parameter.name}",
            session.text(parameter.text),
            f"{parameter.value} {session.text(_UNITS[parameter.unit])}".rstrip(),
            _source(session, parameter.source),
        )
    return table
