"""`weixi plan collect`: what was done at the desk goes to the store, what the data show goes to the desk."""

from datetime import UTC, datetime

import click

from weixi.cli.desk_setup import open_desk
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.kernel.language import Text
from weixi.kernel.period import SHANGHAI


@click.command("collect")
@JSON
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """The desk's records as facts for the next run; tasks verified by the data; overdue ones escalated.

    Run it as often as you like, before `weixi run` and after it: what was collected is not collected again.
    """
    open_desk(session)
    from weixi.desk.dispatch.operations.settle import archive_over, escalate_overdue, take_results
    from weixi.desk.dispatch.outbox import collect_facts

    store, now = session.store(), datetime.now(UTC)
    today = now.astimezone(SHANGHAI).date()
    with session.progress() as progress:
        bar = progress.add_task("", total=None)
        collected = collect_facts(
            store=store, tell=lambda month: progress.update(bar, description=str(month))
        )
        verified, withdrawn = take_results(
            store=store, now=now, tell=lambda name: progress.update(bar, description=name)
        )
        archived = archive_over(store=store, now=now)
        escalated = escalate_overdue(
            now=now, today=today, tell=lambda level: progress.update(bar, description=level)
        )
    if as_json:
        session.json(
            {
                "facts": collected,
                "verified": verified,
                "withdrawn": withdrawn,
                "archived": archived,
                "escalated": escalated,
            }
        )
        return
    named = "、".join(str(month) for month in collected.months)
    months = Text(f"（{named}）", f" ({named})") if named else Text("", "")
    session.say(
        Text(
            f"办理记录：读取 {collected.event_count:,} 条，新增事实 {collected.fact_count:,} 条{months.zh}",
            f"desk records: {collected.event_count:,} read, {collected.fact_count:,} new facts{months.en}",
        )
    )
    session.say(
        Text(
            f"数据核验 {verified:,} 个任务，按规则撤回 {withdrawn:,}，归档 {archived:,}，超时升级 {escalated:,}",
            f"{verified:,} tasks verified in the data, {withdrawn:,} withdrawn by rule, {archived:,} archived, "
            f"{escalated:,} overdue ones escalated",
        )
    )
