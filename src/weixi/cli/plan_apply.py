"""`weixi plan apply`: hand the frozen plan to the desk. People will be told to act on it, so it asks."""

import getpass
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from weixi.cli.desk_setup import open_desk
from weixi.cli.options import JSON
from weixi.cli.plan_choice import MONTH, PLAYBOOK, chosen_month
from weixi.cli.session import Session, parse_day
from weixi.flow.run import open_playbook
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

if TYPE_CHECKING:
    from weixi.desk.dispatch.operations.apply import Applied
    from weixi.desk.dispatch.queries.handover import Handover


@click.command("apply")
@MONTH
@click.option("--day", help="只派该日早晨新增的任务，如 2026-01-15 / only the tasks raised after that day")
@PLAYBOOK
@click.option(
    "--issue/--keep",
    default=True,
    show_default=True,
    help="派单后立即下发；--keep 只生成，由县分下发 / issue at once; --keep leaves that to the counties",
)
@click.option("--yes", is_flag=True, help="不再询问 / do not ask")
@JSON
@click.pass_obj
def command(
    session: Session,
    month: str | None,
    day: str | None,
    playbooks: tuple[str, ...],
    issue: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Hand the month's plan, or one morning's, to the desk. The same plan twice changes nothing."""
    if day and month:
        raise UsageError(
            "apply.day_or_month",
            Text("--month 和 --day 只能给一个", "--month and --day exclude each other"),
            Text("派一天的任务只用 --day", "for one day give --day alone"),
        )
    of_day = parse_day(day) if day else None
    chosen = Month.containing(of_day) if of_day else chosen_month(session, month)
    playbook = open_playbook(playbooks)
    open_desk(session)
    from weixi.desk.dispatch.operations.apply import apply_plan
    from weixi.desk.dispatch.queries.handover import handover_of

    store = session.store()
    handover = handover_of(store, playbook, chosen, of_day)
    if not as_json:
        _ask(session, handover, issue=issue, yes=yes)
    elif not yes and not handover.is_applied:
        raise UsageError(
            "apply.yes",
            Text("--json 不能询问", "--json cannot ask"),
            Text("加上 --yes", "add --yes"),
        )
    began = time.perf_counter()
    with session.progress() as progress:
        bar = progress.add_task(
            session.text(Text("派单", "hand over")), total=handover.plan.manifest.rows or None
        )
        applied = apply_plan(
            store=store,
            playbook=playbook,
            handover=handover,
            issue=issue,
            applied_by=getpass.getuser(),
            now=datetime.now(UTC),
            tell=lambda done: progress.update(bar, completed=done),
        )
    if as_json:
        session.json({"month": chosen, "day": of_day, "plan": handover.plan.name, "applied": applied})
        return
    _say(session, handover, applied, time.perf_counter() - began)


def _ask(session: Session, handover: "Handover", *, issue: bool, yes: bool) -> None:
    """Say what will happen to whom, and let a person say no."""
    plan, name = handover.plan, _named(handover)
    if handover.is_applied:
        return
    session.say(
        Text(
            f"{name.zh}：{plan.manifest.rows:,} 个任务，涉及 {handover.unit_count:,} 个维护单元；"
            f"{'下发' if issue else '生成待下发'} {handover.issue_count:,}，对照组 {handover.holdout_count:,}，"
            f"按规则不得联系 {handover.withdrawn_count:,}（后两类不进任何工作清单）",
            f"{name.en}: {plan.manifest.rows:,} tasks of {handover.unit_count:,} care units; "
            f"{'issued' if issue else 'created, not issued'} {handover.issue_count:,}, "
            f"hold-out {handover.holdout_count:,}, silenced {handover.withdrawn_count:,} "
            "(neither is on any work list)",
        )
    )
    if handover.is_begun:
        session.say(Text("上次派单中断，接着派完", "the last hand-over broke off; it goes on from there"))
    if handover.replaces is not None:
        session.say(
            Text(
                f"派单里已有该月第 {handover.replaces} 版：新增的任务加入，没有人动过的任务按新版修订或撤回，"
                "已开始的任务保持不变",
                f"the desk has revision {handover.replaces} of it: new tasks are added, tasks nobody has begun are "
                "revised or withdrawn, tasks begun stay as they are",
            )
        )
    if not yes:
        click.confirm(session.text(Text("确认派单？", "Hand it over?")), default=False, abort=True, err=True)


def _say(session: Session, handover: "Handover", applied: "Applied", took: float) -> None:
    name = _named(handover)
    if applied.was_applied:
        session.say(
            Text(
                f"{name.zh}已经派过（{applied.task_count:,} 个任务），没有任何改变",
                f"{name.en} was handed over before ({applied.task_count:,} tasks): nothing changed",
            )
        )
        return
    session.say(
        Text(
            f"已派单：{name.zh}，新增 {applied.added_count:,}，修订 {applied.revised_count:,}，"
            f"撤回 {applied.withdrawn_count:,}，已开始而保留 {applied.kept_count:,}；用时 {took:.1f} 秒",
            f"handed over, {name.en}: {applied.added_count:,} added, {applied.revised_count:,} revised, "
            f"{applied.withdrawn_count:,} withdrawn, {applied.kept_count:,} begun and kept; {took:.1f} s",
        )
    )


def _named(handover: "Handover") -> Text:
    """The plan for people: whose month or morning, which revision."""
    revision, seal = handover.plan.revision, (handover.plan.manifest.seal or "")[:12]
    when = handover.day or handover.month
    return Text(
        f"{when} 维系计划（第 {revision} 版，封存 {seal}）",
        f"plan of {when} (revision {revision}, seal {seal})",
    )
