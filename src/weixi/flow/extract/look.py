"""Finding out how a table is written: encoding, delimiter, decimal mark, the header's row, the sheet."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from weixi.flow.extract.blocks import LONGEST_LINE, too_long
from weixi.flow.extract.breakage import readable
from weixi.flow.extract.sheet import first_sheet, sheet_rows
from weixi.flow.extract.source import Source, open_source, source_of
from weixi.flow.extract.style import DELIMITERS, UNKNOWN, Style
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

SAMPLE = 1024 * 1024
SAMPLE_ROWS = 200
TITLE_ROWS = 30
CELL_LINES = 20
_PIECE = 4 * 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_COMMA = re.compile(r"[+-]?([0-9]+,([0-9]{1,2}|[0-9]{4,})|0,[0-9]+|[0-9]{1,3}([.][0-9]{3})+,[0-9]+)")
_POINT = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)[.][0-9]+")


def look(place: Path | Source) -> Style:
    """How the table is written, all of it found by looking."""
    found = resolve(place, UNKNOWN)
    return replace(found, decimal=found.decimal or ".")


def resolve(place: Path | Source, style: Style) -> Style:
    """The style with what it leaves open found by looking; `decimal` stays None where no number tells it.

    Raises DataError for a text in no encoding we know.
    """
    source = source_of(place)
    with readable(source):
        return _resolved(source, style)


def _resolved(source: Source, style: Style) -> Style:
    if source.is_parquet:
        return replace(style, delimiter=style.separator, encoding="utf-8", header_row=1)
    if source.is_workbook:
        sheet = style.sheet or first_sheet(source)
        found = replace(style, delimiter=style.separator, encoding="utf-8", sheet=sheet)
        if style.header_row is None:
            found = replace(found, header_row=header_place(list(sheet_rows(source, sheet, SAMPLE_ROWS))))
        return found
    encoding = style.encoding or find_encoding(source)
    if None not in (style.delimiter, style.decimal, style.header_row):
        return replace(style, encoding=encoding)
    lines = _sample(source, encoding)
    delimiter = style.delimiter or find_delimiter(lines, style.quote)
    rows = numbered_rows(lines, delimiter, style.quote)
    return replace(
        style,
        encoding=encoding,
        delimiter=delimiter,
        decimal=style.decimal or find_decimal([row for _, row in rows], delimiter),
        header_row=style.header_row or header_place(rows),
    )


def find_encoding(source: Source) -> str:
    """The encoding of the whole text.

    In this order: a byte order mark; UTF-16 without one, where every other byte of the ASCII letters is NUL; UTF-8;
    GB18030 (and so GBK, GB2312). A candidate must decode every byte. Where a text is UTF-8 but for single lines, it is
    not tried as GB18030, which would turn most of it into other characters. Raises DataError with offset and line.
    """
    with open_source(source) as stream:
        head = stream.read(SAMPLE)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    wide = _wide(head)
    if marked or wide:
        encoding = str(marked or wide)
        broken = first_fault(source, encoding)
        if broken is not None:
            raise unreadable(source, encoding, *broken)
        return encoding
    broken = first_fault(source, "utf-8")
    if broken is None:
        return "utf-8"
    if _is_mostly_utf8(source, broken[0]):
        raise unreadable(source, "utf-8", *broken)
    other = first_fault(source, "gb18030")
    if other is None:
        return "gb18030"
    best, (offset, line) = max((("gb18030", other), ("utf-8", broken)), key=lambda found: found[1][0])
    raise unreadable(source, best, offset, line)


def first_fault(source: Source, encoding: str) -> tuple[int, int] | None:
    """Byte offset (from 0) and line (from 1) of the first byte that does not decode; None: all decode.

    Raises DataError, after a bounded read, where a line has no end.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    offset, lines = 0, 1
    with open_source(source) as stream:
        while True:
            piece = stream.read(_PIECE)
            kept = decoder.getstate()[0]
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as fault:
                whole = kept + piece
                lines += whole[: fault.start].decode(encoding, "replace").count("\n")
                return offset - len(kept) + fault.start, lines
            if not piece:
                return None
            offset += len(piece)
            lines += text.count("\n")
            if len(text) > LONGEST_LINE and "\n" not in text:
                raise too_long(Text(f"第 {lines} 行", f"line {lines}"))


def unreadable(source: Source, encoding: str, offset: int, line: int) -> DataError:
    """The refusal of a text that breaks the encoding it is most like."""
    name = encoding.upper()
    return DataError(
        "extract.encoding",
        Text(
            f"最接近 {name}，但第 {line} 行（字节偏移 {offset}）无法解码；不猜测、不替换字符",
            f"it is most like {name}, but line {line} (byte offset {offset}) does not decode; nothing is guessed",
        ),
        Text(
            f'修正该行；或在映射 [mapping] 写 encoding = "{_declared(encoding)}"，坏行逐行进隔离区',
            f'mend that line; or write encoding = "{_declared(encoding)}" under [mapping]: bad lines go to quarantine',
        ),
        where=f"{source}:{line}",
    )


def _declared(encoding: str) -> str:
    return encoding if encoding in ("utf-8", "gb18030") else "utf-8"


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark, by the NULs that stand at one side only."""
    if len(head) < 4:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    least = len(head) // 16
    if odd > least and odd > 20 * even:
        return "utf-16-le"
    if even > least and even > 20 * odd:
        return "utf-16-be"
    return None


def _is_mostly_utf8(source: Source, broken: int) -> bool:
    """Whether most lines around the break that are not plain ASCII are UTF-8."""
    start = max(0, broken - SAMPLE)
    with open_source(source) as stream:
        left = start
        while left:
            left -= len(stream.read(min(left, _PIECE)))
        data = stream.read(2 * SAMPLE)
    good = bad = 0
    for line in data.split(b"\n")[1 if start else 0 : -1] or [data]:
        if line.isascii():
            continue
        try:
            line.decode()
            good += 1
        except UnicodeDecodeError:
            bad += 1
    return good > bad


def _sample(source: Source, encoding: str) -> list[str]:
    with open_source(source) as stream:
        data = stream.read(SAMPLE)
    text = data.decode(encoding, "replace").lstrip("\ufeff")
    lines = [line.rstrip("\r") for line in text.split("\n")]
    return (lines[:-1] if len(data) == SAMPLE else lines)[:SAMPLE_ROWS]


def numbered_rows(lines: Sequence[str], delimiter: str, quote: str) -> list[tuple[int, list[str]]]:
    """The cells of each record with its first line, from 1. A record that cannot be split is one cell."""
    rows, at = [], 0
    while at < len(lines):
        length = 1
        if quote and lines[at].count(quote) % 2:
            ahead = (n for n in range(2, CELL_LINES) if "\n".join(lines[at : at + n]).count(quote) % 2 == 0)
            length = next(ahead, 1)
        text = "\n".join(lines[at : at + length])
        rows.append((at + 1, split_record(text, delimiter, quote)))
        at += length
    return rows


def split_record(text: str, delimiter: str, quote: str) -> list[str]:
    """The cells of one record, quotes taken off; the whole text where they do not balance."""
    stream = io.StringIO(text, newline="")
    try:
        if quote:
            return next(csv.reader(stream, delimiter=delimiter, quotechar=quote, strict=True), [])
        return next(csv.reader(stream, delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    except csv.Error:
        return [text]


def find_delimiter(lines: Sequence[str], quote: str) -> str:
    """The delimiter that splits the most lines into the same number of fields, then into more; a comma without any."""
    best, score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        counts = Counter(len(row) for _, row in numbered_rows(lines, delimiter, quote) if row)
        several = {count: times for count, times in counts.items() if count > 1}
        if several:
            fields, times = max(several.items(), key=lambda item: (item[1], item[0]))
            found = (times / counts.total(), fields)
            if found > score:
                best, score = delimiter, found
    return best


def find_decimal(rows: Sequence[Sequence[str]], delimiter: str) -> str | None:
    """The mark that more cells have as numbers; None where no cell tells."""
    if delimiter == ",":
        cells = [cell.strip() for row in rows for cell in row if "," in cell]
    else:
        cells = [cell.strip() for row in rows for cell in row]
    commas = sum(bool(_COMMA.fullmatch(cell)) and not _POINT.fullmatch(cell) for cell in cells)
    points = sum(bool(_POINT.fullmatch(cell)) for row in rows for cell in map(str.strip, row))
    if commas == points:
        return None if commas == 0 else "."
    return "," if commas > points else "."


def header_place(rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    """The line that names the columns: the first that fills nearly as many cells as most rows do."""
    filled = [(line, sum(bool(cell.strip()) for cell in row)) for line, row in rows]
    widths = Counter(count for _, count in filled if count)
    if not widths:
        return 1
    usual = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    least = max(1, 0.8 * usual)
    return next((line for line, count in filled if line <= TITLE_ROWS and count >= least), 1)
