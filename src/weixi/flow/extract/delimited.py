"""Reading delimited text, plain or .gz, a few blocks at a time."""

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from weixi.flow.extract.record import Records, Splitter, blocks
from weixi.flow.extract.text_batch import BATCH_ROWS, bad_batch, good_batch, trimmed
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Style:
    """How an operator writes text files."""

    delimiter: str = ","
    encoding: str = "utf-8"


def read_text(path: Path, number: int, names: Sequence[str], style: Style) -> Iterator[pa.RecordBatch]:
    """The records of a delimited file as batches."""
    with open_text(path) as stream:
        given = header_names(stream.readline(), style, path)
        places = [given.index(name) for name in names]
        for records in _split(stream, style, len(given)):
            yield from _text_batches(records, number, places, len(given), style)


def _split(stream: BinaryIO, style: Style, fields: int) -> Iterator[Records]:
    splitter = Splitter(style.delimiter, style.encoding, fields, line=2)
    pending = b""
    for block, last in blocks(stream):
        if pending + block:
            records, pending = splitter.split(pending + block, last=last)
            yield records


def _text_batches(
    records: Records, number: int, places: Sequence[int], fields: int, style: Style
) -> Iterator[pa.RecordBatch]:
    if records.lines.size:
        table = pacsv.read_csv(
            io.BytesIO(records.data),
            read_options=pacsv.ReadOptions(
                column_names=[f"f{index}" for index in range(fields)],
                use_threads=False,
                block_size=len(records.data) + 1,
            ),
            parse_options=pacsv.ParseOptions(delimiter=style.delimiter),
            convert_options=pacsv.ConvertOptions(
                include_columns=[f"f{place}" for place in dict.fromkeys(places)],
                column_types={f"f{place}": pa.string() for place in places},
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        if places and table.num_rows != records.lines.size:
            raise AssertionError(f"{records.lines.size} records became {table.num_rows} rows")
        at = 0
        for batch in table.combine_chunks().to_batches(max_chunksize=BATCH_ROWS):
            lines = pa.array(records.lines[at : at + batch.num_rows])
            at += batch.num_rows
            yield good_batch(number, lines, [trimmed(batch.column(f"f{place}")) for place in places])
    if records.spanning:
        yield good_batch(
            number,
            pa.array([line for line, _ in records.spanning], pa.int64()),
            [
                trimmed(pa.array([fields[place] for _, fields in records.spanning], pa.string()))
                for place in places
            ],
        )
    if records.bad:
        yield bad_batch(number, records.bad, len(places))


def header_names(raw: bytes, style: Style, path: Path) -> list[str]:
    """The column names of the first line `raw`. Raises DataError where there are none."""
    try:
        line = raw.removeprefix(_BOM).decode(style.encoding).rstrip("\r\n")
        names = next(csv.reader([line], delimiter=style.delimiter, strict=True), [])
    except (UnicodeDecodeError, csv.Error) as fault:
        raise DataError(
            "extract.header",
            Text(f"表头无法读取：{fault}", f"the header cannot be read: {fault}"),
            Text(
                "检查编码和分隔符是否与映射一致", "see that encoding and delimiter are those of the mapping"
            ),
            where=f"{path}:1",
        ) from fault
    if not any(name.strip() for name in names):
        raise DataError(
            "extract.empty",
            Text("文件没有表头", "the file has no header"),
            Text(
                "第一行应为列名；文件可能未写完",
                "the first line names the columns; the file may be half-written",
            ),
            where=f"{path}:1",
        )
    return [name.strip() for name in names]


@contextmanager
def open_text(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked where it is .gz."""
    if path.name.lower().endswith(".gz"):
        with gzip.open(path, "rb") as stream:
            yield io.BufferedReader(stream)
    else:
        with path.open("rb") as plain:
            yield plain


def line_texts(path: Path, wanted: np.ndarray, style: Style) -> Iterator[tuple[int, str]]:
    """The lines `wanted` (ascending, from 1) as they stand in the file."""
    with open_text(path) as stream:
        first = 1
        for block, _ in blocks(stream):
            count = block.count(b"\n") + (not block.endswith(b"\n") and bool(block))
            low, high = np.searchsorted(wanted, [first, first + count])
            if low < high:
                newlines = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n"))
            for line in wanted[low:high]:
                index = int(line) - first
                start = 0 if index == 0 else int(newlines[index - 1]) + 1
                end = int(newlines[index]) if index < newlines.size else len(block)
                yield int(line), block[start:end].decode(style.encoding, "replace").rstrip("\r")
            first += count
