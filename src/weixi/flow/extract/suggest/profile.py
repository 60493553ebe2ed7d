"""What stands in the columns of a file: counts, shares, common values. Whole columns at a time, as Arrow arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from weixi.flow.extract.read import batches, header
from weixi.flow.extract.style import Style
from weixi.flow.extract.suggest.words import Header, header_of, words
from weixi.flow.extract.text_batch import FAULT

MOST_ROWS = 500_000
"""Larger files are judged by so many of their first rows."""
FEW = 60
_MASKED_LEAST = 0.01
NUMBER = r"^[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,13})?([.][0-9]+)?$"
_MASKED = r"[0-9A-Za-z]{2,}[*＊•●]{2,}|[*＊•●]{3,}|^[0-9]{3,}[xX]{3,}[0-9]*$"


@dataclass(frozen=True)
class Profile:
    """One column's values as text; `values` are all of them ('' where empty), `filled` those that are not empty."""

    name: str
    values: pa.Array

    @cached_property
    def header(self) -> Header:
        """Its name taken apart."""
        return header_of(self.name)

    @cached_property
    def filled(self) -> pa.Array:
        """The values that are not empty."""
        return self.values.filter(pc.not_equal(self.values, ""))

    @property
    def rows(self) -> int:
        """How many rows."""
        return len(self.values)

    @property
    def empty(self) -> int:
        """How many of them are empty."""
        return len(self.values) - len(self.filled)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Each value with its rows, the most frequent first; at most the first 1,000 values."""
        found = pc.value_counts(self.filled)
        order = pc.sort_indices(found.field("counts"), sort_keys=[("", "descending")])
        chosen = found.take(order[:1000])
        return {
            str(value): int(count)
            for value, count in zip(
                chosen.field("values").to_pylist(), chosen.field("counts").to_pylist(), strict=True
            )
        }

    @cached_property
    def distinct(self) -> int:
        """How many different values, the empty one not counted."""
        return int(pc.count_distinct(self.filled).as_py())

    @property
    def is_few(self) -> bool:
        """Whether the values are few enough to be codes."""
        return 0 < self.distinct <= FEW

    def share(self, pattern: str, without: Sequence[str] = ()) -> float:
        """The share of filled values that match; those of `without` are not asked. 0 where there are none."""
        asked = self.asked(without)
        return float(pc.mean(pc.match_substring_regex(asked, pattern)).as_py()) if len(asked) else 0.0

    def asked(self, without: Sequence[str] = ()) -> pa.Array:
        """The filled values but for some words."""
        if not without:
            return self.filled
        return self.filled.filter(pc.invert(pc.is_in(self.filled, pa.array(without, pa.string()))))

    def strangers(self, pattern: str, most: int = 5) -> list[str] | None:
        """The values that do not match, if they are few words; None where they are many."""
        odd = self.filled.filter(pc.invert(pc.match_substring_regex(self.filled, pattern)))
        found = pc.unique(odd)
        return sorted(found.to_pylist()) if len(found) <= most else None

    def numbers(self, without: Sequence[str] = ()) -> pa.Array:
        """The values that are numbers, as such."""
        asked = self.asked(without)
        good = asked.filter(pc.match_substring_regex(asked, NUMBER))
        good = pc.replace_substring(good, ",", "")
        return pc.cast(good.filter(pc.not_equal(good, "")), pa.float64())

    @cached_property
    def is_masked(self) -> bool:
        """Whether values have been made unreadable: 130****5678."""
        return self.share(_MASKED) > _MASKED_LEAST

    @property
    def empty_words(self) -> list[str]:
        """Words among its values that stand for an empty one."""
        known = set(words()["empty"]["words"])
        return [value for value in self.counts if value in known]


@dataclass(frozen=True)
class Sheet:
    """The rows of files with the same columns: `faulty` records could not be split into them.

    `sheet_named` is the sheet of a workbook that has several.
    """

    paths: tuple[Path, ...]
    style: Style
    table: pa.Table
    rows: int
    faulty: int
    sheet_named: str | None

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """Its columns, in order."""
        return tuple(
            Profile(name, self.table.column(name).combine_chunks()) for name in self.table.column_names
        )

    @cached_property
    def different(self) -> int:
        """How many rows are different from each other."""
        return self.distinct(self.table.column_names)

    def distinct(self, names: Sequence[str]) -> int:
        """How many different combinations of values those columns have."""
        return int(self.table.select(list(names)).group_by(list(names)).aggregate([]).num_rows)


def read_sheet(paths: Sequence[Path], style: Style, sheet_named: str | None = None) -> Sheet:
    """The first rows of files that have the same columns."""
    names = [name for name in header(paths[0], style) if name]
    kept: list[pa.Table] = []
    rows = faulty = held = 0
    for path in paths:
        for batch in batches(path, 0, names, style):
            bad = batch.num_rows - batch.column(FAULT).null_count
            rows += batch.num_rows - bad
            faulty += bad
            if held < MOST_ROWS:
                good = batch.filter(pc.is_null(batch.column(FAULT))) if bad else batch
                columns = [pc.fill_null(good.column(f"c{place}"), "") for place in range(len(names))]
                kept.append(pa.table(columns, names=names))
                held += good.num_rows
    empty = pa.table([pa.array([], pa.string())] * len(names), names=names)
    table = pa.concat_tables(kept) if kept else empty
    return Sheet(tuple(paths), style, table.slice(0, MOST_ROWS), rows, faulty, sheet_named)
