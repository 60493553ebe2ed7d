"""`weixi plan allocation`: what the month's choice of offers proves, and what more means would buy."""

from functools import partial

import click
from rich.table import Table as Grid

from weixi.cli.options import JSON
from weixi.cli.plan_choice import MONTH, chosen_month
from weixi.cli.session import Session
from weixi.engine import Store
from weixi.flow.book import SUBSCRIBER_MONTH, origin_of, require_month
from weixi.flow.decision import PLAN, CertificateView, Kind, LimitView, read_certificate
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.money import show as amount
from weixi.kernel.period import Month


@click.command("allocation")
@MONTH
@JSON
@click.pass_obj
def command(session: Session, month: str | None, as_json: bool) -> None:
    """What the choice of offers is worth, how much better any could be, and what each limit costs."""
    store = session.store()
    plan_month = chosen_month(session, month)
    found = read_certificate(store, plan_month)
    if found is None:
        raise _no_proof(store, plan_month)
    if as_json:
        session.json(found)
        return
    currency = origin_of(store.require(SUBSCRIBER_MONTH, month=plan_month.plus(-1).number)).currency
    _show(session, found, currency)


def _no_proof(store: Store, plan_month: Month) -> DataError:
    """Why the month has none. Raises another DataError where it has no plan at all, or no data to plan by."""
    data_month = plan_month.plus(-1)
    run = f"weixi run --month {data_month} --playbook work_plan --playbook allocation"
    nothing = Text(f"没有 {plan_month} 的计划", f"there is no plan of {plan_month}")
    if store.current(PLAN, month=plan_month.number) is None:
        require_month(
            store,
            SUBSCRIBER_MONTH,
            data_month,
            Text(
                f"{nothing.zh}，也没有做它要用的 {data_month} 数据",
                f"{nothing.en}, nor the data of {data_month} that it is made of",
            ),
            Text(
                f"先用 weixi import 导入 {data_month} 的数据，再运行 {run}",
                f"bring in {data_month} with weixi import first, then {run}",
            ),
        )
    plan = require_month(
        store,
        PLAN,
        plan_month,
        nothing,
        Text(f"择优分配的计划由 {run} 产生", f"{run} makes one that is allocated"),
    )
    why = plan.manifest.note.get("by_rounds") or {
        "zh": "做计划所用的方案没有 [allocation]",
        "en": "the playbook that made it has no [allocation]",
    }
    return DataError(
        "allocation.none",
        Text(
            f"{plan_month} 的计划没有择优分配，优惠按优先顺序分轮给出：{why['zh']}",
            f"the plan of {plan_month} was not allocated, its offers were given by priority rounds: {why['en']}",
        ),
        Text(
            f"方案里要有 [allocation]，{data_month} 要有离网概率：{run}",
            f"it needs a playbook with [allocation] and the churn score of {data_month}: {run}",
        ),
    )


def _show(session: Session, found: CertificateView, currency: str) -> None:
    if found.infeasible is not None:
        _show_contradiction(session, found)
        return
    money = partial(amount, currency=currency)
    value, bound = money(round(found.value_fen)), money(round(found.bound_fen))
    session.say(
        Text(
            f"{found.plan_month} 计划择优分配：{found.rows:,} 户，共保住价值 {value}；"
            f"任何分配都不可能超过 {bound}，差距不超过 {found.gap:.4%}",
            f"plan of {found.plan_month}, offers chosen together: {found.rows:,} households, value kept {value}; "
            f"no choice can keep more than {bound}: the gap is at most {found.gap:.4%}",
        )
    )
    _basis(session, found, money)
    grid = Grid(title=session.text(Text("限额", "limits")), title_justify="left")
    for heading in (
        Text("限额", "limit"),
        Text("要求", "bound"),
        Text("用量", "use"),
        Text("再放宽一点值多少", "what a little more is worth"),
    ):
        right = heading.en in ("bound", "use")
        grid.add_column(session.text(heading), justify="right" if right else "left")
    for limit in found.limits:
        sign = "≤" if limit.sense == "AT_MOST" else "≥"
        grid.add_row(
            session.text(limit.name),
            f"{sign} {session.text(_quantity(limit.bound, limit, currency))}",
            session.text(_quantity(limit.use, limit, currency)),
            session.text(limit.words),
        )
    session.print(grid)
    grid = Grid(
        title=session.text(
            Text("同样限额下，常用的经验做法能保住多少", "what rules of thumb keep on the same limits")
        ),
        title_justify="left",
    )
    for heading in (
        Text("做法", "rule"),
        Text("保住价值", "value kept"),
        Text("守不住的限额", "limits not kept"),
    ):
        grid.add_column(session.text(heading), justify="right" if heading.en == "value kept" else "left")
    grid.add_row(session.text(Text("择优分配（本计划）", "chosen together (this plan)")), value, "")
    for rule in found.beside:
        broken = Text("、".join(name.zh for name in rule.broken), ", ".join(name.en for name in rule.broken))
        grid.add_row(session.text(rule.name), money(round(rule.value_fen)), session.text(broken))
    session.print(grid)
    _curve(session, found, money)


def _show_contradiction(session: Session, found: CertificateView) -> None:
    told = found.infeasible
    if told is None:
        return
    session.say(
        Text(
            f"{found.plan_month} 的限额互相矛盾，没有计划能同时满足",
            f"the limits of {found.plan_month} contradict each other: no plan keeps them all",
        )
    )
    for words in told.shortages:
        session.say(Text(f"  · {words.zh}", f"  · {words.en}"))
    named = Text(
        "、".join(name.zh for name in told.conflicting), ", ".join(name.en for name in told.conflicting)
    )
    session.say(Text(f"互相冲突的是：{named.zh}", f"in conflict: {named.en}"))


def _basis(session: Session, found: CertificateView, money: partial[str]) -> None:
    """What the value rests on, so that an assumption is not read as a measurement."""
    basis = found.basis
    session.say(
        Text(
            f"依据：试验实测 {basis.measured_rows:,} 户，{money(basis.measured_value_fen)}；"
            f"假设值、未经验证 {basis.assumed_rows:,} 户，{money(basis.assumed_value_fen)}；"
            f"只有风险、效果未知 {basis.unknown_rows:,} 户，{money(basis.unknown_value_fen)}；"
            f"实测有害、不打扰 {basis.left_alone_rows:,} 户；随机投放 {basis.drawn_rows:,} 户",
            f"it rests on: measured by a trial {basis.measured_rows:,} households, {money(basis.measured_value_fen)}; "
            f"assumed, not verified {basis.assumed_rows:,}, {money(basis.assumed_value_fen)}; "
            f"risk only, effect unknown {basis.unknown_rows:,}, {money(basis.unknown_value_fen)}; "
            f"harmed by contact, left alone {basis.left_alone_rows:,}; drawn by lot {basis.drawn_rows:,}",
        )
    )
    unpriced = found.rows - basis.priced_rows
    if unpriced:
        session.say(
            Text(
                f"{unpriced:,} 户有线路没有客户价值，按近三月收入和方案的毛利率估算",
                f"{unpriced:,} households have lines without a value: three months' revenue and the playbook's margin "
                "stand in",
            )
        )


def _curve(session: Session, found: CertificateView, money: partial[str]) -> None:
    if not found.curve:
        return
    limit = next(limit for limit in found.limits if limit.code == found.curve[0].limit)
    title = Text(f"{limit.name.zh}多些少些，能保住多少", f"what more or less of {limit.name.en} would keep")
    grid = Grid(title=session.text(title), title_justify="left")
    for heading in (
        Text("额度", "amount"),
        Text("比现在", "against now"),
        Text("保住价值", "value kept"),
        Text("多保（少保）", "more (less) kept"),
        Text("最多可能", "at most"),
    ):
        grid.add_column(session.text(heading), justify="right")
    for point in found.curve:
        more = round(point.amount_fen - limit.bound)
        kept = session.text(Text("限额矛盾", "limits contradict"))
        change = ""
        if point.value_fen is not None:
            kept, change = money(round(point.value_fen)), money(round(point.value_fen - found.value_fen))
        grid.add_row(money(round(point.amount_fen)), money(more), kept, change, money(round(point.bound_fen)))
    session.print(grid)


def _quantity(number: float, limit: LimitView, currency: str) -> Text:
    """A use or a bound in the limit's natural unit."""
    kind = Kind(limit.kind)
    if kind is Kind.MINUTES:
        return Text(f"{number / 60:,.1f} 小时", f"{number / 60:,.1f} hours")
    if kind is Kind.CONTACTS:
        return Text(f"{number:,.0f} 次", f"{number:,.0f} contacts")
    if kind is Kind.FLOOR:
        return Text(f"{number:,.0f} 户", f"{number:,.0f} households")
    shown = amount(round(number), currency=currency)
    return Text(f"{shown}/户", f"{shown} a head") if kind is Kind.FAIRNESS else Text(shown, shown)
