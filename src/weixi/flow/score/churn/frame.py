"""A table as the models see it: numbers with holes, and words by number. Nothing here knows the label."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Words:
    """One column of words: `codes[row]` is a place in `words`; a row without a word has the word ""."""

    words: tuple[str, ...]
    codes: Ints

    def take(self, rows: Ints) -> "Words":
        """The column at those rows, its list of words kept."""
        return Words(self.words, self.codes[rows])

    def part(self, start: int, stop: int) -> "Words":
        """The column from row `start` up to before `stop`, no copy."""
        return Words(self.words, self.codes[start:stop])

    @classmethod
    def of(cls, column: pa.StringArray) -> "Words":
        """The column of those texts, its words in order, so that the order of rows does not matter."""
        encoded = column.dictionary_encode()
        spelt = [str(word) for word in encoded.dictionary.to_pylist()]
        order = sorted(range(len(spelt)), key=lambda place: spelt[place])
        places = np.empty(len(spelt), np.int64)
        places[order] = np.arange(len(spelt))
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        return cls(tuple(spelt[place] for place in order), places[codes])

    def coded_as(self, words: Sequence[str]) -> Ints:
        """The rows' places in another list; `len(words)` for a word that is not in it."""
        places = {word: place for place, word in enumerate(words)}
        table = np.array([places.get(word, len(words)) for word in self.words], dtype=np.int64)
        return table[self.codes]


@dataclass(frozen=True, eq=False)
class Frame:
    """The columns that a model may read, by name; every column has one value a row, NaN or "" where it is missing."""

    numbers: Mapping[str, Floats]
    words: Mapping[str, Words]
    rows: int

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns: numbers first, then words, each in the order of the table."""
        return (*self.numbers, *self.words)

    def take(self, rows: Ints) -> "Frame":
        """The frame of those rows, in that order."""
        return Frame(
            {name: values[rows] for name, values in self.numbers.items()},
            {name: column.take(rows) for name, column in self.words.items()},
            len(rows),
        )

    def parts(self, size: int) -> Iterator["Frame"]:
        """The frame in pieces of so many rows, one after the other, no copies."""
        for start in range(0, self.rows, size):
            stop = min(start + size, self.rows)
            yield Frame(
                {name: values[start:stop] for name, values in self.numbers.items()},
                {name: column.part(start, stop) for name, column in self.words.items()},
                stop - start,
            )

    def without(self, names: Sequence[str]) -> "Frame":
        """The frame less those columns."""
        gone = set(names)
        return Frame(
            {name: values for name, values in self.numbers.items() if name not in gone},
            {name: column for name, column in self.words.items() if name not in gone},
            self.rows,
        )

    def groups(self) -> Ints:
        """Rows that are equal in every column share a number."""
        parts = [np.nan_to_num(values, nan=np.inf) for values in self.numbers.values()]
        parts += [column.codes.astype(np.float64) for column in self.words.values()]
        if not parts:
            return np.arange(self.rows, dtype=np.int64)
        _, found = np.unique(np.column_stack(parts), axis=0, return_inverse=True)
        return np.asarray(found, dtype=np.int64).reshape(-1)


def joined(frames: Sequence[Frame]) -> Frame:
    """The rows of frames that have the same columns, one frame after the other."""
    first = frames[0]
    numbers = {name: np.concatenate([one.numbers[name] for one in frames]) for name in first.numbers}
    words: dict[str, Words] = {}
    for name in first.words:
        spelt = tuple(sorted({word for one in frames for word in one.words[name].words}))
        words[name] = Words(spelt, np.concatenate([one.words[name].coded_as(spelt) for one in frames]))
    return Frame(numbers, words, sum(one.rows for one in frames))
