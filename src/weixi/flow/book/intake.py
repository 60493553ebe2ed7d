"""Taking an extract into the book: every record is either accepted or in quarantine, and the sums are checked.

The month's book is written last: an import that breaks off before leaves the month as it was, and can be repeated.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from weixi.dialect.types import ColumnType
from weixi.engine import Column, Partition, Store, Table
from weixi.flow.book.ledger import LedgerAction, enter, month_state
from weixi.flow.book.org import write_missing_tree
from weixi.flow.book.result import FeedResult, Intake, Progress
from weixi.flow.book.subscriber_month import missing_columns
from weixi.flow.book.tables import IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.book.workspace import locked, scratch_store
from weixi.flow.book.writing import BOOKS, counts_of, previous, write
from weixi.flow.extract import (
    Batch,
    Extract,
    FeedName,
    Listed,
    Staged,
    Style,
    batches_of,
    convert,
    judge,
    stage,
    write_quarantine,
)
from weixi.kernel.errors import DataError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import MonthState

KNOWN_KEY = Table(
    name="known_key",
    grain="one key of a line that a dry run knows",
    partition=("part",),
    key=("source_key",),
    columns=(Column("source_key", ColumnType.VARCHAR, "the operator's key of the line", required=True),),
)


def import_extract(store: Store, extract: Extract, intake: Intake) -> list[FeedResult]:
    """Take the extract into the book; what the book already holds is not written again.

    Raises DataError where a file, the tree or a total is wrong, and where a closed month would change without a
    reason; what was written until then stays, and the same import goes on from there.
    """
    with locked(store.home), scratch_store(store, "keys") as keys:
        taking = _Taking(store, extract, intake, keys)
        results = [result for batch in batches_of(extract, intake.month) for result in taking.take(batch)]
        if not results:
            raise _nothing(extract, intake.month)
        if extract.mapping.node is not None and not intake.dry_run:
            months = [result.month for result in results if result.feed is FeedName.SUBSCRIBER]
            write_missing_tree(store, extract.mapping.node, months)
    return results


def _nothing(extract: Extract, month: Month | None) -> DataError:
    fixed = sorted({one.month for feed in extract.mapping.feeds.values() for one in feed.fixed})
    months = "、".join(map(str, fixed))
    asked = Text(f" {month} 的", f" of {month}") if month is not None else Text("", "")
    return DataError(
        "extract.no_rows",
        Text(f"数据里没有{asked.zh}记录", f"there are no records{asked.en}"),
        Text(
            f"映射给这些文件的账期是 {months}" if fixed else "核对 --month 和文件内容",
            f"the mapping reads these files as {months}" if fixed else "look at --month and at the files",
        ),
        where=extract.name,
    )


class _Taking:
    """One import under way. `keys` is a scratch store for what a dry run must remember."""

    def __init__(self, store: Store, extract: Extract, intake: Intake, keys: Store) -> None:
        self._store = store
        self._extract = extract
        self._intake = intake
        self._keys = keys
        self._style = Style(extract.mapping.delimiter, extract.mapping.encoding)

    def take(self, batch: Batch) -> Iterator[FeedResult]:
        """One batch, month by month."""
        months = sorted(
            one.month for one in batch.mapping.fixed if self._intake.month in (None, one.month)
        ) or ([batch.month] if batch.month is not None else [])
        done = {month: self._unchanged(batch, month) for month in months}
        if months and all(done.values()) and not self._intake.dry_run:
            yield from (result for result in done.values() if result is not None)
            return
        for month in months:
            if done[month] is None:
                self._allow(batch, month)
        with scratch_store(self._store, "import") as scratch:
            staged = stage(scratch, self._extract, batch, self._reporter(batch), self._intake.month)
            total = 0
            for month in sorted(staged.months):
                result = self._take_month(scratch, staged, month)
                total += result.input
                yield result
            expected = staged.input if staged.homes is not None else staged.input * len(staged.months)
            _balance("input", batch.mapping.feed.name, None, expected, total)

    def _take_month(self, scratch: Store, staged: Staged, month: Month) -> FeedResult:
        batch = staged.batch
        unchanged = self._unchanged(batch, month)
        if unchanged is not None and not self._intake.dry_run:
            return unchanged
        feed = batch.mapping.feed.name
        converted = convert(scratch, staged, month)
        known = self._known() if feed is FeedName.EVENT else None
        listed = judge(scratch, converted, known)
        reasons = _reasons(scratch, listed)
        if self._intake.dry_run:
            self._remember(listed)
            return self._result(listed, reasons, None, is_changed=unchanged is None)
        state = month_state(self._store, month)
        self._allow(batch, month)
        quarantine = write_quarantine(self._store, scratch, listed, self._style, self._origin(batch, month))
        written = write(self._store, scratch, listed, month, self._note(listed, reasons))
        if state is MonthState.CLOSED:
            intake = self._intake
            enter(
                self._store,
                month,
                LedgerAction.RESTATE,
                actor=intake.actor,
                now=intake.now,
                reason=f"{feed}: {intake.restate}",
            )
        _balance("quarantined", feed, month, listed.refused.manifest.rows, quarantine.manifest.rows)
        counts = counts_of(self._store, feed, written, month)
        _balance("accepted", feed, month, listed.accepted, counts["accepted"])
        return replace(
            self._result(listed, reasons, written, is_changed=True),
            unlisted=counts.get("unlisted", 0),
            held=counts.get("held", 0),
        )

    # -- what is known

    def _known(self) -> list[Partition]:
        """Partitions with the keys of every known line, those of this dry run included."""
        identity = self._store.partitions(IDENTITY)
        if not self._intake.dry_run:
            return identity
        if identity:
            text = "SELECT source_key FROM known WHERE source_key IS NOT NULL GROUP BY source_key"
            self._keys.write(KNOWN_KEY, {"part": "book"}, text, inputs={"known": identity})
        return self._keys.partitions(KNOWN_KEY)

    def _remember(self, listed: Listed) -> None:
        if listed.converted.feed.name is FeedName.SUBSCRIBER:
            text = f"SELECT l.subscriber_key AS source_key FROM ({listed.listed_text()}) l"
            self._keys.write(KNOWN_KEY, {"part": str(listed.converted.month)}, text, inputs=listed.inputs)

    def _origin(self, batch: Batch, month: Month) -> str:
        """The name of this import: the files, the mapping, and what of the book they are joined with."""
        feed = batch.mapping.feed.name
        base: Partition | None = None
        if feed is FeedName.SUBSCRIBER:
            base = previous(self._store, month)
        elif feed is FeedName.EVENT:
            base = self._store.current(SUBSCRIBER_MONTH, month=month.number)
        return fingerprint(
            BOOKS[feed].fingerprint,
            self._extract.mapping.fingerprint,
            str(month),
            base.fingerprint if base is not None else "",
            *sorted(file.sha256 for file in batch.files),
        )

    def _unchanged(self, batch: Batch, month: Month) -> FeedResult | None:
        """The result of the same import, if the book holds it."""
        feed = batch.mapping.feed.name
        book = self._store.current(BOOKS[feed], month=month.number)
        if book is None or book.manifest.note.get("import") != self._origin(batch, month):
            return None
        note = book.manifest.note
        counts = {name: int(note[name]) for name in ("input", "accepted", "quarantined", "duplicates")}
        booked = counts_of(self._store, feed, book, month)
        return FeedResult(
            feed=feed,
            month=month,
            unlisted=booked.get("unlisted", 0),
            held=booked.get("held", 0),
            revision=book.revision,
            fingerprint=book.fingerprint,
            is_changed=False,
            missing_columns=tuple(note["missing_columns"]),
            reasons=dict(note["reasons"]),
            **counts,
        )

    def _allow(self, batch: Batch, month: Month) -> None:
        """Raises DataError where the month is closed and no reason is given."""
        if self._intake.dry_run or self._intake.restate or month_state(self._store, month) is MonthState.OPEN:
            return
        raise DataError(
            "book.closed",
            Text(
                f"{month} 已关账，而这份数据与账册不同",
                f"{month} is closed, and this extract differs from its book",
            ),
            Text(
                '确需更正时加 --restate "原因"：生成新版本，原版本保留',
                'to correct it, add --restate "reason": a new revision is made and the old one stays',
            ),
            where=f"{batch.mapping.feed.name} {month}",
        )

    # -- saying

    def _note(self, listed: Listed, reasons: dict[str, int]) -> dict[str, Any]:
        converted = listed.converted
        mapping = self._extract.mapping
        return {
            "import": self._origin(converted.staged.batch, converted.month),
            "extract": self._extract.name,
            "mapping": mapping.name,
            "currency": mapping.currency,
            "assumes": [{"zh": said.zh, "en": said.en} for said in mapping.assumes],
            "files": [{"name": file.name, "sha256": file.sha256} for file in converted.staged.files],
            "input": converted.input,
            "accepted": listed.accepted,
            "quarantined": listed.refused.manifest.rows,
            "duplicates": listed.duplicates,
            "reasons": reasons,
            "missing_columns": list(converted.staged.batch.mapping.missing),
        }

    def _result(
        self, listed: Listed, reasons: dict[str, int], written: Partition | None, *, is_changed: bool
    ) -> FeedResult:
        converted = listed.converted
        is_line = converted.feed.name is FeedName.SUBSCRIBER
        return FeedResult(
            feed=converted.feed.name,
            month=converted.month,
            input=converted.input,
            accepted=listed.accepted,
            quarantined=listed.refused.manifest.rows,
            duplicates=listed.duplicates,
            revision=written.revision if written is not None else None,
            fingerprint=written.fingerprint if written is not None else None,
            is_changed=is_changed,
            missing_columns=tuple(
                missing_columns(listed) if is_line else converted.staged.batch.mapping.missing
            ),
            reasons=reasons,
        )

    def _reporter(self, batch: Batch) -> Callable[[int], None]:
        rows = 0
        counts = [file.rows for file in batch.files]
        total = None if None in counts else sum(count for count in counts if count is not None)

        def report(more: int) -> None:
            nonlocal rows
            rows += more
            self._intake.progress(Progress(batch.mapping.feed.name, batch.month, rows, total))

        return report


def _reasons(scratch: Store, listed: Listed) -> dict[str, int]:
    """How many records were refused for each reason."""
    if not listed.refused.manifest.rows:
        return {}
    found = scratch.rows(
        "SELECT reason, CAST(count(*) AS BIGINT) AS row_count FROM refused GROUP BY reason ORDER BY reason",
        inputs={"refused": listed.refused},
    )
    return {row["reason"]: int(row["row_count"]) for row in found}


def _balance(what: str, feed: FeedName, month: Month | None, expected: int, found: int) -> None:
    """Raises DataError where two counts that must be equal are not."""
    if expected != found:
        raise DataError(
            "book.accounting",
            Text(
                f"{what} 合计不符：应为 {expected}，实为 {found}",
                f"{what}: expected {expected} rows, found {found}",
            ),
            Text(
                "这是程序缺陷；请附清单上报", "this is a defect of the program; report it with the manifest"
            ),
            where=f"{feed} {month or ''}".strip(),
        )
