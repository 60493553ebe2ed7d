"""Splitting the text of a delimited file into records, a block at a time, with their physical lines.

A record is one line; where a quoted value holds line breaks it is several, and counts once, at its first line.
Blank lines are no records. An unbalanced quote costs its own line only: reading goes on with the next one.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weixi.flow.extract.blocks import LONGEST_LINE, too_long
from weixi.flow.extract.shape import Shape
from weixi.flow.extract.tables import Reason
from weixi.flow.extract.totals import is_total, written_forms
from weixi.kernel.language import Text

LONGEST_RECORD_LINES = 100

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BadRecord:
    """One record that cannot be split into its fields: its line, its text, why."""

    line: int
    text: str
    reason: Reason


@dataclass(slots=True)
class Records:
    """The records of one block: whole lines as `data` with their line numbers, the others taken apart.

    `data` is UTF-8 and holds `lines.size` well-formed records of one line each; `spanning` holds the records of
    several lines, already split into fields.
    """

    data: bytes
    lines: Ints
    bad: list[BadRecord] = field(default_factory=list)
    spanning: list[tuple[int, list[str]]] = field(default_factory=list)


class Splitter:
    """Splits blocks of one file; `line` is the number of the next physical line."""

    def __init__(
        self,
        delimiter: str,
        encoding: str,
        fields: int,
        line: int,
        *,
        quote: str = '"',
        totals: Sequence[str] = (),
    ) -> None:
        self._delimiter = delimiter
        self._encoding = encoding
        self._fields = fields
        self._quote = quote
        self._totals = totals
        self.line = line

    def split(self, block: bytes, *, last: bool) -> tuple[Records, bytes]:
        """The records of one block, and what of its end must be read again with the next one."""
        data, undecodable = self._decode(block)
        shape = Shape(data, ord(self._delimiter), ord(self._quote) if self._quote else None)
        if shape.longest > LONGEST_LINE:
            line = self.line + int(np.argmax(np.diff(shape.starts)))
            raise too_long(Text(f"第 {line} 行", f"line {line}"))
        reasons = self._judge(shape)
        first = self.line
        bad = [
            BadRecord(first + index, raw.decode(self._encoding, "replace").rstrip("\r"), Reason.ENCODING)
            for index, raw in undecodable
        ]
        good = shape.filled & (reasons == 0)
        spanning: list[tuple[int, list[str]]] = []
        end, index = shape.count, 0
        odd = np.flatnonzero(reasons == _ODD)
        at = 0
        while at < odd.size:
            index = int(odd[at])
            length, values = self._span(shape, index)
            if length == 0 and not last and index + LONGEST_RECORD_LINES > shape.count:
                end = index
                break
            if values is None:
                bad.append(BadRecord(first + index, shape.text(index, 1), Reason.QUOTING))
                at += 1
                continue
            spanning.append((first + index, values))
            good[index : index + length] = False
            reasons[index : index + length] = _TAKEN
            at = int(np.searchsorted(odd, index + length))
        rest = data[shape.starts[end] :] if end < shape.count else b""
        good[end:] = False
        for code, reason in _REASONS.items():
            places = np.flatnonzero(reasons[:end] == code).tolist()
            bad += [BadRecord(first + place, shape.text(place, 1), reason) for place in places]
        self.line = first + end
        bad.sort(key=lambda record: record.line)
        chosen = np.flatnonzero(good)
        return Records(shape.keep(good), first + chosen, bad, spanning), self._encoded(rest)

    def _decode(self, block: bytes) -> tuple[bytes, list[tuple[int, bytes]]]:
        """The block as UTF-8, its undecodable lines emptied and given apart."""
        if self._encoding == "utf-8":
            return (block, []) if _is_utf8(block) else _emptied(block)
        try:
            return block.decode(self._encoding).encode(), []
        except UnicodeDecodeError:
            lines, undecodable = block.split(b"\n"), []
            for index, line in enumerate(lines):
                try:
                    lines[index] = line.decode(self._encoding).encode()
                except UnicodeDecodeError:
                    undecodable.append((index, line))
                    lines[index] = b""
            return b"\n".join(lines), undecodable

    def _encoded(self, rest: bytes) -> bytes:
        return rest if self._encoding == "utf-8" else rest.decode().encode(self._encoding)

    def _judge(self, shape: Shape) -> NDArray[np.int8]:
        """Per line: 0 a record, else what is wrong with it."""
        reasons = np.zeros(shape.count, np.int8)
        reasons[shape.field_counts() != self._fields] = _COUNT
        reasons[shape.misquoted()] = _QUOTED
        reasons[shape.odd] = _ODD
        reasons[shape.controlled()] = _CONTROL
        reasons[self._total_lines(shape)] = _TOTAL
        reasons[~shape.filled] = 0
        return reasons

    def _total_lines(self, shape: Shape) -> list[int]:
        """The lines of totals: those whose beginning holds one of the words are looked at one by one."""
        words = [form.encode() for word in self._totals for form in written_forms(word)]
        found = shape.beginning_with(words)
        strip = " \t\u3000" + self._quote
        lines = ((index, shape.text(index, 1).split(self._delimiter)) for index in found)
        firsts = (
            (index, next(filter(None, (cell.strip(strip) for cell in cells)), "")) for index, cells in lines
        )
        return [index for index, first in firsts if is_total(first, self._totals)]

    def _span(self, shape: Shape, index: int) -> tuple[int, list[str] | None]:
        """How many lines the record that begins there takes, with its fields; (0, None) if the block ends first."""
        total = 0
        for length in range(1, min(LONGEST_RECORD_LINES, shape.count - index) + 1):
            total += int(shape.quote_counts[index + length - 1])
            if length > 1 and total % 2 == 0:
                fields = self._fields_of(shape.text(index, length))
                return length, fields
        return 0, None

    def _fields_of(self, text: str) -> list[str] | None:
        try:
            stream = io.StringIO(text, newline="")
            rows = list(csv.reader(stream, delimiter=self._delimiter, quotechar=self._quote, strict=True))
        except csv.Error:
            return None
        return rows[0] if len(rows) == 1 and len(rows[0]) == self._fields else None


_COUNT, _QUOTED, _ODD, _CONTROL, _TAKEN, _TOTAL = 1, 2, 3, 4, 5, 6
_REASONS = {
    _COUNT: Reason.FIELD_COUNT,
    _QUOTED: Reason.QUOTING,
    _CONTROL: Reason.CONTROL,
    _TOTAL: Reason.TOTAL,
}


def _is_utf8(block: bytes | memoryview) -> bool:
    """Whether the bytes are UTF-8; Arrow looks several times as fast as decoding does."""
    if not len(block):
        return True
    ends = pa.py_buffer(np.array([0, len(block)], np.int64))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(block)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _emptied(block: bytes) -> tuple[bytes, list[tuple[int, bytes]]]:
    """The block with the lines that are no UTF-8 emptied, and those apart: they are found by halves."""
    whole = memoryview(block)
    found: list[tuple[int, int]] = []
    left = [(0, len(block))]
    while left:
        start, end = left.pop()
        if _is_utf8(whole[start:end]):
            continue
        cut = block.find(b"\n", (start + end) // 2, end - 1) + 1 or block.rfind(b"\n", start, end - 1) + 1
        if cut:
            left += [(cut, end), (start, cut)]
        else:
            found.append((start, end - block.endswith(b"\n", start, end)))
    kept, undecodable, at, line = [], [], 0, 0
    for start, end in found:
        line += block.count(b"\n", at, start)
        undecodable.append((line, block[start:end]))
        kept.append(whole[at:start])
        at = end
    return b"".join([*kept, whole[at:]]), undecodable
