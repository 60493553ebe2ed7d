"""What a model reads, learnt from its training rows alone: numbers filled and scaled, splines, one-hot, counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from weixi.flow.score.churn.frame import Floats, Frame, Words
from weixi.flow.score.heavy import sklearn

RARE = 20
"""A word that fewer training rows have is read like one never seen."""
FEW = 16
"""A column of more words than this is also read as the number of training rows that share the row's word."""
KNOTS = 6
"""Knots of a spline, at the quantiles: few enough for a few hundred leavers to bend it."""


@dataclass(frozen=True)
class Encoding:
    """What the training rows say of every column: medians, scales, which numbers have holes, the words kept."""

    medians: Mapping[str, float]
    means: Mapping[str, float]
    scales: Mapping[str, float]
    ranges: Mapping[str, tuple[float, float]]
    holes: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, tuple[int, ...]]

    def filled(self, frame: Frame) -> Floats:
        """The numbers, holes filled with the median, scaled; beside them the flags.

        A number beyond those of the training rows is read as the nearest of them: a line drawn through two months
        says nothing of a third.
        """
        columns = []
        for name, median in self.medians.items():
            values = frame.numbers[name]
            whole = np.where(np.isnan(values), median, values)
            seen = np.clip(whole, *self.ranges[name])
            columns.append(np.clip((seen - self.means[name]) / self.scales[name], -WIDEST, WIDEST))
        return np.hstack([_side_by_side(columns, frame.rows), self.flags(frame)])

    def flags(self, frame: Frame) -> Floats:
        """Whether the number is missing, for each column that had holes in training."""
        return _side_by_side(
            [np.isnan(frame.numbers[name]).astype(np.float64) for name in self.holes], frame.rows
        )

    def hot(self, frame: Frame) -> Floats:
        """One flag for each kept word of each column, the first one's apart where it has only two."""
        columns = []
        for name, words in self.words.items():
            columns += _flags(frame.words[name], words)
        return _side_by_side(columns, frame.rows)

    def raw(self, frame: Frame) -> Floats:
        """For trees: numbers with their holes, flags of short columns of words, counts and places of long ones."""
        columns = [frame.numbers[name] for name in self.medians]
        for name, words in self.words.items():
            if len(words) > FEW:
                columns.append(np.array([*self.counts[name], 0.0])[frame.words[name].coded_as(words)])
            else:
                columns += _flags(frame.words[name], words)
        return _side_by_side(columns, frame.rows)

    def raw_names(self) -> tuple[str, ...]:
        """The column of the table that each column of `raw` comes from."""
        names = list(self.medians)
        for name, words in self.words.items():
            names += [name] * (1 if len(words) > FEW else len(_flagged(words)))
        return tuple(names)


WIDEST = 8.0
"""A scaled number beyond this is read as this: one wild value cannot carry a linear score away."""


def learn_encoding(frame: Frame) -> Encoding:
    """The encoding that these training rows give."""
    medians, means, scales, ranges, holes = {}, {}, {}, {}, []
    for name, values in frame.numbers.items():
        missing = np.isnan(values)
        there = values[~missing]
        medians[name] = float(np.median(there)) if there.size else 0.0
        whole = np.where(missing, medians[name], values)
        means[name] = float(whole.mean())
        scales[name] = float(whole.std()) or 1.0
        ranges[name] = (float(whole.min()), float(whole.max()))
        if missing.any() and not missing.all():
            holes.append(name)
    words, counts = {}, {}
    for name, column in frame.words.items():
        words[name], counts[name] = _kept(column)
    return Encoding(medians, means, scales, ranges, tuple(holes), words, counts)


def _kept(column: Words) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The words that enough rows have, the most frequent first, and how many rows have each."""
    found = np.bincount(column.codes, minlength=len(column.words))
    kept = [(-int(count), word) for word, count in zip(column.words, found, strict=True) if count >= RARE]
    kept.sort()
    return tuple(word for _, word in kept), tuple(-count for count, _ in kept)


def _flagged(words: Sequence[str]) -> range:
    """The places of the words that get a flag of their own: of two, the second says all."""
    return range(1 if len(words) == 2 else 0, len(words))


def _flags(column: Words, words: Sequence[str]) -> list[Floats]:
    codes = column.coded_as(words)
    return [(codes == place).astype(np.float64) for place in _flagged(words)]


def _side_by_side(columns: Sequence[Floats], rows: int) -> Floats:
    return np.column_stack(columns) if columns else np.zeros((rows, 0))


@dataclass(frozen=True)
class Splines:
    """Cubic splines of the numbers that have more values than knots; the others stay as they are."""

    curved: tuple[int, ...]
    straight: tuple[int, ...]
    transformer: Any | None

    def of(self, numbers: Floats) -> Floats:
        """The splines' bases, then the straight columns."""
        straight = numbers[:, list(self.straight)]
        if self.transformer is None:
            return straight
        return np.hstack([self.transformer.transform(numbers[:, list(self.curved)]), straight])


def learn_splines(numbers: Floats) -> Splines:
    """Splines with knots at the quantiles of these rows."""
    grid = np.linspace(0, 1, KNOTS)
    curved, knots = [], []
    for place in range(numbers.shape[1]):
        points = np.unique(np.quantile(numbers[:, place], grid))
        if len(points) == KNOTS:
            curved.append(place)
            knots.append(points)
    straight = tuple(place for place in range(numbers.shape[1]) if place not in set(curved))
    if not curved:
        return Splines((), straight, None)
    transformer = sklearn.preprocessing.SplineTransformer(
        degree=3, knots=np.column_stack(knots), extrapolation="constant", include_bias=False
    )
    transformer.fit(numbers[:, curved])
    return Splines(tuple(curved), straight, transformer)
