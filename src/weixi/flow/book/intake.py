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
from weixi.flow.book.tables import IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.book.telling import balance, note_of, reasons_of, result_of
from weixi.flow.book.totals import noted_sources
from weixi.flow.book.workspace import locked, scratch_store
from weixi.flow.book.writing import BOOKS, counts_of, previous, write
from weixi.flow.extract import (
    Batch,
    Converted,
    Extract,
    FeedName,
    Listed,
    Staged,
    batches_of,
    convert,
    count_label,
    doubts,
    judge,
    require_recognised,
    stage,
    write_quarantine,
)
from weixi.kernel.errors import DataError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import MonthState

LEAST_SHARE = 0.5
"""A month with fewer records than this share of the month before is not taken without a word."""

FEWEST_TO_COMPARE = 100

OF_LINES = (FeedName.EVENT, FeedName.SURVEY)
"""The feeds whose rows name a line that the book must know."""

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
    reason; what was written until then stays, and the same import goes on from there. Nothing is written of files in
    which the mapping recognises nothing.
    """
    require_recognised(extract.mapping, extract.name)
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
            before = self._columns_before(batch)
            staged = stage(scratch, self._extract, batch, self._reporter(batch), self._intake.month, before)
            total = 0
            for month in sorted(staged.months):
                result = self._take_month(scratch, staged, month)
                total += result.input
                yield result
            expected = staged.input if staged.homes is not None else staged.input * len(staged.months)
            balance("input", batch.mapping.feed.name, None, expected, total)

    def _take_month(self, scratch: Store, staged: Staged, month: Month) -> FeedResult:
        batch = staged.batch
        unchanged = self._unchanged(batch, month)
        if unchanged is not None and not self._intake.dry_run:
            return unchanged
        feed = batch.mapping.feed.name
        converted = convert(scratch, staged, month)
        self._enough(converted)
        known = self._known() if feed in OF_LINES else None
        listed = judge(scratch, converted, known)
        reasons = reasons_of(scratch, listed)
        label = count_label(scratch, listed)
        remarks = (*staged.remarks, *doubts(scratch, listed))
        if self._intake.dry_run:
            self._remember(listed)
            return result_of(listed, reasons, label, None, remarks, is_changed=unchanged is None)
        state = month_state(self._store, month)
        self._allow(batch, month)
        quarantine = write_quarantine(self._store, scratch, listed, self._origin(batch, month))
        note = note_of(self._extract, self._origin(batch, month), listed, reasons, label)
        written = write(self._store, scratch, listed, month, note)
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
        balance("quarantined", feed, month, listed.refused.manifest.rows, quarantine.manifest.rows)
        counts = counts_of(self._store, feed, written, month)
        balance("accepted", feed, month, listed.accepted, counts["accepted"])
        return replace(
            result_of(listed, reasons, label, written, remarks, is_changed=True),
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
        elif feed in OF_LINES:
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
        counts: dict[str, Any] = {
            name: int(note[name]) for name in ("input", "accepted", "quarantined", "duplicates")
        }
        booked = counts_of(self._store, feed, book, month)
        return FeedResult(
            feed=feed,
            month=month,
            unlisted=booked.get("unlisted", 0),
            held=booked.get("held", 0),
            revision=book.revision,
            fingerprint=book.fingerprint,
            is_changed=False,
            day=None,
            missing_columns=tuple(note["missing_columns"]),
            reasons=dict(note["reasons"]),
            **noted_sources(note),
            remarks=(),
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

    def _enough(self, converted: Converted) -> None:
        """Raises DataError where lines are far fewer than the month before: a short file looks like many exits."""
        earlier = (
            previous(self._store, converted.month) if converted.feed.name is FeedName.SUBSCRIBER else None
        )
        if earlier is None or self._intake.accept_short:
            return
        before = int(earlier.manifest.note.get("input", 0))
        if before >= FEWEST_TO_COMPARE and converted.input < LEAST_SHARE * before:
            raise DataError(
                "extract.short",
                Text(
                    f"{converted.month} 只有 {converted.input:,} 条，上月 {before:,} 条：文件可能不全",
                    f"{converted.month} has {converted.input:,} records and the month before {before:,}: "
                    "the file may be cut",
                ),
                Text(
                    "核对后重新传送；确实如此时加 --accept-short",
                    "look and send it again; if it is so, add --accept-short",
                ),
                where=", ".join(file.name for file in converted.staged.files),
            )

    def _columns_before(self, batch: Batch) -> tuple[str, ...]:
        """The columns of the feed's last import."""
        booked = self._store.partitions(BOOKS[batch.mapping.feed.name])
        notes = [p.manifest.note for p in booked if p.manifest.note.get("columns")]
        return tuple(notes[-1]["columns"]) if notes else ()

    # -- saying

    def _reporter(self, batch: Batch) -> Callable[[int], None]:
        rows = 0
        counts = [file.rows for file in batch.files]
        total = None if None in counts else sum(count for count in counts if count is not None)

        def report(more: int) -> None:
            nonlocal rows
            rows += more
            self._intake.progress(Progress(batch.mapping.feed.name, batch.month, rows, total))

        return report
