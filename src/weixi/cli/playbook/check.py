"""`weixi playbook check`: what is wrong with a plan, said with its file and line."""

from collections.abc import Sequence

import click

from weixi.cli.session import Session
from weixi.flow.run import DEFAULT_PLAYBOOKS, open_playbook
from weixi.kernel.errors import FaultList, WeixiError
from weixi.kernel.language import Text


@click.command("check")
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="供程序读取 / for programs")
@click.pass_obj
def command(session: Session, names: tuple[str, ...], as_json: bool) -> None:
    """Read the playbooks NAMES as one plan and say every fault with its file and line (exit 1)."""
    try:
        playbook = open_playbook(names or DEFAULT_PLAYBOOKS)
    except WeixiError as wrong:
        if not as_json:
            raise
        faults: Sequence[WeixiError] = wrong.faults if isinstance(wrong, FaultList) else [wrong]
        session.json({"faults": [_fault(fault) for fault in faults]})
        raise click.exceptions.Exit(1) from wrong
    if as_json:
        session.json(
            {
                "name": playbook.name,
                "version": playbook.version,
                "fingerprint": playbook.fingerprint,
                "faults": [],
            }
        )
        return
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
