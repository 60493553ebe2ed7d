"""`weixi playbook check`: what is wrong with a plan, as it is written and on a month's data."""

from pathlib import Path

import click

from weixi.cli.lines_file import write_lines
from weixi.cli.options import JSON, named_or_in_force
from weixi.cli.playbook.check_view import show_checkup, show_parity
from weixi.cli.session import Session
from weixi.engine import Trial
from weixi.flow.decision import Checkup, audit_parity, audits, check_up, try_out, uncovered
from weixi.flow.run import DEFAULT_PLAYBOOKS, ceilings_of, review_playbook
from weixi.kernel.errors import UsageError, WeixiError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook, parity_table


@click.command("check")
@click.argument("names", nargs=-1)
@click.option("--month", help="在该月数据上检查，如 2025-06 / check on that month's data as well")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="把没有措施覆盖的用户写到该 CSV，须给 --month / write the uncovered lines there; needs --month",
)
@JSON
@click.pass_obj
def command(
    session: Session, names: tuple[str, ...], month: str | None, out: Path | None, as_json: bool
) -> None:
    """Read the playbooks NAMES as one plan and say every fault with its file and line (exit 1).

    With --month also on the data of a month that was run: coverage, ceilings by band, parity, balance of the classes,
    rules that decide for nobody; the audit of parity is kept.
    """
    if out is not None and month is None:
        raise UsageError(
            "usage.out",
            Text("--out 要与 --month 一起用", "--out needs --month"),
            Text("加上 --month 2025-06", "add --month 2025-06"),
        )
    found = review_playbook(named_or_in_force(session, names, DEFAULT_PLAYBOOKS))
    faults, playbook = list(found.faults), found.playbook
    parity = parity_table(playbook) if playbook is not None else ()
    checkup: Checkup | None = None
    if month is not None and playbook is not None:
        chosen = Month.parse(month)
        if not faults:
            checkup = _on_data(session, playbook, chosen, out)
            faults += checkup.faults
        audit_parity(session.store(), playbook, chosen)
    kept = audits(session.store()) if month is not None else []
    if as_json:
        session.json(
            {
                "name": playbook.name if playbook else None,
                "version": playbook.version if playbook else None,
                "fingerprint": playbook.fingerprint if playbook else None,
                "faults": [_fault(fault) for fault in faults],
                "parity": parity,
                "data": checkup,
                "audits": kept,
                "file": out,
            }
        )
    else:
        for fault in faults:
            click.echo(fault.say(session.language), err=True)
        if month is not None or any(row.is_open for row in parity):
            show_parity(session, parity, kept)
        if checkup is not None:
            show_checkup(session, checkup)
        if out is not None and checkup is not None:
            session.say(Text(f"未覆盖的用户：{out}", f"uncovered lines: {out}"))
        if playbook is not None and not faults:
            _right(session, playbook)
        elif faults:
            session.say(Text(f"{len(faults)} 处问题", f"{len(faults)} faults"))
    if faults:
        raise click.exceptions.Exit(1)


def _on_data(session: Session, playbook: Playbook, month: Month, out: Path | None) -> Checkup:
    with session.progress() as progress, Trial.over(session.store()) as trial:
        bar = progress.add_task(str(month), total=None)
        try_out(trial, playbook, month, lambda step: progress.update(bar, description=f"{month} {step}"))
        found = check_up(trial, playbook, month, ceilings_of(playbook))
        if out is not None:
            write_lines(uncovered(trial, playbook, month), out)
        return found


def _right(session: Session, playbook: Playbook) -> None:
    session.say(
        Text(
            f"{playbook.title.zh}（{playbook.name} {playbook.version}）没有问题："
            f"{len(playbook.parameters)} 个参数，{len(playbook.warnings)} 种预警，{len(playbook.offers)} 个优惠，"
            f"{len(playbook.measures)} 条措施，{len(playbook.kpis)} 项指标",
            f"{playbook.title.en} ({playbook.name} {playbook.version}) is right: "
            f"{len(playbook.parameters)} parameters, {len(playbook.warnings)} warnings, {len(playbook.offers)} offers, "
            f"{len(playbook.measures)} measures, {len(playbook.kpis)} KPIs",
        )
    )


def _fault(fault: WeixiError) -> dict[str, object]:
    return {"code": fault.code, "where": fault.where, "what": fault.what, "remedy": fault.remedy}
