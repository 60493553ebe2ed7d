"""`weixi import`: an operator's extract into the book."""

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click
from rich.table import Table as Grid

from weixi.cli.import_sources import COUNTS, left_out_of, source_remarks, totals_of
from weixi.cli.import_suggest import suggest_mapping
from weixi.cli.options import JSON
from weixi.cli.origin_view import show_origin
from weixi.cli.session import Session, parse_day
from weixi.flow import book, extract
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

MEMORY_LIMIT = "550MB"
"""What the engine may hold: every join and sort of an import goes on in parts, and more does not make it faster."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--mapping",
    "mapping_name",
    help="映射名或 .toml 文件；缺省取数据包清单所写 / mapping name or .toml file; default: the manifest's",
)
@click.option(
    "--month",
    "month_text",
    help="只导入该月；文件未写账期时即其账期 / this month only; the month of files that name none",
)
@click.option(
    "--day",
    "day_text",
    help="这些文件是该日的日更，如 2026-01-15 / these files are the daily feeds of that day",
)
@click.option(
    "--suggest",
    "is_suggesting",
    is_flag=True,
    help="不导入，按表头和数据建议映射并试读 / import nothing: suggest a mapping and try it",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="MAPPING.toml",
    help="建议的映射写到这个文件 / where --suggest writes the mapping",
)
@click.option("--dry-run", is_flag=True, help="只核对不写入 / count and check, write nothing")
@click.option("--restate", metavar="REASON", help="更正已关账月份的原因 / why a closed month is to change")
@click.option(
    "--accept-short",
    is_flag=True,
    help="末行无换行符、或不足上月一半也照收 / take a file without a last line end, or under half the month before",
)
@click.option(
    "--wait",
    type=click.FloatRange(min=0, max=600),
    default=0.5,
    show_default=True,
    metavar="SECONDS",
    help="没有清单的文件，大小须保持不变的秒数 / how long files without manifest must keep their size",
)
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@JSON
@click.pass_obj
def command(
    session: Session,
    paths: tuple[str, ...],
    mapping_name: str | None,
    month_text: str | None,
    day_text: str | None,
    is_suggesting: bool,
    out: Path | None,
    dry_run: bool,
    restate: str | None,
    accept_short: bool,
    wait: float,
    engine: Literal["duckdb", "spark"],
    as_json: bool,
) -> None:
    """Take extracts into the book, record by record accounted for.

    A PATH is a folder or a file: delimited text of any encoding (also .gz), .xlsx, .parquet, or a .zip of them;
    sample:ibm_telco is shipped.
    """
    month = Month.parse(month_text) if month_text else None
    if is_suggesting:
        suggest_mapping(session, paths, month, out, as_json=as_json)
        return
    if out is not None:
        raise UsageError(
            "import.out",
            Text("--out 要和 --suggest 一起用", "--out goes with --suggest"),
            Text("加上 --suggest，或去掉 --out", "add --suggest, or leave --out away"),
        )
    extracts = _open(paths, mapping_name, month, extract.Trust(wait, accept_short))
    if day_text:
        extracts = [extract.of_day(one, parse_day(day_text)) for one in extracts]
    store = session.store(engine, MEMORY_LIMIT)
    taken: list[list[book.FeedResult]] = []
    with session.progress() as progress:
        bar = progress.add_task("", total=None)

        def tell(at: book.Progress) -> None:
            description = f"{session.text(at.feed.text)} {at.month or ''}".strip()
            progress.update(bar, description=description, completed=at.rows, total=at.total)

        for one in extracts:
            intake = book.Intake(
                actor=getpass.getuser(),
                now=datetime.now(UTC),
                month=month,
                restate=restate,
                dry_run=dry_run,
                accept_short=accept_short,
                progress=tell,
            )
            taken.append(book.take_delivery(store, one, intake))
    results = [result for found in taken for result in found]
    if as_json:
        totals = [totals_of(one, found) for one, found in zip(extracts, taken, strict=True)]
        total = {count: sum(getattr(one, count) for one in totals) for count in COUNTS}
        session.json(
            {
                "dry_run": dry_run,
                "engine": engine,
                **total,
                "label": next((one.label for one in totals if one.label is not None), None),
                "left_out": left_out_of(extracts),
                "feeds": results,
                "total": total,
            }
        )
    else:
        _show(session, results, dry_run=dry_run)
        for line in source_remarks(extracts, taken):
            session.say(line)
        for origin in dict.fromkeys(
            book.Origin(one.mapping.currency, one.mapping.assumes) for one in extracts
        ):
            show_origin(session, origin)


def _open(
    paths: Sequence[str], mapping_name: str | None, month: Month | None, trust: extract.Trust
) -> list[extract.Extract]:
    """The extracts that the paths name: each folder and sample is one, all single files together are one."""
    found = []
    single = []
    for text in paths:
        if text.startswith(extract.SAMPLE_PREFIX):
            name = text.removeprefix(extract.SAMPLE_PREFIX)
            found.append(
                extract.open_files([extract.sample_file(name)], extract.load_mapping(mapping_name or name))
            )
        elif Path(text).is_dir():
            name = mapping_name or extract.mapping_name(Path(text)) or _no_mapping(text)
            found.append(extract.open_folder(Path(text), extract.load_mapping(name), month, trust))
        else:
            single.append(Path(text))
    lacking = next((path for path in single if not path.is_file()), None)
    if lacking is not None:
        raise UsageError(
            "extract.path",
            Text(f"没有 {lacking}", f"there is no {lacking}"),
            Text("检查路径", "check the path"),
        )
    if single:
        mapping = extract.load_mapping(mapping_name or _no_mapping(str(single[0])))
        found.append(extract.open_files(single, mapping, trust))
    return found


def _no_mapping(path: str) -> str:
    names = extract.shipped_mappings()
    raise UsageError(
        "import.mapping",
        Text("没有说明用哪个映射", "the mapping is not given"),
        Text(
            f"加 --mapping 名称或 .toml 文件（随附：{'、'.join(names)}）；还没有映射时用 --suggest --out 映射.toml",
            f"add --mapping NAME or a .toml file (shipped: {', '.join(names)}); without one, --suggest --out NEW.toml",
        ),
        where=path,
    )


def _show(session: Session, results: Sequence[book.FeedResult], *, dry_run: bool) -> None:
    title = (
        Text("核对结果（未写入）", "checked, nothing written") if dry_run else Text("导入结果", "imported")
    )
    grid = Grid(title=session.text(title), title_justify="left")
    for heading, right in (
        (Text("数据", "feed"), False),
        (Text("账期", "month"), False),
        (Text("输入", "input"), True),
        (Text("接收", "accepted"), True),
        (Text("隔离", "quarantined"), True),
        (Text("其中重复", "duplicates"), True),
        (Text("版本", "revision"), False),
        (Text("指纹", "fingerprint"), False),
        (Text("缺列", "missing columns"), True),
    ):
        grid.add_column(session.text(heading), justify="right" if right else "left")
    for result in results:
        grid.add_row(
            session.text(result.feed.text),
            str(result.day or result.month),
            f"{result.input:,}",
            f"{result.accepted:,}",
            f"{result.quarantined:,}",
            f"{result.duplicates:,}",
            session.text(_revision(result)),
            (result.fingerprint or "")[:12],
            str(len(result.missing_columns)),
        )
    session.print(grid)
    for line in _remarks(results):
        session.say(line)


def _revision(result: book.FeedResult) -> Text:
    if result.revision is None:
        return Text("有变化", "would change") if result.is_changed else Text("无变化", "no change")
    if result.is_changed:
        return Text(f"r{result.revision}", f"r{result.revision}")
    return Text(f"r{result.revision}（未变）", f"r{result.revision} (as before)")


def _remarks(results: Sequence[book.FeedResult]) -> list[Text]:
    """What looking found, what was refused and why, and what the operator does not deliver."""
    lines = list(dict.fromkeys(remark for result in results for remark in result.remarks))
    for result in results:
        if result.quarantined:
            zh = "；".join(
                f"{extract.Reason(code).text.zh} {count}" for code, count in result.reasons.items()
            )
            en = "; ".join(
                f"{extract.Reason(code).text.en} {count}" for code, count in result.reasons.items()
            )
            head = (
                f"{result.feed.text.zh} {result.day or result.month} 隔离",
                f"{result.feed.text.en} {result.day or result.month} quarantined",
            )
            lines.append(Text(f"{head[0]}：{zh}", f"{head[1]}: {en}"))
        if result.unlisted or result.held:
            lines.append(
                Text(
                    f"{result.month} 本月未列出、按离网计 {result.unlisted}；记录被隔离、沿用上月状态 {result.held}",
                    f"{result.month} no longer listed and counted as exited: {result.unlisted}; "
                    f"record quarantined and kept as the month before: {result.held}",
                )
            )
    for feed in dict.fromkeys(result.feed for result in results):
        missing = dict.fromkeys(name for r in results if r.feed is feed for name in r.missing_columns)
        if missing:
            zh = "、".join(f"{extract.column_name(name).zh} {name}" for name in missing)
            en = ", ".join(f"{extract.column_name(name).en} {name}" for name in missing)
            lines.append(Text(f"{feed.text.zh} 缺列：{zh}", f"{feed.text.en}, not delivered: {en}"))
    return lines
