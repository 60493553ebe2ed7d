"""`weixi simulate`: write the extract of an operator whose truth is known."""

from pathlib import Path

import click

from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.kernel.language import Text
from weixi.kernel.period import Month

MOST_MONTHS = 120


@click.command(
    name="simulate",
    help="造一家真值已知的运营商 / Make an operator whose truth is known, as an extract for `weixi import`.",
)
@click.option(
    "--subscribers",
    type=click.IntRange(1_000, 10_000_000),
    required=True,
    help="期初在网线数 / lines in service on the first day",
)
@click.option(
    "--months", type=click.IntRange(1, MOST_MONTHS), required=True, help="月数 / how many months pass"
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="随机种子 / seed")
@click.option("--start", default="2024-01", show_default=True, help="首月 / first month")
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv"]),
    default="parquet",
    show_default=True,
    help="文件格式 / form of the files",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="提取目录（须为空） / folder of the extract; it must be empty",
)
@click.option(
    "--truth",
    type=click.Path(file_okay=False, path_type=Path),
    help="真值目录，默认在旁边 / folder of the truth [<out>_truth]",
)
@click.option(
    "--daily", is_flag=True, help="另写日更：<out>_daily/日期/ / a folder of feeds for every day as well"
)
@JSON
@click.pass_obj
def command(
    session: Session,
    subscribers: int,
    months: int,
    seed: int,
    start: str,
    form: str,
    out: Path,
    truth: Path | None,
    daily: bool,
    as_json: bool,
) -> None:
    """Write `months` monthly extracts into `out`, and the truth apart from them."""
    from weixi.demo import Form, Operator

    first = Month.parse(start)
    days = out.parent / f"{out.name}_daily" if daily else None
    operator = Operator(subscribers, seed, first, out=out, truth_folder=truth, form=Form(form), daily=days)
    with session.progress() as progress:
        task = progress.add_task(session.text(Text("模拟", "simulating")), total=months)
        for k in range(months):
            operator.advance(first.plus(k))
            progress.advance(task)
    rows = sum(file.rows for file in operator.files)
    if as_json:
        session.json(
            {
                "out": out,
                "truth": operator.truth_folder,
                "daily": days,
                "months": [first.plus(k) for k in range(months)],
                "rows": rows,
                "files": operator.files,
                "planted": operator.planted,
            }
        )
        return
    session.say(
        Text(
            f"已写入 {out}：{months} 个月，{rows:,} 行；真值在 {operator.truth_folder}",
            f"wrote {out}: {months} months, {rows:,} rows; the truth is in {operator.truth_folder}",
        )
    )
    session.say(Text(f"下一步：weixi import {out}", f"next: weixi import {out}"))
    if days is not None:
        last = first.plus(months - 1)
        session.say(
            Text(
                f"日更在 {days}/日期/：先导入并运行 {last.plus(-1)}（weixi import --month、weixi run --month），"
                f"再逐日 weixi import {days}/{last.first} 和 weixi run --day {last.first}",
                f"daily feeds are in {days}/DATE/: import and run {last.plus(-1)} first, "
                f"then weixi import {days}/{last.first} and weixi run --day {last.first}, day by day",
            )
        )
