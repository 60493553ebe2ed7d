"""`weixi run`: the way for one month, up to a frozen plan."""

import getpass
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Literal

import click
from rich.table import Table as Grid

from weixi.cli.morning import show_morning
from weixi.cli.options import JSON, playbook_option
from weixi.cli.session import Session, parse_day
from weixi.engine import Partition, Store
from weixi.flow import book
from weixi.flow.outcome import morning_of
from weixi.flow.run import DEFAULT_PLAYBOOKS, STEPS, Step, open_playbook, run_day, run_month
from weixi.flow.score import read_gaps
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook


@click.command()
@click.option(
    "--month", help="月份，如 2025-06；缺省为账册里最近的月份 / the month; default: the book's latest"
)
@click.option(
    "--day",
    help="只跑一天：该日日更之后的早晨，如 2026-01-15 / one day only: the morning after its daily feeds",
)
@playbook_option(DEFAULT_PLAYBOOKS)
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@JSON
@click.pass_obj
def command(
    session: Session,
    month: str | None,
    day: str | None,
    playbooks: tuple[str, ...],
    engine: Literal["duckdb", "spark"],
    as_json: bool,
) -> None:
    """The way for one month, from labels to a frozen plan, with outcomes and KPIs; or the morning after a day."""
    store = session.store(engine)
    if day:
        if month:
            raise UsageError(
                "run.day_or_month",
                Text("--month 和 --day 只能给一个", "--month and --day exclude each other"),
                Text("跑一天只用 --day", "for one day give --day alone"),
            )
        _one_day(session, store, open_playbook(playbooks), parse_day(day), as_json=as_json)
        return
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
                "not_scored": read_gaps(store, chosen),
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
    for gap in read_gaps(store, chosen):
        session.say(gap.text)
    session.say(
        Text(
            f"用时 {took:.1f} 秒。方案：{playbook.title.zh}。下一步：weixi plan show、weixi kpi",
            f"{took:.1f} s. Playbook: {playbook.title.en}. Next: weixi plan show, weixi kpi",
        )
    )


def _one_day(session: Session, store: Store, playbook: Playbook, day: date, *, as_json: bool) -> None:
    """Run the morning after `day`, and what was run after it again; then tell that morning."""
    with session.progress() as progress:
        bar = progress.add_task(str(day), total=None)
        run_day(store, playbook, day, progress=lambda at: progress.update(bar, description=str(at)))
    morning = morning_of(store, playbook, day)
    if as_json:
        session.json(morning)
    else:
        show_morning(session, morning)


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
