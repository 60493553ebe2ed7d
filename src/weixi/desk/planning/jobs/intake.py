"""Looking at uploaded files, and taking them into the book."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone
from django_tasks import TaskContext, task

from weixi.desk.base.book import working_store
from weixi.desk.base.remedy import remedy_of
from weixi.desk.planning.mapping import mapping_of
from weixi.desk.planning.operations.upload import note_import, note_look, note_refused
from weixi.desk.planning.queries.uploads import folder_of, upload_line
from weixi.desk.planning.rules import hidden
from weixi.desk.worker.backend import JobContext, work_of
from weixi.flow import book, extract
from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

SAMPLE = 6
"""Rows of the preview."""


@task(takes_context=True)
def look(context: TaskContext, upload: int) -> dict[str, Any]:
    """What the files are: the mapping their manifest names, or one that their headers and values give, tried out."""
    work = work_of(context)
    line, folder = upload_line(upload), folder_of(upload)
    work.tell(Text("看表头和数据", "looking at headers and values"), 0, 0)
    named = extract.mapping_name(folder)
    paths = sorted(path for path in folder.iterdir() if path.is_file() and path.name != "manifest.json")
    found: dict[str, Any] = {"rows": _rows(paths)}
    if named is not None:
        extract.load_mapping(named)
        note_look(upload_id=upload, mapping=named, text="", found=found | {"manifest": True})
        return {"mapping": named}
    assumed = Month.containing(timezone.localdate()).plus(-1)
    guess = extract.suggest(paths, line.month, assumed)
    text = extract.write_mapping(guess)
    found |= _told(guess)
    work.tell(Text("按建议的映射试读", "trying the mapping"), 0, 0)
    try:
        mapping = extract.read_mapping(text.encode(), "suggested.toml")
        one = extract.open_files(paths, mapping, extract.Trust(accept_short=True))
        intake = book.Intake(actor=work.actor, now=work.now, dry_run=True, accept_short=True)
        with working_store() as store:
            found["trial"] = [_result(result) for result in book.import_extract(store, one, intake)]
    except WeixiError as fault:
        # The suggestion is worth keeping: a person may mend it.
        found["fault"] = {"what": _text(fault.what), "remedy": _text(remedy_of(fault)), "where": fault.where}
    note_look(upload_id=upload, mapping="", text=text, found=found)
    return {"columns": len(found["columns"])}


@task(takes_context=True)
def take(context: TaskContext, upload: int, restate: str = "", accept_short: bool = False) -> dict[str, Any]:
    """Take the files into the book; what the book already holds is not written again."""
    try:
        return _take(work_of(context), upload, restate, accept_short=accept_short)
    except WeixiError:
        note_refused(upload_id=upload)
        raise


def _take(work: JobContext, upload: int, restate: str, *, accept_short: bool) -> dict[str, Any]:
    line, folder = upload_line(upload), folder_of(upload)
    trust = extract.Trust(accept_short=accept_short)
    mapping = mapping_of(line.mapping, line.mapping_text)
    if (folder / "manifest.json").is_file() or line.mapping:
        one = extract.open_folder(folder, mapping, line.month, trust)
    else:
        one = extract.open_files(sorted(path for path in folder.iterdir() if path.is_file()), mapping, trust)

    def tell(at: book.Progress) -> None:
        month = f" {at.month}" if at.month else ""
        step = Text(f"{at.feed.text.zh}{month}", f"{at.feed.text.en}{month}")
        work.tell(step, at.rows, at.total or 0)

    intake = book.Intake(
        actor=work.actor,
        now=work.now,
        month=line.month,
        restate=restate or None,
        accept_short=accept_short,
        progress=tell,
    )
    with working_store() as store:
        results = [_result(result) for result in book.take_delivery(store, one, intake)]
    note_import(upload_id=upload, results=results, actor_id=work.actor_id, now=timezone.now())
    return {"feeds": len(results), "accepted": sum(one["accepted"] for one in results)}


def _result(result: book.FeedResult) -> dict[str, Any]:
    return {
        "feed": result.feed.value,
        "feed_text": _text(result.feed.text),
        "month": result.month.number,
        "month_text": str(result.month),
        "day": result.day.isoformat() if result.day else "",
        "input": result.input,
        "accepted": result.accepted,
        "quarantined": result.quarantined,
        "duplicates": result.duplicates,
        "revision": result.revision,
        "is_changed": result.is_changed,
        "unlisted": result.unlisted,
        "held": result.held,
        "missing": list(result.missing_columns),
        "reasons": [
            {"text": _text(extract.Reason(code).text), "count": count}
            for code, count in result.reasons.items()
        ],
        "remarks": [_text(remark) for remark in result.remarks],
    }


def _told(guess: extract.Suggestion) -> dict[str, Any]:
    return {
        "count": guess.rows,
        "columns": [
            {
                "column": one.column,
                "role": one.role.value,
                "role_text": _text(one.role.text),
                "target": one.target or "",
                "sureness": one.sureness.value,
                "sureness_text": _text(one.sureness.text),
                "score": round(one.score, 2),
                "evidence": [_text(said) for said in one.evidence],
            }
            for one in guess.findings
        ],
        "undecided": [_text(said) for said in guess.undecided],
        "assumes": [_text(said) for said in guess.assumes],
    }


def _rows(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """The first rows of each table that can be shown at once, numbers and names hidden."""
    tables = []
    for path in paths[:3]:
        try:
            style = extract.look(path)
            names = [name for name in extract.header(path, style) if name]
            batch = next(iter(extract.batches(path, 0, names, style)), None)
        except WeixiError:
            continue  # archives and files that cannot be read: the look itself says why
        if batch is None:
            continue
        shown = batch.slice(0, SAMPLE).to_pylist()
        tables.append(
            {
                "file": path.name,
                "names": names,
                "rows": [
                    [hidden(str(row.get(f"c{place}") or "")) for place in range(len(names))] for row in shown
                ],
            }
        )
    return tables


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
