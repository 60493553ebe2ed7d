"""Staging: the files of a feed as text, read in passing where one pass can do, else kept in a scratch store."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from weixi.dialect.types import ColumnType
from weixi.engine import Column, Partition, Source, Store, Table
from weixi.flow.extract.conversion import Converter, expressions, named_columns
from weixi.flow.extract.delimited import Style
from weixi.flow.extract.mapping import FeedMapping
from weixi.flow.extract.opening import Extract, ExtractFile
from weixi.flow.extract.read import batches, header
from weixi.flow.extract.text_batch import FAULT, FILE, LINE, TEXT
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

    `raw` is a source where the batch is of one month that is known beforehand: its files are read while they are typed,
    and `input` and `check` are good from then on.
    Where rows tell their month, `homes` gives for each month the files whose rows without a month belong to it;
    None where all rows are of every one of `months`.
    """

    batch: Batch
    raw: Partition | Source
    converter: Converter
    months: tuple[Month, ...]
    homes: Mapping[Month, tuple[int, ...]] | None
    counter: "Counter"

    @property
    def files(self) -> tuple[ExtractFile, ...]:
        """The files, by the number that rows carry."""
        return self.batch.files

    @property
    def input(self) -> int:
        """The records of all files."""
        return self.counter.total

    def check(self) -> None:
        """Raises DataError where a file holds other than the rows its manifest says."""
        self.counter.check(self.batch)


def batches_of(extract: Extract, month: Month | None) -> Iterator[Batch]:
    """The extract's files by feed and month, in the order in which they are taken.

    `month` is that of files that tell none. Where some file of a feed tells none and no month is given, all files of
    the feed are read together and each row tells its own.
    """
    for name, mapping in extract.mapping.feeds.items():
        files = [file for file in extract.files if file.feed == name]
        if not files:
            continue
        _refuse_twins(files)
        told = {file.path: file.month or month for file in files}
        if mapping.fixed or any(value is None for value in told.values()):
            yield Batch(mapping, tuple(files), None)
            continue
        for value in sorted({value for value in told.values() if value is not None}):
            yield Batch(mapping, tuple(file for file in files if told[file.path] == value), value)


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
    scratch: Store, extract: Extract, batch: Batch, report: Report, month: Month | None = None
) -> Staged:
    """The batch as text. `month` leaves only that one of the months that a mapping fixes.

    Raises DataError where a file lacks a mapped column, holds other than its manifest says, or tells no month.
    """
    mapping = extract.mapping
    style = Style(mapping.delimiter, mapping.encoding)
    headers = [header(file.path, style) for file in batch.files]
    compiled = expressions(batch.mapping, headers[0])
    wanted = [named_columns(batch.mapping, names, compiled) for names in headers]
    names = wanted[0]
    if any(set(others) != set(names) for others in wanted[1:]):
        raise DataError(
            "extract.headers",
            Text("同一类文件的列不一致", "files of one feed have different columns"),
            Text("按同一列名重新导出", "export them with the same columns"),
            where=", ".join(file.name for file in batch.files),
        )
    counter = Counter(report)
    key = {
        "feed": batch.mapping.feed.name.value,
        "batch": fingerprint(*(file.sha256 for file in batch.files))[:16],
    }
    converter = Converter(mapping, batch.mapping, names, compiled, [file.sha256 for file in batch.files])
    fixed = tuple(one.month for one in batch.mapping.fixed if month in (None, one.month))
    table, origin = _raw_table(len(names)), str(sorted(key.items()))
    if not batch.mapping.fixed and batch.month is not None:
        source = Source(table, lambda: counter.count(batch, names, style), origin)
        return Staged(batch, source, converter, (batch.month,), None, counter)
    raw = scratch.put(table, key, counter.count(batch, names, style), origin=origin)
    counter.check(batch)
    if batch.mapping.fixed:
        return Staged(batch, raw, converter, fixed, None, counter)
    homes = _homes(scratch, raw, converter, batch)
    return Staged(batch, raw, converter, tuple(sorted(homes)), homes, counter)


# -- within


class Counter:
    """Counts the records of a batch as they are read."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._rows: dict[str, int] = {}

    @property
    def total(self) -> int:
        """The records of all files."""
        return sum(self._rows.values())

    def count(self, batch: Batch, names: Sequence[str], style: Style) -> Iterator[pa.RecordBatch]:
        """The records of every file, counted."""
        for number, file in enumerate(batch.files):
            self._rows[file.name] = 0
            for part in batches(file.path, number, names, style):
                self._rows[file.name] += part.num_rows
                self._report(part.num_rows)
                yield part

    def check(self, batch: Batch) -> None:
        """Raises DataError where a file holds other than the rows its manifest says."""
        for file in batch.files:
            if file.rows is not None and file.rows != self._rows[file.name]:
                raise DataError(
                    "extract.rows",
                    Text(
                        f"文件有 {self._rows[file.name]} 行，清单为 {file.rows} 行",
                        f"the file has {self._rows[file.name]} rows and the manifest says {file.rows}",
                    ),
                    Text("重新传送数据包；没有写入任何数据", "send the extract again; nothing was written"),
                    where=str(file.path),
                )


def _raw_table(width: int) -> Table:
    return Table(
        name="raw",
        grain="one record of an extract as text",
        partition=("feed", "batch"),
        key=(FILE, LINE),
        columns=(
            Column(FILE, ColumnType.INTEGER, "number of the file", required=True),
            Column(LINE, ColumnType.BIGINT, "physical line", required=True),
            Column(FAULT, ColumnType.VARCHAR, "why it could not be split"),
            Column(TEXT, ColumnType.VARCHAR, "its text, where it could not be split"),
            *(
                Column(f"c{index}", ColumnType.VARCHAR, "one of the operator's columns")
                for index in range(width)
            ),
        ),
    )


def _homes(
    scratch: Store, raw: Partition, converter: Converter, batch: Batch
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
