"""`weixi bench`: the project's own benchmarks, peers side by side; they live in the source checkout."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

ROOT = Path(__file__).parents[3]
"""The source checkout, where this package runs from one."""

FC = TypeVar("FC", bound=Callable[..., Any] | click.Command)
"""What an option decorates, as click has it."""


def _count(name: str, least: int, most: int, default: int, words: str) -> Callable[[FC], FC]:
    """The option `--name` of a whole number within its limits, with its default shown."""
    return click.option(
        f"--{name}", type=click.IntRange(least, most), default=default, show_default=True, help=words
    )


SUBSCRIBERS = _count(
    "subscribers", 1_000, 10_000_000, 1_000_000, "期初在网线数 / lines in service on the first day"
)
SCRIPTS = click.option(
    "--scripts/--no-scripts", default=True, help="与常见写法对比 / the usual scripts too [yes]"
)
OUT = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="另存 JSON / keep the JSON report here"
)


@click.group(name="bench")
def command() -> None:
    """项目自带的性能对比（需源码目录） / The project's own benchmarks; they need the source checkout."""


@command.command()
@SUBSCRIBERS
@_count("months", 2, 24, 6, "月数，含被测月 / months, the measured one included")
@_count("repeat", 1, 20, 3, "重复次数，取最少的 CPU 秒 / runs; the least CPU of each counts")
@SCRIPTS
@click.option(
    "--leave-out",
    multiple=True,
    help="不比的脚本，可给多个（内存不够时） / a script that this machine cannot hold, repeatable",
)
@JSON
@OUT
@click.pass_obj
def flow(
    session: Session,
    subscribers: int,
    months: int,
    repeat: int,
    scripts: bool,
    leave_out: tuple[str, ...],
    as_json: bool,
    out: Path | None,
) -> None:
    """每一步与手写 SQL、裸扫描、常见脚本对比 / One month's run beside hand-written SQL and the usual scripts.

    The book is simulated and imported once and kept under HOME/bench. Every row is compared before anything is timed:
    exit 1 where a peer's rows are not ours.
    """
    size = [
        f"--subscribers={subscribers}",
        f"--months={months}",
        *(f"--leave-out={one}" for one in leave_out),
    ]
    _run("flow", session, size, repeat, scripts=scripts, as_json=as_json, out=out)


@command.command(name="import")
@_count(
    "rows", 10_000, 100_000_000, 1_000_000, "记录数，含埋入的坏行 / records, the planted bad ones included"
)
@_count("repeat", 1, 20, 1, "重复次数，取最少 / runs; the least of each counts")
@SCRIPTS
@JSON
@OUT
@click.pass_obj
def import_(session: Session, rows: int, repeat: int, scripts: bool, as_json: bool, out: Path | None) -> None:
    """导入一个 40 列的大文件，逐行对账 / One large file of 40 columns into the book, accounted to the row.

    The file is made once, with bad rows planted at known lines, and kept under HOME/bench/import (260 MB a million
    rows, twice). Exit 1 where what was imported or refused is not what was planted.
    """
    _run("import_", session, [f"--rows={rows}"], repeat, scripts=scripts, as_json=as_json, out=out)


@command.command()
@_count("tasks", 1_000, 10_000_000, 1_000_000, "任务数 / tasks handed over")
@SUBSCRIBERS
@_count("repeat", 10, 10_000, 60, "每页请求次数 / requests of each page")
@click.option(
    "--database",
    "databases",
    multiple=True,
    type=click.Choice(["sqlite", "postgresql"]),
    help="只测该数据库 / this database alone [both]",
)
@JSON
@OUT
@click.pass_obj
def desk(
    session: Session,
    tasks: int,
    subscribers: int,
    repeat: int,
    databases: tuple[str, ...],
    as_json: bool,
    out: Path | None,
) -> None:
    """派发一百万个任务，逐页测量 / A million tasks handed over, then every page asked many times.

    In the process of the desk, on SQLite and PostgreSQL, with the count of statements. The book is that of
    `weixi bench flow`. Exit 1 where a page sends more than twelve statements.
    """
    size = [f"--tasks={tasks}", f"--subscribers={subscribers}", *(f"--database={one}" for one in databases)]
    _call("desk", session, [*size, f"--repeat={repeat}"], as_json=as_json, out=out)


@command.command()
@click.option(
    "--rows",
    type=click.IntRange(1_000, 20_000_000),
    default=1_000_000,
    show_default=True,
    help="用户数 / subscribers to allocate",
)
@click.option(
    "--limits",
    multiple=True,
    type=click.Choice(["10", "310", "3010"]),
    help="约束条数，可给多个 / how many limits, repeatable [10, 310]",
)
@click.option("--ties", is_flag=True, help="价值全部并列 / values that all tie")
@JSON
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="另存 JSON / keep the JSON report here"
)
@click.pass_obj
def allocate(
    session: Session, rows: int, limits: tuple[str, ...], ties: bool, as_json: bool, out: Path | None
) -> None:
    """预算内最优分配，附证明 / The best offers within the budgets, with the proof.

    Exit 1 where a limit is not kept.
    """
    given = [f"--rows={rows}", *(f"--limits={one}" for one in limits), *(["--ties"] if ties else [])]
    _call("allocate", session, given, as_json=as_json, out=out)


@command.command()
@click.option(
    "--campaigns",
    type=click.IntRange(100, 1_000_000),
    default=10_000,
    show_default=True,
    help="模拟活动数 / simulated campaigns of each kind",
)
@JSON
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="另存 JSON / keep the JSON report here"
)
@click.pass_obj
def lift(session: Session, campaigns: int, as_json: bool, out: Path | None) -> None:
    """效果区间有多少次含真值 / How often the intervals of lift hold the truth, where it is known.

    Campaigns are drawn from the simulated operator's own hazards and bills; peeking at them is tried as well.
    """
    _call("lift", session, [f"--campaigns={campaigns}"], as_json=as_json, out=out)


@command.command()
@_count("worlds", 2, 1_000, 20, "模拟运营商数 / simulated operators")
@_count("subscribers", 5_000, 1_000_000, 30_000, "每个的在网线数 / lines in service of each")
@click.option(
    "--fit",
    type=click.Choice(["answering", "playbook"]),
    default="answering",
    show_default=True,
    help="合适的优惠：对症，或方案所列 / offers that answer the warning, or all that the playbook names for it",
)
@JSON
@OUT
@click.pass_obj
def policy(
    session: Session, worlds: int, subscribers: int, fit: str, as_json: bool, out: Path | None
) -> None:
    """分配方案的真实价值与常用做法对比 / What an allocation is worth by true effects, beside the rules of thumb.

    Each operator's effects are learnt from months of random logging; all plans choose on the same estimates and limits.
    """
    given = [f"--worlds={worlds}", f"--subscribers={subscribers}", f"--fit={fit}"]
    _call("policy", session, given, as_json=as_json, out=out)


def _run(
    name: str,
    session: Session,
    size: list[str],
    repeat: int,
    *,
    scripts: bool,
    as_json: bool,
    out: Path | None,
) -> None:
    usual = "--scripts" if scripts else "--no-scripts"
    _call(name, session, [*size, f"--repeat={repeat}", usual], as_json=as_json, out=out)


def _call(name: str, session: Session, given: list[str], *, as_json: bool, out: Path | None) -> None:
    """Run one of the benchmarks in a process of its own; its exit code is ours."""
    arguments = [
        f"--home={session.home.resolve()}",
        *given,
        *(["--json"] if as_json else []),
        *([f"--out={out.resolve()}"] if out else []),
    ]
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
    if subprocess.run(command, cwd=_checkout(), check=False).returncode:
        click.get_current_context().exit(1)


def _checkout() -> Path:
    """The source checkout. Raises UsageError where this package was installed without one."""
    if not (ROOT / "benchmarks" / "flow" / "__main__.py").exists():
        raise UsageError(
            "bench.checkout",
            Text("性能对比只在源码目录中", "the benchmarks are in the source checkout only"),
            Text(
                "取得源码，运行 make setup，再用其中的 .venv/bin/weixi bench flow",
                "get the source, run make setup, and use its .venv/bin/weixi bench flow",
            ),
            where=str(ROOT),
        )
    return ROOT
