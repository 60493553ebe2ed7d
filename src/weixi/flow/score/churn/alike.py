"""Columns whose names share a word, read as their sum as well: day, evening and night charges make a bill.

Trees need many cuts for a sum that a name gives away. Made row by row; no label is looked at.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from weixi.flow.score.churn.frame import Floats, Frame

LEAST = 3
"""So many columns must share a word."""
MOST = 8
"""At most so many sums are made, those of the most columns."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BREAK = re.compile(r"[\W_]+")
_VALUES = 10
"""A column of fewer values is a code or a flag, not an amount."""


@dataclass(frozen=True)
class Sums:
    """The sums that training rows give: `Σ word` → the columns that it adds."""

    columns: Mapping[str, tuple[str, ...]]

    def beside(self, frame: Frame) -> Frame:
        """The frame with the sums beside its columns; a hole counts as nothing, nothing but holes as a hole."""
        sums = {name: _sum([frame.numbers[one] for one in names]) for name, names in self.columns.items()}
        return Frame({**frame.numbers, **sums}, frame.words, frame.rows) if sums else frame


def learn_sums(frame: Frame) -> Sums:
    """The sums of those columns that are amounts in these rows."""
    amounts = [name for name, values in frame.numbers.items() if _is_amount(values)]
    return Sums({f"Σ {word}": names for word, names in alike(amounts).items()})


def alike(names: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Each word that enough of the names end with → those names; words of the same names are one."""
    found: dict[str, list[str]] = {}
    for name in names:
        tokens = [token.lower() for token in _BREAK.split(_CAMEL.sub(" ", name)) if token]
        if len(tokens) > 1:
            found.setdefault(tokens[-1], []).append(name)
    groups = [(word, tuple(columns)) for word, columns in found.items() if len(columns) >= LEAST]
    groups.sort(key=lambda group: (-len(group[1]), group[0]))
    return dict(groups[:MOST])


def _is_amount(values: Floats) -> bool:
    """Whether the column counts or measures something: not negative, and of more than a few values."""
    there = values[~np.isnan(values)]
    return bool(there.size) and float(there.min()) >= 0 and len(np.unique(there)) >= _VALUES


def _sum(columns: Sequence[Floats]) -> Floats:
    beside = np.column_stack(list(columns))
    return np.where(np.isnan(beside).all(axis=1), np.nan, np.nansum(beside, axis=1))
