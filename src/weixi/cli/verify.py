"""`weixi verify`: every seal of cohorts, plans and ledgers."""

import dataclasses
from typing import TYPE_CHECKING

import click

from weixi.cli.desk_setup import has_desk, open_desk
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.engine.verify import verify
from weixi.flow.run import TABLES
from weixi.kernel.language import Text

if TYPE_CHECKING:
    from weixi.desk.audit.queries import Proof


@click.command()
@JSON
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """Read every file again; name the changed row or the corrupt file. Exit code 1 when anything is found."""
    store = session.store()
    with session.progress() as progress:
        bar = progress.add_task("", total=None)
        report = verify(store, TABLES, lambda name: progress.update(bar, description=name, advance=1))
    desk = _desk(session)
    if as_json:
        session.json({**dataclasses.asdict(report), "audit": desk} if desk is not None else report)
    else:
        for finding in report.findings:
            session.say(
                Text(f"✗ {finding.where}：{finding.what.zh}", f"✗ {finding.where}: {finding.what.en}")
            )
        session.say(
            Text(
                f"核验：封存 {report.links} 个，分区 {report.partitions} 个，文件 {report.files} 个，"
                f"共 {report.rows:,} 行；发现问题 {len(report.findings)} 处",
                f"verified {report.links} seals, {report.partitions} partitions, {report.files} files, "
                f"{report.rows:,} rows; {len(report.findings)} findings",
            )
        )
        if desk is not None:
            _show_desk(session, desk)
    if report.findings or (desk is not None and desk.broken is not None):
        raise click.exceptions.Exit(1)


def _desk(session: Session) -> "Proof | None":
    """What the desk's audit chain proves; None where the home has no desk."""
    if not has_desk(session):
        return None
    open_desk(session, migrate=False)
    from weixi.desk.audit.queries import prove

    return prove()


def _show_desk(session: Session, proof: "Proof") -> None:
    if proof.broken is not None:
        what = proof.broken.what
        session.say(
            Text(
                f"✗ 审计第 {proof.broken.number:,} 条：{what.zh}",
                f"✗ audit entry {proof.broken.number:,}: {what.en}",
            )
        )
    session.say(
        Text(
            f"审计：{proof.entries:,} 条前后相连，末条指纹 {proof.head[:16] or '—'}（抄存此指纹可防整链被换）",
            f"audit: {proof.entries:,} entries hold together; the last one's hash is {proof.head[:16] or '—'} "
            "(noted down elsewhere, it shows that the whole chain was not replaced)",
        )
    )
