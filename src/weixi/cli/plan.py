"""`weixi plan`: the frozen plan in figures, and one subscriber's place in it explained."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from rich.table import Table as Grid

from weixi.cli import clocks, plan_allocation, plan_apply, plan_collect
from weixi.cli.options import JSON
from weixi.cli.origin_view import show_origin
from weixi.cli.plan_briefing import show_briefing, show_worth
from weixi.cli.plan_choice import MONTH, PLAYBOOK, chosen_month
from weixi.cli.session import Session
from weixi.flow.decision import (
    Explanation,
    Group,
    PlanSummary,
    explain,
    find_subscriber,
    require_plan,
    summarise,
    write_task_list,
)
from weixi.flow.run import open_playbook
from weixi.kernel.language import Text
from weixi.kernel.money import show as amount


@click.group()
def command() -> None:
    """The frozen plan: show it, explain one subscriber, hand it to the desk; the clocks behind it."""


command.add_command(clocks.command)
command.add_command(plan_allocation.command)
command.add_command(plan_apply.command)
command.add_command(plan_collect.command)


@command.command("show")
@MONTH
@click.option("--unit", help="只看该组织节点及其下级 / only this node of the tree and what lies below")
@PLAYBOOK
@click.option("--out", is_flag=True, help="把任务清单写到 out/plan-YYYY-MM.csv / write the task list there")
@JSON
@click.pass_obj
def show(
    session: Session,
    month: str | None,
    unit: str | None,
    playbooks: tuple[str, ...],
    out: bool,
    as_json: bool,
) -> None:
    """The plan in figures: tasks by warning, urgency, county and offer, and what the budgets pay."""
    store = session.store()
    plan_month = chosen_month(session, month)
    playbook = open_playbook(playbooks)
    summary = summarise(store, playbook, plan_month, unit)
    path: Path | None = None
    if out:
        path = session.home / "out" / f"plan-{plan_month}{f'-{unit}' if unit else ''}.csv"
        with session.progress() as progress:
            progress.add_task(path.name, total=None)
            write_task_list(store, playbook, plan_month, path, session.language, unit)
    if as_json:
        session.json({"summary": summary, "file": path})
        return
    _show(session, summary)
    if path is not None:
        session.say(
            Text(
                f"任务清单：{path}（{summary.contact_count:,} 条，不含对照组和不得联系的）",
                f"task list: {path} ({summary.contact_count:,} tasks; hold-out and silenced ones left out)",
            )
        )


@command.command("explain")
@click.argument("subscriber")
@MONTH
@PLAYBOOK
@JSON
@click.pass_obj
def explain_(
    session: Session, subscriber: str, month: str | None, playbooks: tuple[str, ...], as_json: bool
) -> None:
    """Why SUBSCRIBER (the operator's key or our id) has a task in the plan, why today, why this offer; or why none."""
    store = session.store()
    plan_month = chosen_month(session, month)
    playbook = open_playbook(playbooks)
    require_plan(store, plan_month, playbook)
    found = find_subscriber(store, subscriber, plan_month.plus(-1))
    told = explain(store, playbook, plan_month, found)
    if as_json:
        session.json(told)
        return
    show_explanation(session, told)


def _show(session: Session, summary: PlanSummary) -> None:
    scope = f" {summary.unit_code}" if summary.unit_code else ""
    money = partial(amount, currency=summary.origin.currency)
    session.say(
        Text(
            f"{summary.plan_month}{scope} 维系计划：{summary.task_count:,} 户任务，涉及 {summary.line_count:,} 条线路；"
            f"需联系 {summary.contact_count:,}，对照组 {summary.holdout_count:,}，"
            f"不得联系 {summary.withdrawn_count:,}；计入考核 {summary.assessed_count:,}",
            f"plan of {summary.plan_month}{scope}: {summary.task_count:,} household tasks, "
            f"{summary.line_count:,} lines; "
            f"to contact {summary.contact_count:,}, hold-out {summary.holdout_count:,}, "
            f"silenced {summary.withdrawn_count:,}; assessed {summary.assessed_count:,}",
        )
    )
    session.say(
        Text(
            f"优惠成本 {money(summary.cost_fen)}，涉险收入（近三月）{money(summary.revenue_at_risk_fen)}；"
            f"封存 {(summary.seal or '')[:12]}",
            f"offers cost {money(summary.cost_fen)}, revenue at risk (three months) "
            f"{money(summary.revenue_at_risk_fen)}; seal {(summary.seal or '')[:12]}",
        )
    )
    for title, groups in (
        (Text("按预警", "by warning"), summary.by_kind),
        (Text("按等级", "by level"), summary.by_level),
        (Text("按县分", "by county branch"), summary.by_county),
        (Text("按优惠", "by offer"), summary.by_offer),
    ):
        if groups:
            _groups(session, title, groups, money)
    grid = _grid(session, Text("预算", "budgets"))
    for heading in (
        Text("预算池", "pool"),
        Text("额度", "budget"),
        Text("已用", "used"),
        Text("剩余", "left"),
        Text("任务", "tasks"),
    ):
        grid.add_column(session.text(heading), justify="left" if heading.en == "pool" else "right")
    for pool in summary.pools:
        unlimited = session.text(Text("不限", "no limit"))
        grid.add_row(
            session.text(pool.text),
            unlimited if pool.amount_fen is None else money(pool.amount_fen),
            money(pool.used_fen),
            unlimited if pool.amount_fen is None else money(pool.amount_fen - pool.used_fen),
            f"{pool.task_count:,}",
        )
    session.print(grid)
    for said in (*([summary.by_rounds] if summary.by_rounds is not None else []), *summary.left_out):
        session.say(said)
    show_origin(session, summary.origin)


def _groups(session: Session, title: Text, groups: tuple[Group, ...], money: Callable[[int], str]) -> None:
    grid = _grid(session, title)
    for heading in (
        Text("名称", "name"),
        Text("任务", "tasks"),
        Text("需联系", "to contact"),
        Text("有优惠", "with an offer"),
        Text("优惠成本", "offer cost"),
        Text("涉险收入", "revenue at risk"),
    ):
        grid.add_column(session.text(heading), justify="left" if heading.en == "name" else "right")
    for group in groups:
        grid.add_row(
            session.text(group.text),
            f"{group.task_count:,}",
            f"{group.contact_count:,}",
            f"{group.offer_count:,}",
            money(group.cost_fen),
            money(group.revenue_at_risk_fen),
        )
    session.print(grid)


def show_explanation(session: Session, told: Explanation) -> None:
    """Why one line has a task, why that day, why that offer; or why it has none."""
    money = partial(amount, currency=told.origin.currency)
    who = "  ".join(filter(None, [str(told.subscriber_id), told.who.number, told.who.name]))
    session.say(
        Text(
            f"用户 {who}，{told.plan_month} 计划：{told.verdict.text.zh}",
            f"subscriber {who}, plan of {told.plan_month}: {told.verdict.text.en}",
        )
    )
    session.say(told.why)
    labels = "  ".join(
        f"{session.text(label.dimension)} {session.text(label.value)}"
        + (f"（{session.text(label.note)}）" if label.note else "")
        for label in told.labels
    )
    session.say(Text(f"五分：{labels}", f"labels: {labels}"))
    for warning in told.warnings:
        mark = Text("（主预警）", " (leads)") if warning.leads else Text("", "")
        session.say(Text(f"预警：{warning.text.zh}{mark.zh}", f"warning: {warning.text.en}{mark.en}"))
        for reason in warning.reasons:
            session.say(Text(f"  · {reason.zh}", f"  · {reason.en}"))
    task = told.task
    if task is not None:
        people = (task.unit, task.owner) if task.owner else (task.unit,)
        by = Text(" ".join(each.zh for each in people), " ".join(each.en for each in people))
        channel = task.channel or Text("不联系", "no contact")
        session.say(
            Text(
                f"任务 {task.task_id}：{task.task_type.zh}，等级{task.level.zh}，{by.zh}，"
                f"渠道：{channel.zh}；任务涉及 {task.line_count} 条线路",
                f"task {task.task_id}: {task.task_type.en}, {task.level.en}, {by.en}, "
                f"by {channel.en}; lines in the task: {task.line_count}",
            )
        )
        if told.why_today is not None:
            session.say(Text(f"为什么是这一天：{told.why_today.zh}", f"why this day: {told.why_today.en}"))
        show_worth(session, told)
        session.say(
            Text(
                f"完成标准：{task.success.zh}（{task.window_start_date} 起，{task.window_end_date} 前，以数据核验）",
                f"done when: {task.success.en} (from {task.window_start_date}, before {task.window_end_date}, "
                f"verified in the data)",
            )
        )
    if told.offers:
        grid = _grid(
            session, Text("优惠：选哪个，为什么不选别的", "offers: which one, and why not the others")
        )
        for heading in (
            Text("", ""),
            Text("优惠", "offer"),
            Text("受理编码", "billing code"),
            Text("成本", "cost"),
            Text("原因", "why"),
        ):
            grid.add_column(session.text(heading))
        for offer in (offer for offer in told.offers if offer.answers):
            grid.add_row(
                "✓" if offer.is_chosen else "",
                session.text(offer.text),
                offer.billing_code,
                "" if offer.cost_fen is None else money(offer.cost_fen),
                session.text(offer.why),
            )
        session.print(grid)
        others = sum(not offer.answers for offer in told.offers)
        if others:
            session.say(
                Text(
                    f"另有 {others} 项优惠不针对这类预警",
                    f"{others} more offers answer other kinds of warning",
                )
            )
    show_briefing(session, told)
    if told.task is None:
        for said in told.not_computable:
            session.say(said)
    elif told.not_computable:
        count = len(told.not_computable)
        session.say(
            Text(
                f"另有 {count} 种预警因数据缺列而不可算：weixi plan show 逐一列出",
                f"{count} more warnings cannot be computed for lack of data: weixi plan show lists them",
            )
        )
    show_origin(session, told.origin)


def _grid(session: Session, title: Text) -> Grid:
    return Grid(title=session.text(title), title_justify="left")
