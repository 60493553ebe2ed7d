"""Reading delimited text, plain or packed, a few blocks at a time."""

import codecs
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from weixi.flow.extract.blocks import LONGEST_LINE, blocks, ended, too_long, unmarked
from weixi.flow.extract.header import MOST_COLUMNS, clean_name, place_of
from weixi.flow.extract.look import CELL_LINES, split_record, unreadable
from weixi.flow.extract.record import BadRecord, Records, Splitter
from weixi.flow.extract.source import Source, open_source, reader
from weixi.flow.extract.style import Style
from weixi.flow.extract.text_batch import BATCH_ROWS, bad_batch, good_batch, trimmed
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

_PIECE = 1024 * 1024
_ODD_ROWS = 2_000
"""Records that are no single line are kept back until there are so many: a batch costs what it costs, however small."""


def read_text(source: Source, number: int, names: Sequence[str], style: Style) -> Iterator[pa.RecordBatch]:
    """The records of a delimited file as batches."""
    with open_text(source, style) as (stream, style):
        given, line = read_header(stream, style, source)
        places = [place_of(name, given) for name in names]
        fields = len(given) + _has_trailing_delimiter(stream, style, len(given))
        spanning: list[tuple[int, list[str]]] = []
        bad: list[BadRecord] = []
        for records in _split(stream, style, fields, line):
            yield from _text_batches(records, number, places, fields, style)
            spanning += records.spanning
            bad += records.bad
            if len(spanning) + len(bad) >= _ODD_ROWS:
                yield from _odd_batches(spanning, bad, number, places)
                spanning, bad = [], []
        yield from _odd_batches(spanning, bad, number, places)


def _split(stream: BinaryIO, style: Style, fields: int, line: int) -> Iterator[Records]:
    splitter = Splitter(style.separator, style.codec, fields, line, quote=style.quote, totals=style.totals)
    parts = blocks(stream)
    if style.end_marker:
        parts = unmarked(parts, style.end_marker, style.codec)
    elif style.must_end:
        parts = ended(parts, style.codec)
    pending = b""
    for block, last in parts:
        if pending + block:
            records, pending = splitter.split(pending + block, last=last)
            yield records


def _text_batches(
    records: Records, number: int, places: Sequence[int], fields: int, style: Style
) -> Iterator[pa.RecordBatch]:
    if records.lines.size:
        table = pacsv.read_csv(
            pa.BufferReader(records.data),
            read_options=pacsv.ReadOptions(
                column_names=[f"f{index}" for index in range(fields)],
                use_threads=False,
                block_size=len(records.data) + 1,
            ),
            parse_options=pacsv.ParseOptions(delimiter=style.separator, quote_char=style.quote or False),
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


def _odd_batches(
    spanning: Sequence[tuple[int, list[str]]], bad: Sequence[BadRecord], number: int, places: Sequence[int]
) -> Iterator[pa.RecordBatch]:
    if spanning:
        lines = pa.array([line for line, _ in spanning], pa.int64())
        columns = [pa.array([fields[place] for _, fields in spanning], pa.string()) for place in places]
        yield good_batch(number, lines, [trimmed(column) for column in columns])
    if bad:
        yield bad_batch(number, bad, len(places))


def _has_trailing_delimiter(stream: io.BufferedReader, style: Style, fields: int) -> bool:
    """Whether the records end with a delimiter where the header does not."""
    first, _, rest = stream.peek(_PIECE).partition(b"\n")
    text = first.decode(style.codec, "replace").rstrip("\r")
    return (
        bool(rest or text)
        and text.endswith(style.separator)
        and len(split_record(text, style.separator, style.quote)) == fields + 1
    )


def read_header(stream: BinaryIO, style: Style, source: Source) -> tuple[list[str], int]:
    """The column names, and the number of the line after them. Raises DataError where there are none."""
    for _ in range(style.first_row - 1):
        _line(stream, source)
    raw, length = _line(stream, source), 1
    quote = style.quote.encode()
    while quote and raw.count(quote) % 2 and length < CELL_LINES and (more := _line(stream, source)):
        raw, length = raw + more, length + 1
    where = f"{source}:{style.first_row}"
    try:
        text = raw.decode(style.codec).lstrip("\ufeff").rstrip("\r\n")
    except UnicodeDecodeError as fault:
        raise DataError(
            "extract.header",
            Text(f"表头无法读取：{fault}", f"the header cannot be read: {fault}"),
            Text("检查编码是否与映射一致", "see that the encoding is that of the mapping"),
            where=where,
        ) from fault
    names = [clean_name(name) for name in split_record(text, style.separator, style.quote)]
    if not any(names):
        raise DataError(
            "extract.empty",
            Text("文件没有表头", "the file has no header"),
            Text(
                "第一行应为列名（否则在映射写 header_row）；文件可能未写完",
                "the first line names the columns, or header_row in the mapping says which; it may be half-written",
            ),
            where=where,
        )
    if len(names) > MOST_COLUMNS:
        raise DataError(
            "extract.columns",
            Text(
                f"{len(names):,} 列，上限 {MOST_COLUMNS:,}",
                f"{len(names):,} columns; at most {MOST_COLUMNS:,}",
            ),
            Text("只导出需要的列，并检查分隔符", "export the columns that are needed; look at the delimiter"),
            where=where,
        )
    return names, style.first_row + length


def _line(stream: BinaryIO, source: Source) -> bytes:
    raw = stream.readline(LONGEST_LINE + 1)
    if len(raw) > LONGEST_LINE:
        raise too_long(Text("表头行", "the header's line"))
    return raw


@contextmanager
def open_text(source: Source, style: Style) -> Iterator[tuple[io.BufferedReader, Style]]:
    """The file's bytes, unpacked, and the style that they are in: UTF-16 comes as UTF-8."""
    with open_source(source) as stream:
        if not style.codec.startswith("utf-16"):
            yield stream, style
            return
        yield reader(_recoded(stream, style.codec, source)), replace(style, encoding="utf-8")


def _recoded(stream: BinaryIO, encoding: str, source: Source) -> Iterator[bytes]:
    """UTF-16 as UTF-8. One lost byte would shift all that follows: a fault refuses the file."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    offset, line = 0, 1
    while True:
        piece = stream.read(_PIECE)
        kept = decoder.getstate()[0]
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as fault:
            line += (kept + piece)[: fault.start].decode(encoding, "replace").count("\n")
            raise unreadable(source, encoding, offset - len(kept) + fault.start, line) from fault
        if text:
            yield text.encode()
        if not piece:
            return
        offset += len(piece)
        line += text.count("\n")


def line_texts(source: Source, wanted: np.ndarray, style: Style) -> Iterator[tuple[int, str]]:
    """The lines `wanted` (ascending, from 1) as they stand in the file."""
    with open_text(source, style) as (stream, style):
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
                yield int(line), block[start:end].decode(style.codec, "replace").rstrip("\r")
            first += count
