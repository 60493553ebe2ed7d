"""`weixi report`: the month as one self-contained page that can be mailed."""

from datetime import UTC, datetime
from pathlib import Path

import click

from weixi.cli.options import JSON, playbook_option
from weixi.cli.report_page import gather, render
from weixi.cli.session import Session
from weixi.flow.assessment import KPI
from weixi.flow.run import DEFAULT_PLAYBOOKS, open_playbook
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@click.command()
@click.option(
    "--month", help="月份，如 2025-06；缺省为最近算过的月份 / the month; default: the latest computed"
)
@playbook_option(
    DEFAULT_PLAYBOOKS, "运行该月所用的方案 / the playbook that the month was run with, repeatable"
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写到这个文件；缺省为 HOME/out/report-YYYY-MM.html / the file to write",
)
@JSON
@click.pass_obj
def command(
    session: Session, month: str | None, playbooks: tuple[str, ...], out: Path | None, as_json: bool
) -> None:
    """月报：指标、瀑布、五分、预警、县分、隔离区，一个网页 / The month as one page of HTML."""
    nothing = Text("还没有任何月份算过指标", "no month has KPIs yet")
    remedy = Text("先运行 weixi run", "run weixi run first")
    chosen = Month.parse(month) if month else session.latest(KPI, "report.none", nothing, remedy)
    path = out or session.home / "out" / f"report-{chosen}.html"
    with session.progress() as progress:
        progress.add_task(session.text(Text(f"{chosen} 月报", f"report of {chosen}")), total=None)
        report = gather(session.store(), open_playbook(playbooks), chosen)
        page = render(session, report, now=datetime.now(UTC))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    if as_json:
        session.json({"month": chosen, "file": path, "bytes": path.stat().st_size})
        return
    session.say(
        Text(
            f"{chosen} 月报：{path}（{path.stat().st_size // 1024:,} KB，单个网页，可直接转发）",
            f"report of {chosen}: {path} ({path.stat().st_size // 1024:,} KB, one page that needs nothing else)",
        )
    )
