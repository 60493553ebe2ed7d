"""`weixi verify`: every seal of cohorts, plans and ledgers."""

import click

from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.engine.verify import verify
from weixi.flow.run import TABLES
from weixi.kernel.language import Text


@click.command()
@JSON
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """Read every file again; name the changed row or the corrupt file. Exit code 1 when anything is found."""
    store = session.store()
    with session.progress() as progress:
        bar = progress.add_task("", total=None)
        report = verify(store, TABLES, lambda name: progress.update(bar, description=name, advance=1))
    if as_json:
        session.json(report)
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
    if report.findings:
        raise click.exceptions.Exit(1)
