"""Taking what an operator delivers: the months of an extract, then its days."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from weixi.engine import Partition, Store
from weixi.flow.book.intake import import_extract
from weixi.flow.book.result import FeedResult, Intake, Progress
from weixi.flow.book.tables import DAY_BALANCE, DAY_EVENT, EVENT, IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.book.workspace import locked, scratch_store
from weixi.flow.extract import (
    Batch,
    Extract,
    FeedName,
    Listed,
    convert,
    day_batches_of,
    judge,
    stage,
    write_quarantine,
)
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_TABLES = {FeedName.EVENT: DAY_EVENT, FeedName.BALANCE: DAY_BALANCE}


def take_delivery(store: Store, extract: Extract, intake: Intake) -> list[FeedResult]:
    """Take everything of the extract: months into the book, days beside it. See `import_extract`.

    A day that comes again with the same files changes nothing; with others it gets a new revision. Raises UsageError
    for a daily feed that names no day, DataError where a file or a total is wrong.
    """
    monthly = tuple(file for file in extract.files if file.day is None)
    lost = [file.name for file in monthly if file.feed is FeedName.BALANCE]
    if lost:
        raise UsageError(
            "extract.day_unknown",
            Text("余额日表没有说明是哪一天", "the balances do not say their day"),
            Text(
                "加上 --day 2026-01-15，或在清单中写 day",
                "add --day 2026-01-15, or write day in the manifest",
            ),
            where=", ".join(lost),
        )
    results = import_extract(store, replace(extract, files=monthly), intake) if monthly else []
    days = list(day_batches_of(extract))
    if intake.month is not None:
        days = [(day, batch) for day, batch in days if Month.containing(day) == intake.month]
    with locked(store.home):
        return results + [_take(store, extract, intake, day, batch) for day, batch in days]


def _take(store: Store, extract: Extract, intake: Intake, day: date, batch: Batch) -> FeedResult:
    feed = batch.mapping.feed.name
    table = _TABLES[feed]
    key: dict[str, int | str] = {"month": Month.containing(day).number, "day": day.isoformat()}
    known = store.partitions(IDENTITY)
    if not known:
        raise DataError(
            "book.no_lines",
            Text(
                "账册里还没有任何用户，日更无处可放", "the book knows no line yet: a day has nothing to go to"
            ),
            Text("先导入一个月的数据", "import a month first"),
            where=f"{feed} {day}",
        )
    origin = fingerprint(
        table.fingerprint,
        extract.mapping.fingerprint,
        day.isoformat(),
        _book(store, Month.containing(day)),
        *sorted(file.sha256 for file in batch.files),
    )
    there = store.current(table, **key)
    if there is not None and there.manifest.note.get("import") == origin and not intake.dry_run:
        return _said(feed, day, there, is_changed=False)
    with scratch_store(store, "day") as scratch:
        staged = stage(scratch, extract, batch, _reporter(batch, intake.progress))
        listed = judge(scratch, convert(scratch, staged, Month.containing(day)), known)
        note = _note(scratch, listed, extract, origin)
        if intake.dry_run:
            return _result(feed, day, note, None, is_changed=there is None or there.manifest.note != note)
        write_quarantine(store, scratch, listed, origin, day)
        text = _event_text(listed) if feed is FeedName.EVENT else _balance_text(listed)
        written = store.write(
            table,
            key,
            text,
            inputs={**listed.inputs, "known": known},
            parameters={"day": day} if feed is FeedName.EVENT else {},
            note=note,
        )
        if written.manifest.rows != listed.accepted:
            raise DataError(
                "book.accounting",
                Text(
                    f"接收 {listed.accepted} 行，写入 {written.manifest.rows} 行",
                    f"{listed.accepted} rows accepted, {written.manifest.rows} written",
                ),
                Text(
                    "这是程序缺陷；请附清单上报",
                    "this is a defect of the program; report it with the manifest",
                ),
                where=f"{feed} {day}",
            )
    return _said(feed, day, written, is_changed=written.manifest.note["import"] == origin)


def _book(store: Store, month: Month) -> str:
    """What of the book a repeated day is taken against again: its month's lines, while days alone tell its events.

    Then lines that joined in the month are known at last, and their events fold into it.
    """
    event = store.current(EVENT, month=month.number)
    book = store.current(SUBSCRIBER_MONTH, month=month.number)
    return "" if book is None or (event is not None and "import" in event.manifest.note) else book.fingerprint


_KNOWN = """SELECT source_key, min(subscriber_id) AS subscriber_id FROM known
WHERE source_key IS NOT NULL GROUP BY source_key"""


def _event_text(listed: Listed) -> str:
    return f"""WITH listed AS ({listed.listed_text()}), known_key AS ({_KNOWN})
SELECT $day AS day,
  row_number() OVER (ORDER BY l.happened_at, k.subscriber_id, l.event_type, l.row_file, l.row_line) AS event_id,
  k.subscriber_id, l.event_type, l.happened_at, CAST(l.happened_at + INTERVAL 8 HOUR AS DATE) AS event_date,
  l.amount_fen, l.offer_code, l.channel, l.agent_code
FROM listed l JOIN known_key k ON k.source_key = l.subscriber_key"""


def _balance_text(listed: Listed) -> str:
    return f"""WITH listed AS ({listed.listed_text()}), known_key AS ({_KNOWN})
SELECT k.subscriber_id, l.balance_fen, l.arrears_fen
FROM listed l JOIN known_key k ON k.source_key = l.subscriber_key"""


def _note(scratch: Store, listed: Listed, extract: Extract, origin: str) -> dict[str, Any]:
    converted = listed.converted
    reasons = scratch.rows(
        "SELECT reason, CAST(count(*) AS BIGINT) AS row_count FROM refused GROUP BY reason ORDER BY reason",
        inputs={"refused": listed.refused},
    )
    note = {
        "import": origin,
        "extract": extract.name,
        "mapping": extract.mapping.name,
        "files": [{"name": file.name, "sha256": file.sha256} for file in converted.staged.files],
        "input": converted.input,
        "accepted": listed.accepted,
        "quarantined": listed.refused.manifest.rows,
        "duplicates": listed.duplicates,
        "reasons": {row["reason"]: int(row["row_count"]) for row in reasons},
        "missing_columns": list(converted.staged.batch.mapping.missing),
    }
    plain: dict[str, Any] = json.loads(json.dumps(note))
    return plain


def _said(feed: FeedName, day: date, written: Partition, *, is_changed: bool) -> FeedResult:
    return _result(feed, day, written.manifest.note, written, is_changed=is_changed)


def _result(
    feed: FeedName, day: date, note: dict[str, Any], written: Partition | None, *, is_changed: bool
) -> FeedResult:
    return FeedResult(
        feed=feed,
        month=Month.containing(day),
        day=day,
        input=note["input"],
        accepted=note["accepted"],
        quarantined=note["quarantined"],
        duplicates=note["duplicates"],
        revision=written.revision if written is not None else None,
        fingerprint=written.fingerprint if written is not None else None,
        is_changed=is_changed,
        missing_columns=tuple(note["missing_columns"]),
        reasons=dict(note["reasons"]),
    )


def _reporter(batch: Batch, progress: Callable[[Progress], None]) -> Callable[[int], None]:
    rows = 0
    counts: Sequence[int | None] = [file.rows for file in batch.files]
    total = None if None in counts else sum(count or 0 for count in counts)

    def report(more: int) -> None:
        nonlocal rows
        rows += more
        progress(Progress(batch.mapping.feed.name, batch.month, rows, total))

    return report
