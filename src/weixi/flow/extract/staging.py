"""Staging: the files of a feed as text, read in passing where one pass can do, else kept in a scratch store."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from weixi.engine import Partition, Store, Stream
from weixi.flow.extract.conversion import Converter
from weixi.flow.extract.drift import drift_remarks
from weixi.flow.extract.header import aligned
from weixi.flow.extract.joining import JoinCount, Sheet, columns_of, join_sheets, raw_table, sheets_of
from weixi.flow.extract.look import resolve
from weixi.flow.extract.mapping import FeedMapping, MonthSource
from weixi.flow.extract.opening import Extract, ExtractFile
from weixi.flow.extract.read import batches, header
from weixi.flow.extract.reading_columns import expressions, named_columns
from weixi.flow.extract.said import decimal, style_remarks
from weixi.flow.extract.style import Style
from weixi.flow.extract.tables import FeedName
from weixi.flow.extract.text_batch import FILE
from weixi.kernel.errors import DataError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import Month

Report = Callable[[int], None]
"""Told how many records were read since the last call."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Files of one feed that are read together. `month` is None where the rows tell it."""

    mapping: FeedMapping
    files: tuple[ExtractFile, ...]
    month: Month | None


@dataclass(frozen=True)
class Staged:
    """One batch as text, with what is needed to type it; `months` are those it holds.

    `raw` is a stream where the batch is of one month that is known beforehand: its files are read while they are typed,
    and `input` and `check` are good from then on.
    Where rows tell their month, `homes` gives for each month the files whose rows without a month belong to it;
    None where all rows are of every one of `months`. `styles` are how the files are written, `columns` the first
    one's header; `remarks` say what was found by looking.
    """

    batch: Batch
    raw: Partition | Stream
    converter: Converter
    months: tuple[Month, ...]
    homes: Mapping[Month, tuple[int, ...]] | None
    counter: "Counter"
    joined: int | None
    styles: tuple[Style, ...]
    columns: tuple[str, ...]
    remarks: tuple[Text, ...] = ()
    joins: tuple[JoinCount, ...] = ()

    @property
    def files(self) -> tuple[ExtractFile, ...]:
        """The files, by the number that rows carry."""
        return self.batch.files

    @property
    def input(self) -> int:
        """The records to account for; of joined sheets those that the join left."""
        return self.counter.total if self.joined is None else self.joined

    def check(self) -> None:
        """Raises DataError where a file holds other than the rows its manifest says."""
        self.counter.check(self.batch)


def batches_of(extract: Extract, month: Month | None) -> Iterator[Batch]:
    """The extract's files by feed and month, in the order in which they are taken.

    `month` is that of files that tell none. Where some file of a feed tells none and no month is given, all files of
    the feed are read together and each row tells its own.
    """
    for name, mapping in extract.mapping.feeds.items():
        files = [file for file in extract.files if file.feed == name and file.day is None]
        if not files or name is FeedName.BALANCE:
            continue
        _refuse_twins(files)
        told = {file.path: file.month or month for file in files}
        if mapping.fixed or any(value is None for value in told.values()):
            yield Batch(mapping, tuple(files), None)
            continue
        for value in sorted({value for value in told.values() if value is not None}):
            yield Batch(mapping, tuple(file for file in files if told[file.path] == value), value)


def day_batches_of(extract: Extract) -> Iterator[tuple[date, Batch]]:
    """The extract's daily files by day and feed: events, then balances.

    The day is the delivery's: a row may tell an earlier one, so its own month is not asked.
    """
    for day in sorted({file.day for file in extract.files if file.day is not None}):
        for name in (FeedName.EVENT, FeedName.BALANCE):
            files = [file for file in extract.files if file.day == day and file.feed is name]
            if files:
                _refuse_twins(files)
                mapping = replace(extract.mapping.feeds[name], month=MonthSource(is_free=True), fixed=())
                yield day, Batch(mapping, tuple(files), Month.containing(day))


def _refuse_twins(files: Sequence[ExtractFile]) -> None:
    """Raises DataError where two files of a feed are the same: events have no key that would show it."""
    seen: dict[str, str] = {}
    for file in files:
        if file.sha256 in seen:
            raise DataError(
                "extract.twins",
                Text(f"与 {seen[file.sha256]} 内容相同", f"the same content as {seen[file.sha256]}"),
                Text("去掉其中一个", "leave one of them out"),
                where=file.name,
            )
        seen[file.sha256] = file.name


def stage(
    scratch: Store,
    extract: Extract,
    batch: Batch,
    report: Report,
    month: Month | None = None,
    before: Sequence[str] = (),
) -> Staged:
    """The batch as text. `month` leaves only that one of the months that a mapping fixes.

    `before` are the columns of the feed's import before, against which changes are said.

    Raises DataError where a file lacks a mapped column, holds other than its manifest says, or tells no month.
    """
    mapping = extract.mapping
    styles = tuple(_style(file, batch.mapping) for file in batch.files)
    spelt = batch.mapping.names
    given = [header(file.source, style) for file, style in zip(batch.files, styles, strict=True)]
    headers = [aligned(names, spelt) for names in given]
    sheets = sheets_of(batch.mapping, batch.files, headers)
    compiled = expressions(batch.mapping, columns_of(sheets))
    names = named_columns(batch.mapping, columns_of(sheets), compiled, before)
    counter = Counter(report)
    digest = fingerprint(*(file.sha256 for file in batch.files))[:16]

    def stream(sheet: Sheet, wanted: Sequence[str]) -> Stream:
        origin = f"{batch.mapping.feed.name.value}_{sheet.part} {digest}"
        return Stream(raw_table(len(wanted)), lambda: counter.count(sheet, wanted, styles), origin)

    def put(sheet: Sheet, wanted: Sequence[str]) -> Partition:
        key = {"feed": f"{batch.mapping.feed.name.value}_{sheet.part}", "batch": digest}
        read = stream(sheet, wanted)
        return scratch.put(read.table, key, read.batches(), origin=read.origin)

    raw: Partition | Stream
    joins: tuple[JoinCount, ...] = ()
    joined: int | None = None
    if len(sheets) > 1:
        together = join_sheets(scratch, batch.mapping, sheets, names, put, digest)
        raw, joined, joins = together.raw, together.raw.manifest.rows, together.counts
    elif batch.month is not None and not batch.mapping.fixed and batch.mapping.label is None:
        raw = stream(sheets[0], names)
    else:
        raw = put(sheets[0], names)
    if isinstance(raw, Partition):
        counter.check(batch)
    converter = Converter(
        mapping,
        batch.mapping,
        names,
        compiled,
        [file.sha256 for file in batch.files],
        decimal(styles, batch.files),
    )
    homes: Mapping[Month, tuple[int, ...]] | None = None
    if batch.mapping.fixed:
        months = tuple(one.month for one in batch.mapping.fixed if month in (None, one.month))
    elif batch.month is not None:
        months = (batch.month,)
    else:
        homes = _homes(scratch, raw, converter, batch)
        months = tuple(sorted(homes))
    remarks = list(style_remarks(batch.files, styles, batch.mapping.style))
    for file, columns in zip(batch.files, given, strict=True):
        remarks += drift_remarks(file.name, columns, before) if before and not file.part else ()
    own = tuple(next(names for file, names in zip(batch.files, given, strict=True) if not file.part))
    return Staged(batch, raw, converter, months, homes, counter, joined, styles, own, tuple(remarks), joins)


# -- within


def _style(file: ExtractFile, mapping: FeedMapping) -> Style:
    """How the file is written, what the mapping leaves open found by looking."""
    said = replace(mapping.parts[file.part][1], sheet=file.sheet, must_end=file.must_end)
    return resolve(file.source, said)


class Counter:
    """Counts the records of a batch as they are read."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._rows: dict[str, int] = {}

    @property
    def total(self) -> int:
        """The records of all files."""
        return sum(self._rows.values())

    def count(self, sheet: Sheet, names: Sequence[str], styles: Sequence[Style]) -> Iterator[pa.RecordBatch]:
        """The records of every file of the sheet, counted."""
        for number, file in sheet.files:
            self._rows[file.name] = 0
            for part in batches(file.source, number, names, styles[number]):
                self._rows[file.name] += part.num_rows
                self._report(part.num_rows)
                yield part

    def check(self, batch: Batch) -> None:
        """Raises DataError where a file holds other than the rows its manifest says."""
        for file in batch.files:
            fitting = (self._rows[file.name], self._rows[file.name] + file.may_count_header)
            if file.rows is not None and file.rows not in fitting:
                raise DataError(
                    "extract.rows",
                    Text(
                        f"文件有 {self._rows[file.name]} 行，清单为 {file.rows} 行",
                        f"the file has {self._rows[file.name]} rows and the manifest says {file.rows}",
                    ),
                    Text("重新传送数据包；没有写入任何数据", "send the extract again; nothing was written"),
                    where=str(file.path),
                )


def _homes(
    scratch: Store, raw: Partition | Stream, converter: Converter, batch: Batch
) -> dict[Month, tuple[int, ...]]:
    """The months that the rows tell, each with the files of which it is the first.

    A file that tells none goes to the first month of all. Raises DataError where no row of any tells one.
    """
    where = ", ".join(file.name for file in batch.files)
    if not converter.tells_month:
        raise DataError(
            "extract.month_unknown",
            Text("文件没有说明账期", "the file does not say its month"),
            Text(
                "加上 --month 2025-06，或在映射中写 month",
                "add --month 2025-06, or write month in the mapping",
            ),
            where=where,
        )
    told = scratch.rows(converter.months_text(), inputs={"raw": raw})
    months = sorted({Month.from_number(row["row_month"]) for row in told})
    if not months:
        raise DataError(
            "extract.month_unread",
            Text("没有一行说明了账期", "no row tells a month"),
            Text("核对映射中 month 的列和格式", "look at the column and format of month in the mapping"),
            where=where,
        )
    first = dict.fromkeys(range(len(batch.files)), months[0])
    first |= {row[FILE]: Month.from_number(row["row_month"]) for row in reversed(told)}
    return {month: tuple(file for file, home in first.items() if home == month) for month in months}
