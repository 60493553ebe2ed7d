"""The tables of `weixi playbook check` for people."""

from collections.abc import Sequence

from weixi.cli.playbook.grid import grid, row
from weixi.cli.session import Session
from weixi.flow.decision import Audit, Checkup, ClassShare
from weixi.kernel.language import Text
from weixi.kernel.money import show as money
from weixi.playbook import ParityRow

YES, NO = Text("是", "yes"), Text("", "")
_SHOWN_AUDITS = 6


def show_parity(session: Session, rows: Sequence[ParityRow], audits: Sequence[Audit]) -> None:
    """新老同等: every offer with what either gets, its gap and who signed for it; then the audits that were made."""
    table = grid(
        session,
        Text("新老用户同等（C5、C7）", "parity of existing with new subscribers"),
        Text("优惠", "offer"),
        Text("老用户", "existing"),
        Text("新用户", "new"),
        Text("老/新得（元）", "benefit, existing/new"),
        Text("老/新佣金（元）", "commission, existing/new"),
        Text("缺口", "gap"),
        Text("豁免", "exempted by"),
    )
    for each in rows:
        signed = f"{each.exemption.signed_by} {each.exemption.signed_on}" if each.exemption else ""
        row(
            table,
            session.text(each.text),
            session.text(_yes(each.existing)),
            session.text(_yes(each.new)),
            _pair(each.benefit_existing_fen, each.benefit_new_fen),
            _pair(each.commission_existing_fen, each.commission_new_fen),
            "；".join(session.text(gap.text) for gap in each.gaps),
            signed,
        )
    session.print(table)
    gaps, still_open = sum(bool(each.gaps) for each in rows), sum(each.is_open for each in rows)
    session.say(
        Text(
            f"{len(rows)} 个优惠，{gaps} 个缺口，其中 {gaps - still_open} 个有签批的豁免",
            f"{len(rows)} offers, {gaps} gaps, {gaps - still_open} of them with a signed exemption",
        )
    )
    for audit in audits[-_SHOWN_AUDITS:]:
        alarm = Text(
            f"，告警：新优惠 {'、'.join(audit.alarms)} 破坏同等" if audit.alarms else "",
            f", ALARM: new offers break parity: {', '.join(audit.alarms)}" if audit.alarms else "",
        )
        session.say(
            Text(
                f"审计 {audit.month} 第 {audit.revision} 次（{audit.at[:10]}，{audit.playbook}）："
                f"{audit.offers} 个优惠，{audit.gaps} 个缺口，{audit.exempted} 个豁免，"
                f"封存 {audit.seal[:12]}{alarm.zh}",
                f"audit {audit.month} no. {audit.revision} ({audit.at[:10]}, {audit.playbook}): {audit.offers} offers, "
                f"{audit.gaps} gaps, {audit.exempted} exempted, seal {audit.seal[:12]}{alarm.en}",
            )
        )


def show_checkup(session: Session, checkup: Checkup) -> None:
    """What the month's data says."""
    _coverage(session, checkup)
    _bands(session, checkup)
    _shares(
        session, Text("任务与用户的占比：分类（M6）", "tasks and base by class"), checkup.balance.category
    )
    _shares(
        session, Text("任务与用户的占比：合约（M6）", "tasks and base by contract"), checkup.balance.contract
    )
    _rules(session, checkup)


def _coverage(session: Session, checkup: Checkup) -> None:
    told = checkup.coverage
    table = grid(
        session,
        Text(f"{told.month} 政策覆盖（C1、C3）", f"{told.month} coverage by measures"),
        Text("措施", "measure"),
        Text("共性", "common"),
        Text("触达用户", "reaches people"),
        Text("覆盖户数", "lines"),
        Text("仅由它覆盖", "it alone"),
        Text("数据缺少", "data lacks"),
    )
    for each in told.measures:
        row(
            table,
            session.text(each.text),
            session.text(_yes(each.is_common)),
            session.text(_yes(each.reaches)),
            f"{each.covers:,}",
            f"{each.alone:,}" if each.alone else "",
            ", ".join(each.lacks),
        )
    session.print(table)
    session.say(
        Text(
            f"在网 {told.base:,} 户，至少一条措施可触达 {told.covered:,} 户：覆盖率 {_percent(told.rate)}；"
            f"其中有非共性措施的 {told.specific:,} 户",
            f"{told.base:,} lines in service, {told.covered:,} within reach of a measure: coverage "
            f"{_percent(told.rate)}; {told.specific:,} have one that is not common",
        )
    )
    for dropped in told.dropped:
        session.say(
            Text(
                f"  未覆盖 {dropped.lines:,} 户：{dropped.rule}（{dropped.text.zh}）{dropped.at}",
                f"  {dropped.lines:,} not covered: {dropped.rule} ({dropped.text.en}) {dropped.at}",
            )
        )


def _bands(session: Session, checkup: Checkup) -> None:
    table = grid(
        session,
        Text("优惠上限随贡献上升（C2）", "the ceiling rises with contribution"),
        Text("分档", "band"),
        Text("户数", "lines"),
        Text("规则允许的上限", "ceiling by the rules"),
        Text("由哪个优惠", "by which offer"),
        Text("数据中最高", "highest on data"),
        Text("户均可得", "mean a line"),
        Text("高于上一档", "above the next"),
    )
    for band in checkup.bands:
        row(
            table,
            session.text(band.text),
            f"{band.lines:,}",
            "—" if band.ceiling_fen is None else money(band.ceiling_fen),
            band.offer or "",
            money(band.highest_fen),
            money(band.mean_fen),
            session.text(_yes(band.is_richer)),
        )
    session.print(table)


def _shares(session: Session, title: Text, shares: Sequence[ClassShare]) -> None:
    table = grid(
        session,
        title,
        Text("类", "class"),
        Text("用户", "lines"),
        Text("占比", "share"),
        Text("有任务", "with a task"),
        Text("占比", "share"),
        Text("任务/用户", "ratio"),
        Text("", ""),
    )
    for share in shares:
        row(
            table,
            session.text(share.text),
            f"{share.base:,}",
            _percent(share.base_share),
            f"{share.tasked:,}",
            _percent(share.task_share),
            "" if share.ratio is None else f"{share.ratio:.2f}",
            session.text(Text("没有任务", "no task")) if share.is_left_out else "",
        )
    session.print(table)


def _rules(session: Session, checkup: Checkup) -> None:
    """Rules that hold for somebody and decide for nobody, and those that hold for nobody."""
    table = grid(
        session,
        Text("本月不起作用的规则", "rules without effect this month"),
        Text("表", "section"),
        Text("代码", "code"),
        Text("名称", "name"),
        Text("成立", "holds for"),
        Text("采用", "decides for"),
        Text("原因", "why"),
        Text("行", "line"),
    )
    first, nobody = (
        Text("全被前面的规则先占", "earlier rules take all"),
        Text("没有用户符合", "holds for nobody"),
    )
    idle = [rule for rule in checkup.rules if rule.is_idle]
    for rule in idle:
        row(
            table,
            rule.section,
            rule.code,
            session.text(rule.text),
            f"{rule.holds:,}",
            f"{rule.gets:,}",
            session.text(first if rule.holds else nobody),
            rule.at,
        )
    if idle:
        session.print(table)


def _pair(one: int | None, other: int | None) -> str:
    return "" if one is None or other is None else f"{money(one)} / {money(other)}"


def _yes(value: bool) -> Text:
    return YES if value else NO


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"
