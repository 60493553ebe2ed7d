"""`weixi lift gate`: whether the coming plan may be published, by what the lot gave out before."""

from decimal import Decimal

import click

from weixi.cli.options import JSON, playbook_option
from weixi.cli.session import Session
from weixi.flow.assessment import Gate, GateReport, judge_plan
from weixi.flow.decision import ALLOCATION
from weixi.flow.run import DEFAULT_PLAYBOOKS, open_playbook
from weixi.kernel.language import Text
from weixi.kernel.money import show
from weixi.kernel.period import Month


@click.command()
@click.option("--month", help="哪个月的计划，如 2025-07 / the plan of which month; default: the latest")
@click.option(
    "--budget",
    type=click.FloatRange(0),
    help="每户预算，元；默认按计划自己的资金限额 / budget a task, yuan; default: the plan's own limits of money",
)
@click.option("--seed", type=int, default=1, show_default=True, help="分折的种子 / of the folds")
@playbook_option(DEFAULT_PLAYBOOKS)
@JSON
@click.pass_context
def gate(
    ctx: click.Context,
    month: str | None,
    budget: float | None,
    seed: int,
    playbooks: tuple[str, ...],
    as_json: bool,
) -> None:
    """发布前的闸门：用随机投放记录评审计划 / The gate before launch: the plan judged on what was drawn by lot.

    Exit 0: it may be published; 1: not shown better, or it may cost more than the budget.
    """
    session: Session = ctx.obj
    store, playbook = session.store(), open_playbook(playbooks)
    nothing = Text("还没有择优分配的计划", "no plan has its offers chosen together")
    remedy = Text("先用带 [allocation] 的方案运行", "run a playbook that has [allocation] first")
    chosen = Month.parse(month) if month else session.latest(ALLOCATION, "gate.none", nothing, remedy)
    budget_fen = None if budget is None else float(Decimal(str(budget)) * 100)
    found = judge_plan(store, playbook, chosen, seed=seed, budget_fen=budget_fen)
    if as_json:
        session.json(_plain(found))
    else:
        show_gate(session, found)
    if found.gate is not Gate.PUBLISHED:
        ctx.exit(1)


def show_gate(session: Session, found: GateReport) -> None:
    """The answer, and what it rests on."""
    months = "、".join(str(each) for each in found.logged) or "—"
    promised = show(round(found.promised_fen))
    session.say(found.text)
    session.say(
        Text(
            f"{found.month} 的计划：{found.task_count:,} 户；随机投放记录 {found.row_count:,} 行，来自 {months}；"
            f"计划自算每户 {promised}（与不联系相比）",
            f"plan of {found.month}: {found.task_count:,} tasks; {found.row_count:,} rows drawn by lot in {months}; "
            f"the plan itself reckons with {promised} a task against no contact",
        )
    )
    if found.limits:
        told = [
            (limit.name, show(round(limit.use_fen)), show(round(limit.bound_fen))) for limit in found.limits
        ]
        session.say(
            Text(
                "计划自己的资金限额："
                + "；".join(f"{name.zh} 用 {use}，限 {bound}" for name, use, bound in told),
                "the plan's own limits of money: "
                + "; ".join(f"{name.en} {use} of {bound}" for name, use, bound in told),
            )
        )
    if found.beside_rounds is not None:
        session.say(found.beside_rounds.text)


def _plain(found: GateReport) -> dict[str, object]:
    fields = {name: getattr(found, name) for name in found.__dataclass_fields__ if name != "decision"}
    value = None if found.decision is None else found.decision.value
    beside = found.beside_rounds
    said = None if beside is None else {"zh": beside.text.zh, "en": beside.text.en}
    return {
        **fields,
        "text": {"zh": found.text.zh, "en": found.text.en},
        "value": value,
        "beside_rounds_text": said,
    }
