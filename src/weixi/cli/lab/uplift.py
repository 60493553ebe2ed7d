"""`weixi lab uplift FILE`: whom a treatment helps, learnt from a trial in any table and judged honestly."""

import time
from pathlib import Path

import click

from weixi.cli.options import JSON
from weixi.cli.out_path import OUT_FILE, OUT_FOLDER
from weixi.cli.session import Session
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("uplift")
@click.argument("file", type=_FILE)
@click.option("--treatment", metavar="COLUMN", help="处理列：谁被联系、用哪种办法 / who was treated, and how")
@click.option("--outcome", required=True, metavar="COLUMN", help="结果列 / what came of it")
@click.option("--control", metavar="VALUE", help="处理列里哪个取值是对照组 / the control's value [guessed]")
@click.option(
    "--good", metavar="VALUE", help="哪个结果是好的，如 --good 0 / the good outcome [1, yes, higher]"
)
@click.option("--id", "key", metavar="COLUMN", help="主键列，不参与建模 / the key: kept, never a feature")
@click.option(
    "--drop", multiple=True, metavar="COLUMN,…", help="不用的列，可给多个 / columns left out, repeatable"
)
@click.option(
    "--propensity", metavar="COLUMN", help="每行被处理的已知概率 / the known probability of treatment"
)
@click.option("--segment", metavar="COLUMN", help="也按这一列分组给结论 / verdicts by this column as well")
@click.option("--value", type=float, help="一个好结果值多少 / what one good outcome is worth")
@click.option(
    "--cost", type=float, default=0.0, show_default=True, help="联系一人花多少 / what one contact costs"
)
@click.option("--test", "test_file", type=_FILE, help="只在这个文件上评估 / judge on this file alone")
@click.option("--out", type=OUT_FILE, help="逐行写出增益，CSV 或 Parquet / one uplift a row, CSV or Parquet")
@click.option(
    "--plots",
    type=OUT_FOLDER,
    help="图写到此目录，HTML 与 PNG / plots into this folder",
)
@click.option("--sheet", help="工作表名；缺省第一张 / the sheet of a workbook; default: the first")
@click.option("--folds", type=click.IntRange(2, 20), default=5, show_default=True, help="折数 / folds")
@click.option("--seed", type=int, default=42, show_default=True, help="随机种子 / seed")
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True, help="线程 / threads")
@click.option(
    "--peers/--no-peers", default=True, help="装了就与因果森林对比 / beside the forests, if installed [yes]"
)
@JSON
@click.pass_obj
def command(
    session: Session,
    file: Path,
    treatment: str | None,
    outcome: str,
    control: str | None,
    good: str | None,
    key: str | None,
    drop: tuple[str, ...],
    propensity: str | None,
    segment: str | None,
    value: float | None,
    cost: float,
    test_file: Path | None,
    out: Path | None,
    plots: Path | None,
    sheet: str | None,
    folds: int,
    seed: int,
    threads: int,
    peers: bool,
    as_json: bool,
) -> None:
    """谁因联系而变好，谁不要打扰 / Whom a treatment helps, and whom to leave alone.

    FILE: CSV (.gz too), TSV, a workbook or Parquet. Every arm of the treatment is set against the control. Figures are
    of rows that neither the model nor its choice ever saw. Without a trial nothing is known of effects: the answer says
    so and how large a hold-out must be.
    """
    from threadpoolctl import threadpool_limits

    from weixi.cli.lab import uplift_view as view
    from weixi.cli.lab.uplift_json import plain
    from weixi.cli.lab.uplift_rows import write_rows
    from weixi.flow import score

    dropped = tuple(name for each in drop for name in each.split(",") if name)
    request = score.UpliftRequest(
        file, outcome, treatment, test_file, sheet, control, good, key, dropped, propensity, segment
    )
    if value is None and cost:
        raise UsageError(
            "lab.value",
            Text("只有成本算不出收益", "a cost alone makes no profit"),
            Text("同时给 --value", "give --value as well"),
        )
    forests, absent = score.find_forests() if peers else ([], [])
    with threadpool_limits(threads, user_api="blas"), session.progress() as progress:
        bar = progress.add_task(session.text(Text("逐折评估", "fold by fold")), total=None)
        found = score.assay_uplift(
            request,
            peers=forests,
            count=folds,
            seed=seed,
            threads=threads,
            clock=time.process_time,
            step=lambda done, total: progress.update(bar, completed=done, total=total),
        )
    if isinstance(found, score.NoTrial):
        view.show_unknown(session, found, as_json=as_json)
        return
    if out is not None:
        write_rows(found, out)
    if plots is not None:
        from weixi.cli.lab.uplift_page import write_plots

        written = write_plots(session, found, plots, value=value, cost=cost)
    else:
        written = []
    if as_json:
        session.json(plain(found, absent, value=value, cost=cost, out=out, plots=written))
    else:
        view.show(session, found, absent, value=value, cost=cost, out=out, plots=written)
