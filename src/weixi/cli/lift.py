"""`weixi lift`: what retention brings against the hold-out, and what a hold-out could show before it is set up."""

import dataclasses
from decimal import Decimal
from pathlib import Path

import click

from weixi.cli.lift_gate import gate
from weixi.cli.lift_month import lift_month
from weixi.cli.lift_profit import profit
from weixi.cli.lift_view import show_outlook, show_report
from weixi.cli.options import JSON, playbook_option
from weixi.cli.out_path import OUT_FILE, write_file
from weixi.cli.session import Session
from weixi.flow.assessment import (
    LiftEffect,
    LiftOutcome,
    LiftReport,
    build_lift,
    holdout_toml,
    look_ahead,
    profit_of,
    read_lift,
    targeting,
)
from weixi.flow.run import DEFAULT_PLAYBOOKS, open_playbook
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

SHARES = (0.01, 0.02, 0.05, 0.1)


@click.group(name="lift", invoke_without_command=True)
@click.option("--month", help="截至哪个月，如 2025-06 / up to which month; default: the latest")
@click.option(
    "--by",
    type=click.Choice(["all", "programme", "county"]),
    default="programme",
    show_default=True,
    help="按预警或县分列 / by warning or by county",
)
@click.option(
    "--horizon",
    type=click.IntRange(1, 12),
    help="入册后几个月 / months from entry: 1, 3, 6 or 12; default: all",
)
@playbook_option(DEFAULT_PLAYBOOKS)
@JSON
@click.pass_context
def command(
    ctx: click.Context,
    month: str | None,
    by: str,
    horizon: int | None,
    playbooks: tuple[str, ...],
    as_json: bool,
) -> None:
    """维系的净效果：与留白对照组比，带 95% 区间 / What retention brings against the hold-out, with 95 % intervals."""
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    store, playbook = session.store(), open_playbook(playbooks)
    chosen = lift_month(session, month)
    report = read_lift(store, playbook, build_lift(store, playbook, chosen))
    hits = targeting(store, report)
    if horizon is not None:
        if report.horizons and horizon not in report.horizons:
            said = "、".join(str(each) for each in report.horizons)
            raise UsageError(
                "lift.horizon",
                Text(f"没有满 {horizon} 个月的效果", f"no effect is {horizon} months old"),
                Text(f"可用：{said}", f"there are: {said}"),
            )
        effects = tuple(effect for effect in report.effects if effect.horizon == horizon)
        report = dataclasses.replace(report, effects=effects)
    if as_json:
        session.json(
            {
                "month": chosen,
                "partition": report.partition,
                "other_rules": report.other_rules,
                "targeting": None
                if hits is None
                else {"times": hits.times, "interval": hits.interval, "counts": hits},
                "effects": [_plain(report, effect) for effect in report.effects],
            }
        )
    else:
        show_report(session, report, hits, by)


def _plain(report: LiftReport, effect: LiftEffect) -> dict[str, object]:
    fields = {field.name: getattr(effect, field.name) for field in dataclasses.fields(effect)}
    rate = effect.outcome.is_rate
    net = profit_of(report, effect).net if effect.outcome is LiftOutcome.REVENUE else None
    return {
        **fields,
        "text": {"zh": effect.text.zh, "en": effect.text.en},
        "verdict": effect.verdict,
        "per_hundred_contacts": [
            effect.per_hundred(each) for each in (effect.effect, effect.low, effect.high)
        ]
        if rate
        else None,
        "net_fen": None if net is None else [net.value, net.low, net.high],
        "before_after_of_takers": effect.taker_change,
    }


@command.command()
@click.option(
    "--share",
    "shares",
    multiple=True,
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="留白比例，如 0.05，可给多个 / the share held out, repeatable [0.01 0.02 0.05 0.1]",
)
@JSON
@click.pass_obj
def plan(session: Session, shares: tuple[float, ...], as_json: bool) -> None:
    """留多少、多久能看出多大的效果 / How large an effect a share shows, and after how long."""
    found = look_ahead(session.store(), shares or SHARES)
    if as_json:
        session.json(found)
    else:
        show_outlook(session, found)


@command.command()
@click.option(
    "--share",
    type=click.FloatRange(0, 0.5, min_open=True),
    required=True,
    help="留白比例，如 0.05 / the share held out",
)
@click.option("--out", type=OUT_FILE, help="写到该文件 / write it to this file")
@playbook_option(DEFAULT_PLAYBOOKS)
@click.pass_obj
def setup(session: Session, share: float, out: Path | None, playbooks: tuple[str, ...]) -> None:
    """设立留白对照组：方案要加的几行 / The lines of a playbook that set up a hold-out; put after the one in force.

    Whom the playbook in force never holds out (share 0) stays exempt.
    """
    written = holdout_toml(open_playbook(playbooks), Decimal(str(share)))
    if out is None:
        click.echo(written, nl=False)
        return
    write_file(out, written.encode())
    names = " ".join(playbooks)
    session.say(
        Text(
            f"已写到 {out}。检查：weixi playbook check {names} {out}；运行时加 --playbook {out}",
            f"written to {out}. Check it: weixi playbook check {names} {out}; run with --playbook {out} as well",
        )
    )


command.add_command(gate)
command.add_command(profit)
