"""Where the lines, delimiters and quotes of a block of text stand, found for all lines at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_NEWLINE, _RETURN = 10, 13
_BLANKS = (*b" \t", "\u3000".encode()[0])
_FEW = 16
"""Where there is one quote to so many delimiters, the pairs are looked up and not every byte is counted."""

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Shape:
    """Where the lines, delimiters and quotes of a block stand.

    What a block without quotes, NUL or carriage returns costs is one look for newlines and one for delimiters.
    """

    def __init__(self, data: bytes, delimiter: int, quote: int | None) -> None:
        self._data = data
        self._bytes = np.frombuffer(data, np.uint8)
        self._delimiter = delimiter
        self._quote = quote
        newlines = np.flatnonzero(self._bytes == _NEWLINE)
        if data and self._bytes[-1] != _NEWLINE:
            newlines = np.append(newlines, len(data))
        self.count = newlines.size
        self.starts: Ints = np.concatenate([np.zeros(1, np.int64), newlines + 1])
        ends = newlines.copy()
        if b"\r" in data:
            crossed = ends > self.starts[:-1]
            crossed[crossed] = self._bytes[ends[crossed] - 1] == _RETURN
            ends[crossed] -= 1
        self._ends: Ints = ends
        self._delimiters: Ints = np.flatnonzero(self._bytes == delimiter)
        self.filled: Bools = ends > self.starts[:-1]
        mark = b"" if quote is None else bytes([quote])
        self._quotes: Ints = np.zeros(0, np.int64)
        if mark and mark in data:
            self._quotes = np.flatnonzero(self._bytes == quote)
        self.quote_counts: Ints = np.diff(np.searchsorted(self._quotes, self.starts))
        self.odd: Bools = self.quote_counts % 2 == 1
        if self.odd.any():
            self._quotes = self._quotes[~np.repeat(self.odd, self.quote_counts)]

    @property
    def longest(self) -> int:
        """The bytes of the longest line."""
        return int(np.diff(self.starts).max()) if self.count else 0

    def beginning_with(self, words: Sequence[bytes]) -> list[int]:
        """The lines whose first filled cell may hold one of the words; those that begin with digits alone do not.

        Only the beginnings are searched: the first cell, or the line where that may be empty.
        """
        if not words or not self._bytes.size:
            return []
        starts = self.starts[:-1]
        letters = self._bytes.take(starts, mode="clip")
        stops = np.append(self._delimiters, self._bytes.size)[np.searchsorted(self._delimiters, starts)]
        blank = np.isin(letters, [*_BLANKS, self._delimiter, self._quote or self._delimiter])
        stops = np.where(blank, self._ends, np.minimum(stops, self._ends))
        lengths = stops - starts + 1
        places = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        index = np.arange(places[-1]) + np.repeat(starts - places[:-1], lengths)
        beginnings = self._bytes.take(index, mode="clip")
        beginnings[places[1:] - 1] = _NEWLINE
        digits = (beginnings >= ord("0")) & (beginnings <= ord("9"))
        if digits.sum() == beginnings.size - self.count and not any(word.isdigit() for word in words):
            return []
        found: set[int] = set()
        data = beginnings.tobytes()
        for word in words:
            at = data.find(word)
            while at >= 0:
                line = int(np.searchsorted(places, at, side="right")) - 1
                found.add(line)
                at = data.find(word, int(places[line + 1]))
        return sorted(found)

    def text(self, index: int, length: int) -> str:
        """The text of `length` lines from that one on, without the last line's end."""
        return self._data[self.starts[index] : self._ends[index + length - 1]].decode()

    def keep(self, chosen: Bools) -> bytes:
        """Those lines alone, in order."""
        if chosen.all():
            return self._data
        edges = np.flatnonzero(np.diff(chosen, prepend=False, append=False))
        places = np.minimum(self.starts[edges], len(self._data)).tolist()
        whole = memoryview(self._data)
        return b"".join(whole[start:end] for start, end in zip(places[::2], places[1::2], strict=True))

    def field_counts(self) -> Ints:
        """How many fields each line has, delimiters inside quotes not counted; lines of `odd` quotes are not meant."""
        counts: Ints = np.diff(np.searchsorted(self._delimiters, self.starts)) + 1
        if self._quotes.size * _FEW < self._delimiters.size:
            opened, closed = (np.searchsorted(self._delimiters, self._quotes[turn::2]) for turn in (0, 1))
            line = np.searchsorted(self.starts, self._quotes[::2], side="right") - 1
            np.subtract.at(counts, line, closed - opened)
            return counts
        marks = np.zeros(self._bytes.size, np.uint8)
        marks[self._quotes] = 1
        np.cumsum(marks, out=marks)
        outside = self._delimiters[marks[self._delimiters] % 2 == 0]
        return np.diff(np.searchsorted(outside, self.starts)) + 1

    def misquoted(self) -> Bools:
        """Lines in which a quote opens inside a value, or text follows a closing one; lines of `odd` are not meant."""
        wrong = np.zeros(self.count, np.bool_)
        if not self._quotes.size:
            return wrong
        before, after, beyond = (self._beside(step) for step in (-1, 1, 2))
        fits = (before == self._delimiter) | (before == _NEWLINE) | (before == self._quote)
        closes = (after == self._delimiter) | (after == _NEWLINE) | (after == self._quote)
        closes |= (after == _RETURN) & (beyond == _NEWLINE)
        # Every line left has an even number of quotes, so that they open and close in turn over the whole block.
        fits[1::2] = closes[1::2]
        wrong[np.searchsorted(self.starts, self._quotes[~fits], side="right") - 1] = True
        return wrong

    def _beside(self, step: int) -> NDArray[np.uint8]:
        """The bytes so far from each quote; a newline outside the block."""
        places = self._quotes + step
        found = self._bytes.take(places, mode="clip")
        found[(places < 0) | (places >= self._bytes.size)] = _NEWLINE
        return found

    def controlled(self) -> Bools:
        """Lines with a NUL, or a carriage return that does not end them."""
        wrong = np.zeros(self.count, np.bool_)
        if b"\0" in self._data or b"\r" in self._data:
            places = np.flatnonzero((self._bytes == 0) | (self._bytes == _RETURN))
            line = np.searchsorted(self.starts, places, side="right") - 1
            wrong[line[places < self._ends[line]]] = True
        return wrong
