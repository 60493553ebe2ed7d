"""`weixi lab churn`: an honest evaluation of churn scores on any table, beside the library defaults."""

from pathlib import Path

import click

from weixi.cli.options import JSON
from weixi.cli.out_path import OUT_FILE, OUT_FOLDER
from weixi.cli.session import Session
from weixi.kernel.language import Text


@click.command("churn")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--label", help="离网标识列；缺省按列名找 / the label's column; default: found by its name")
@click.option(
    "--positive", multiple=True, help="表示离网的值，可给多个 / the value that means left, repeatable"
)
@click.option("--id", "keys", multiple=True, help="编号列，不作特征 / a key column, no feature; repeatable")
@click.option("--drop", multiple=True, help="不用的列，可给多个 / a column to leave out, repeatable")
@click.option(
    "--drop-doubted",
    is_flag=True,
    help="存疑的列也不用（维系动作、他人打分） / leave out the doubted columns as well",
)
@click.option("--sheet", help="工作表名；缺省第一张 / the sheet of a workbook; default: the first")
@click.option("--folds", type=click.IntRange(2, 20), default=5, show_default=True, help="折数 / outer folds")
@click.option("--seed", type=click.IntRange(0), default=42, show_default=True, help="随机种子 / seed")
@click.option("--group-duplicates", is_flag=True, help="相同的行放在同一折 / equal rows stay in one fold")
@click.option(
    "--budget",
    type=click.FloatRange(min=0, min_open=True),
    help="本方模型的 CPU 秒预算，不够时先去掉最费时的成员 / CPU seconds for our stack; the dearest members go first",
)
@click.option(
    "--member", "members", multiple=True, help="只用这些成员模型 / use this member only, repeatable"
)
@click.option(
    "--peers/--no-peers", "has_peers", default=True, help="与各算法库对比 / the library defaults too [yes]"
)
@click.option("--threads", type=click.IntRange(1, 64), default=2, show_default=True, help="线程数 / threads")
@click.option(
    "--html",
    "page",
    type=OUT_FILE,
    help="把报告和图写成一个网页 / write the report with its plots as one page",
)
@click.option(
    "--png",
    "pictures",
    type=OUT_FOLDER,
    help="把四张图写到这个目录 / write the four plots into this folder",
)
@JSON
@click.pass_obj
def command(
    session: Session,
    file: Path,
    label: str | None,
    positive: tuple[str, ...],
    keys: tuple[str, ...],
    drop: tuple[str, ...],
    drop_doubted: bool,
    sheet: str | None,
    folds: int,
    seed: int,
    group_duplicates: bool,
    budget: float | None,
    members: tuple[str, ...],
    has_peers: bool,
    threads: int,
    page: Path | None,
    pictures: Path | None,
    as_json: bool,
) -> None:
    """任意一张表的离网评分评估，旁边是各算法库的缺省设置 / Churn scores on any table, beside the library defaults.

    FILE: CSV (.gz too), TSV, a workbook or Parquet. Columns that know the end of the story are refused, with evidence.
    """
    # The libraries of the scores take two seconds to import.
    from threadpoolctl import threadpool_limits

    from weixi.cli.lab.churn_json import as_plain
    from weixi.cli.lab.churn_view import show
    from weixi.flow import score

    request = score.ChurnRequest(
        file,
        label,
        positive,
        keys,
        drop,
        drop_doubted,
        sheet,
        budget,
        members,
        has_peers,
        score.ChurnSettings(folds, seed, threads, group_duplicates),
    )
    with threadpool_limits(threads, user_api="blas"), session.progress() as progress:
        task = progress.add_task(
            session.text(Text(f"评估 {file.name}", f"evaluating {file.name}")), total=None
        )

        def told(name: str, total: int) -> None:
            progress.update(task, total=total, advance=1, description=name)

        found = score.assay_churn(request, told)
    written: list[Path] = []
    if page is not None or pictures is not None:
        from weixi.cli.lab.churn_plot import write_page, write_pictures

        written += write_page(session, found, page) if page else []
        written += write_pictures(session, found, pictures) if pictures else []
    if as_json:
        session.json(as_plain(found))
        return
    show(session, found)
    for path in written:
        session.say(Text(f"已写：{path}", f"written: {path}"))
