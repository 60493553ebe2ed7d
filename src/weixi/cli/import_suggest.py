"""`weixi import --suggest`: a mapping from headers and values, tried on the files before it is shown."""

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table as Grid

from weixi.cli.import_sources import COUNTS, label_line, totals_of
from weixi.cli.session import Session
from weixi.flow import book, extract
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_NAMES_SHOWN = 60


def suggest_mapping(
    session: Session, texts: Sequence[str], month: Month | None, out: Path | None, *, as_json: bool
) -> None:
    """Suggest a mapping for the files, try it without writing, say how sure it is; write it to `out`.

    Raises UsageError where a path is no file, or `out` holds something already.
    """
    paths = _paths(texts)
    if out is not None:
        _check_out(out)
    now = datetime.now(UTC)
    with session.progress() as progress:
        progress.add_task(session.text(Text("看表头和数据", "looking at headers and values")), total=None)
        found = extract.suggest(paths, month, Month.containing(now.date()).plus(-2))
        text = extract.write_mapping(found)
        mapping = extract.read_mapping(text.encode(), str(out or "suggested.toml"))
        one = extract.open_files(paths, mapping, extract.Trust(accept_short=True))
        intake = book.Intake(actor=getpass.getuser(), now=now, dry_run=True)
        results = book.import_extract(session.store(), one, intake)
    total = totals_of(one, results)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if as_json:
        session.json(_plain(found, text, total, results, out))
        return
    _show(session, found)
    _say_trial(session, total, results)
    if out is None:
        session.say(Text("加 --out 映射.toml 保存这份建议", "add --out MAPPING.toml to keep this suggestion"))
    else:
        files = " ".join(texts)
        session.say(
            Text(
                f"映射已写到 {out}；核对后：weixi import {files} --mapping {out}",
                f"the mapping is in {out}; look at it, then: weixi import {files} --mapping {out}",
            )
        )


def _paths(texts: Sequence[str]) -> list[Path]:
    """The files that are named, and those in the folders that are."""
    found: list[Path] = []
    for text in texts:
        if text.startswith(extract.SAMPLE_PREFIX):
            found.append(extract.sample_file(text.removeprefix(extract.SAMPLE_PREFIX)))
            continue
        path = Path(text)
        inside = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
        missing = [one for one in inside if not one.is_file()]
        if missing or not inside:
            raise UsageError(
                "extract.path",
                Text(f"没有 {text}", f"there is no {text}"),
                Text("检查路径", "check the path"),
            )
        found += inside
    return found


def _check_out(out: Path) -> None:
    if out.suffix != ".toml":
        raise UsageError(
            "import.out",
            Text(f"映射文件名应以 .toml 结尾：{out}", f"a mapping's name ends with .toml: {out}"),
            Text(f"例如 --out {out.with_suffix('.toml')}", f"for example --out {out.with_suffix('.toml')}"),
        )
    if not out.parent.is_dir():
        raise UsageError(
            "import.out",
            Text(f"没有文件夹 {out.parent}", f"there is no folder {out.parent}"),
            Text("先建文件夹", "make the folder first"),
        )
    if out.exists() and out.stat().st_size:
        raise UsageError(
            "import.out",
            Text(
                f"{out} 已有内容，不覆盖人改过的映射",
                f"{out} is there; edits are not overwritten",
            ),
            Text("换一个文件名，或先删除它", "take another name, or delete it first"),
        )


def _plain(
    found: extract.Suggestion,
    text: str,
    total: book.Totals,
    results: Sequence[book.FeedResult],
    out: Path | None,
) -> dict[str, object]:
    """What a program reads."""
    return {
        "suggestion": {
            "source": found.source,
            "rows": found.rows,
            "faulty": found.faulty,
            "repeated": found.repeated,
            "currency": found.currency,
            "key": list(found.key.columns) or "line",
            "key_why": found.key.why,
            "key_sureness": extract.sureness_of(found.key.score),
            "key_refused": found.key.refused,
            "month": found.period,
            "label": found.label,
            "columns": [
                {
                    "column": one.column,
                    "role": one.role,
                    "target": one.target,
                    "sureness": one.sureness,
                    "score": one.score,
                    "evidence": one.evidence,
                    "left_out": one.left_out,
                    "mapping": one.spec,
                }
                for one in found.findings
            ],
            "joined": found.beside,
            "assumes": found.assumes,
            "undecided": found.undecided,
        },
        **{count: getattr(total, count) for count in COUNTS},
        "label": total.label,
        "reasons": _reasons(results),
        "out": out,
        "mapping": text,
    }


def _reasons(results: Sequence[book.FeedResult]) -> dict[str, int]:
    """Why records of the trial would be refused; of several months the largest count."""
    found: dict[str, int] = {}
    for result in results:
        for reason, count in result.reasons.items():
            found[reason] = max(found.get(reason, 0), count)
    return found


def _show(session: Session, found: extract.Suggestion) -> None:
    title = Text(
        f"建议的映射：{found.source}，{found.rows:,} 行",
        f"suggested mapping: {found.source}, {found.rows:,} rows",
    )
    grid = Grid(title=session.text(title), title_justify="left")
    for heading in (
        Text("列", "column"),
        Text("用作", "used as"),
        Text("把握", "sure"),
        Text("依据", "evidence"),
    ):
        grid.add_column(session.text(heading))
    shown = [one for one in found.findings if one.role is not extract.Role.UNMAPPED]
    for one in shown:
        target = Text("", "")
        if one.role is extract.Role.MAPPED:
            called = extract.column_name(one.target or "")
            target = Text(f"：{called.zh} {one.target}", f": {called.en} {one.target}")
        grid.add_row(
            one.column,
            session.text(one.role.text) + session.text(target),
            f"{session.text(one.sureness.text)} {one.score:.2f}",
            session.text(Text("；", "; ")).join(session.text(said) for said in one.evidence),
        )
    session.print(grid)
    for line in _lines(found):
        session.say(line)


def _lines(found: extract.Suggestion) -> list[Text]:
    """What stands below the table: key, month, what is not used, what is assumed and what is open."""
    lines = []
    if not found.key.columns:
        lines += [Text(f"主键：{said.zh}", f"key: {said.en}") for said in found.key.why]
    else:
        lines += [Text(f"主键：{said.zh}", f"key: {said.en}") for said in found.key.refused]
    if found.period.why not in found.undecided:
        lines.append(Text(f"账期：{found.period.why.zh}", f"month: {found.period.why.en}"))
    unused = found.of(extract.Role.UNMAPPED)
    if unused:
        names = [one.column for one in unused]
        more = f" … ({len(names)})" if len(names) > _NAMES_SHOWN else ""
        zh, en = "、".join(names[:_NAMES_SHOWN]), ", ".join(names[:_NAMES_SHOWN])
        lines.append(Text(f"未用 {len(names)} 列：{zh}{more}", f"{len(names)} columns not used: {en}{more}"))
        for one in unused:
            if one.target is not None:
                lines.append(
                    Text(f"  “{one.column}”{one.evidence[0].zh}", f"  “{one.column}”: {one.evidence[0].en}")
                )
    lines += [Text(f"前提：{said.zh}", f"assumed: {said.en}") for said in found.assumes]
    lines += [Text(f"待定：{said.zh}", f"to decide: {said.en}") for said in found.undecided]
    return lines


def _say_trial(session: Session, total: book.Totals, results: Sequence[book.FeedResult]) -> None:
    """What the mapping makes of the files, nothing written."""
    reasons = _reasons(results)
    zh = "；".join(f"{extract.Reason(code).text.zh} {count:,}" for code, count in reasons.items())
    en = "; ".join(f"{extract.Reason(code).text.en} {count:,}" for code, count in reasons.items())
    session.say(
        Text(
            f"试读：输入 {total.input:,}，接收 {total.accepted:,}，隔离 {total.quarantined:,}"
            f"（其中重复 {total.duplicates:,}）{'：' + zh if zh else ''}",
            f"tried: input {total.input:,}, accepted {total.accepted:,}, quarantined {total.quarantined:,} "
            f"(duplicates {total.duplicates:,}){': ' + en if en else ''}",
        )
    )
    if total.label is not None:
        session.say(label_line(total.label))
