"""Equal rows as one: rows of one cell with the same values and costs answer all prices alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weixi.flow.decision.allocation.problem import Floats, Whole

MIX, SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)
"""2^64 ÷ the golden ratio, odd: products of it spread what differs (Knuth, “Sorting and Searching”, 6.4)."""

PRIME, FACTOR, BUCKETS = 1_000_003, 48_271, 65_536
"""A row's bucket is (id mod PRIME) × FACTOR mod BUCKETS: no digits overflow, and neighbours fall far apart."""


@dataclass(frozen=True)
class Members:
    """The rows behind the held ones where equal rows are held once: every row's id, ascending, and its held row."""

    ids: Whole
    held: Whole
    times: Floats

    def spread(self, counts: Whole) -> Whole:
        """One offer a row, where `counts` says how many equals take each [held row × offer]; the lot parts equals."""
        line = np.argsort(self.held.astype(np.int64) * BUCKETS + buckets(self.ids), kind="stable")
        choice = np.empty(len(line), dtype=np.int64)
        offers = np.tile(np.arange(counts.shape[1]), len(counts))
        choice[line] = np.repeat(offers, counts.ravel())
        return choice


def buckets(ids: Whole) -> Whole:
    """The bucket of each id: the lot by which samples are drawn and equals are parted."""
    found: Whole = ids % PRIME * FACTOR % BUCKETS
    return found


def fold(columns: Sequence[npt.NDArray[np.int32] | Whole]) -> tuple[Whole, Whole]:
    """Of every row the number of its kind, and of every kind one of its rows. Rows of a kind are equal in all columns.

    The numbers are the same in whatever order the rows come.
    """
    mixed = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        mixed ^= column.astype(np.int64).view(np.uint64)
        mixed *= MIX
        mixed ^= mixed >> SHIFT
    _, first, kind = np.unique(mixed, return_index=True, return_inverse=True)
    del mixed
    same = np.ones(len(kind), dtype=bool)
    for column in columns:
        same &= column == column[first][kind]
    odd = np.flatnonzero(~same)  # another row with the same mixture: a kind of its own
    kind[odd] = len(first) + np.arange(len(odd))
    return kind, np.concatenate([first, odd])
