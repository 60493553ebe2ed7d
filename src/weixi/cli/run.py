"""`weixi run`: the way for one month, up to a frozen plan."""

import getpass
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import click
from rich.table import Table as Grid

from weixi.cli.session import Session
from weixi.engine import Partition
from weixi.flow import book
from weixi.flow.run import DEFAULT_PLAYBOOKS, STEPS, Step, open_playbook, run_month
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@click.command()
@click.option(
    "--month", help="月份，如 2025-06；缺省为账册里最近的月份 / the month; default: the book's latest"
)
@click.option(
    "--playbook",
    "playbooks",
    multiple=True,
    default=DEFAULT_PLAYBOOKS,
    show_default=True,
    help="方案名或文件，可给多个 / playbook name or file, repeatable",
)
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="供程序读取 / for programs")
@click.pass_obj
def command(
    session: Session,
    month: str | None,
    playbooks: tuple[str, ...],
    engine: Literal["duckdb", "spark"],
    as_json: bool,
) -> None:
    """The way for one month: labels, cohort, warnings, decision, plan; outcomes and KPIs of the month."""
    store = session.store(engine)
    chosen = Month.parse(month) if month else latest_month(session, engine)
    playbook = open_playbook(playbooks)
    seconds: dict[str, float] = {}
    with session.progress() as progress:
        bar = progress.add_task(str(chosen), total=len(STEPS))
        began = time.perf_counter()

        def tell(step: Step) -> None:
            progress.update(bar, description=f"{chosen} {session.text(step.text)}", advance=1)
            seconds[step.name] = time.perf_counter() - began

        written = run_month(
            store, playbook, chosen, now=datetime.now(UTC), actor=getpass.getuser(), progress=tell
        )
    took = time.perf_counter() - began
    if as_json:
        session.json(
            {
                "month": str(chosen),
                "playbook": {"name": playbook.name, "fingerprint": playbook.fingerprint},
                "engine": engine,
                "seconds": round(took, 2),
                "partitions": [
                    {
                        "table": p.table.name,
                        "key": dict(p.key),
                        "revision": p.revision,
                        "rows": p.manifest.rows,
                        "fingerprint": p.fingerprint,
                        "sealed": p.manifest.seal is not None,
                    }
                    for p in written
                ],
            }
        )
        return
    show_written(session, chosen, written)
    session.say(
        Text(
            f"用时 {took:.1f} 秒。方案：{playbook.title.zh}。下一步：weixi plan show、weixi kpi",
            f"{took:.1f} s. Playbook: {playbook.title.en}. Next: weixi plan show, weixi kpi",
        )
    )


def show_written(session: Session, month: Month, written: Sequence[Partition]) -> None:
    """What a run wrote: each partition with its rows and, where it is sealed, the seal's first digits."""
    grid = Grid(title=session.text(Text(f"{month} 运行结果", f"the run of {month}")), title_justify="left")
    for heading in (
        Text("表", "table"),
        Text("分区", "partition"),
        Text("行数", "rows"),
        Text("封存", "sealed"),
    ):
        grid.add_column(session.text(heading), justify="right" if heading.en == "rows" else "left")
    for partition in written:
        key = " ".join(str(value) for value in partition.key.values())
        sealed = partition.manifest.seal[:12] if partition.manifest.seal else ""
        grid.add_row(
            partition.table.name, f"{key} r{partition.revision}", f"{partition.manifest.rows:,}", sealed
        )
    session.print(grid)


def latest_month(session: Session, engine: Literal["duckdb", "spark"] = "duckdb") -> Month:
    """The book's latest month. Raises DataError where the book is empty."""
    return session.latest(
        book.SUBSCRIBER_MONTH,
        "book.empty",
        Text("账册里还没有任何月份", "the book holds no month yet"),
        Text(
            "先运行 weixi import 导入数据，或 weixi demo 看演示",
            "run weixi import first, or weixi demo for a demonstration",
        ),
        engine,
    )
