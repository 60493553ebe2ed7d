"""The columns of any table as numbers: what is a number stays one, words become flags."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weixi.flow.score.uplift.sample import Matrix, Vector

MOST_WORDS = 20
"""Words of a column that get a flag of their own, the most frequent ones; the others share one."""

_OTHER = "…"


@dataclass(frozen=True, slots=True)
class Coded:
    """One column: a number as it is, or one flag for each of its `words` and one for any other."""

    name: str
    words: tuple[str, ...] | None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns it becomes."""
        if self.words is None:
            return (self.name,)
        return tuple(f"{self.name}={word}" for word in (*self.words, _OTHER))

    def code(self, column: pa.ChunkedArray) -> list[Vector]:
        """Its values as those columns; NaN where a number is missing, no flag where a word is."""
        if self.words is None:
            return [_numbers(column)]
        text = column.cast(pa.string())
        place = pc.index_in(text, pa.array(self.words, pa.string()))
        known = pc.fill_null(place, len(self.words)).to_numpy(zero_copy_only=False)
        known = np.where(text.is_valid().to_numpy(zero_copy_only=False), known, -1)
        return [(known == k).astype(np.float64) for k in range(len(self.words) + 1)]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a table's columns become features; `left_out` says which could not, and which say nothing."""

    columns: tuple[Coded, ...]
    left_out: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The features, in the matrix's order."""
        return tuple(name for column in self.columns for name in column.names)

    def matrix(self, table: pa.Table) -> Matrix:
        """The features of the table's rows (n × p, NaN: not known)."""
        parts = [part for column in self.columns for part in column.code(table[column.name])]
        return np.column_stack(parts) if parts else np.empty((table.num_rows, 0))


def encode_columns(table: pa.Table, names: Sequence[str]) -> Encoding:
    """The encoding of these columns: it looks at no outcome.

    Left out: a column of one value, and words that are nearly all different (a key, a name).
    """
    columns, left_out = [], []
    for name in names:
        column = table[name]
        if _is_number(column.type):
            # NaN for nothing counts as a value of its own: that a number is missing may say something.
            if len(np.unique(_numbers(column))) > 1:
                columns.append(Coded(name, None))
            else:
                left_out.append(name)
            continue
        counts = pc.value_counts(column.cast(pa.string()).drop_null()).to_pylist()
        if len(counts) < 2 or len(counts) > max(MOST_WORDS, len(column) // 2):
            left_out.append(name)
            continue
        counts.sort(key=lambda each: (-each["counts"], each["values"]))
        columns.append(Coded(name, tuple(each["values"] for each in counts[:MOST_WORDS])))
    return Encoding(tuple(columns), tuple(left_out))


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_date(kind)
        or pa.types.is_timestamp(kind)
    )


def _numbers(column: pa.ChunkedArray) -> Vector:
    """Days for dates and moments, 0/1 for truth, NaN for what is missing or not finite."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.date32(), safe=False)
    if pa.types.is_date(column.type):
        column = column.cast(pa.date32(), safe=False).cast(pa.int32())
    if pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    values: Vector = column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return np.where(np.isfinite(values), values, np.nan)
