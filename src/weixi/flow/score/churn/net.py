"""A small neural network in the stack: unlike trees and straight lines, and so worth having beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from weixi.flow.score.churn.encode import Encoding, learn_encoding
from weixi.flow.score.churn.frame import Floats, Frame, Ints
from weixi.flow.score.churn.member import Fitted, Member
from weixi.flow.score.heavy import sklearn

HIDDEN = 48
"""Units of the one hidden layer; the penalty (`alpha`) and early passes on the path hold it back."""
NETS = 2
"""Networks from different starts whose log odds are averaged: one alone depends on its start."""
_STEPS = 201
"""Points at which a number's ranks are kept: every half of a percent."""
_EDGE = 0.005
"""The outermost ranks are read as this: ±2.6 deviations."""

Single = NDArray[np.float32]
Layers = tuple[tuple[Single, Single], ...]


@dataclass(frozen=True)
class _Normal:
    """Each number by its rank among the training rows, as a point of the normal distribution; a hole is its middle."""

    points: Mapping[str, tuple[Floats, Floats]]

    def of(self, frame: Frame) -> Floats:
        """The points of these rows' numbers, one column a number."""
        columns = []
        for name, (values, places) in self.points.items():
            given = frame.numbers[name]
            columns.append(np.where(np.isnan(given), 0.0, np.interp(np.nan_to_num(given), values, places)))
        return np.column_stack(columns) if columns else np.zeros((frame.rows, 0))


def _learn_normal(frame: Frame) -> _Normal:
    points = {}
    for name, given in frame.numbers.items():
        there = given[~np.isnan(given)]
        steps = np.quantile(there, np.linspace(0, 1, _STEPS)) if there.size else np.zeros(_STEPS)
        values, first, times = np.unique(steps, return_index=True, return_counts=True)
        ranks = (first + (times - 1) / 2) / (_STEPS - 1)
        points[name] = (values, ndtri(np.clip(ranks, _EDGE, 1 - _EDGE)))
    return _Normal(points)


@dataclass(frozen=True)
class _Nets:
    encoding: Encoding
    normal: _Normal
    stages: tuple[tuple[Layers, ...], ...]

    def margins(self, frame: Frame) -> Floats:
        """As `Fitted` says."""
        given = _given(self.encoding, self.normal, frame)
        return np.column_stack(
            [np.mean([_through(layers, given) for layers in nets], axis=0) for nets in self.stages]
        )

    def margin(self, frame: Frame, setting: int) -> Floats:
        """As `Fitted` says."""
        given = _given(self.encoding, self.normal, frame)
        found: Floats = np.mean([_through(layers, given) for layers in self.stages[setting]], axis=0)
        return found


def _given(encoding: Encoding, normal: _Normal, frame: Frame) -> Single:
    return np.hstack([normal.of(frame), encoding.flags(frame), encoding.hot(frame)]).astype(np.float32)


def _through(layers: Layers, given: Single) -> Floats:
    last = len(layers) - 1
    for place, (weights, shift) in enumerate(layers):
        given = given @ weights + shift
        if place < last:
            given = np.maximum(given, 0)
    return given[:, 0].astype(np.float64)


def fit_nets(frame: Frame, label: Ints, path: Sequence[float], seed: int, threads: int) -> Fitted:
    """Two networks of one hidden layer, their log odds averaged; the path is of passes over the rows."""
    encoding, normal = learn_encoding(frame), _learn_normal(frame)
    given = _given(encoding, normal, frame)
    stages: list[list[Layers]] = [[] for _ in path]
    for place in range(NETS):
        net = sklearn.neural_network.MLPClassifier(
            (HIDDEN,), alpha=1.0, learning_rate_init=2e-3, batch_size=256, random_state=seed * NETS + place
        )
        for passed in range(1, int(path[-1]) + 1):
            net.partial_fit(given, label, classes=[0, 1])
            if passed in path:
                layers = zip(net.coefs_, net.intercepts_, strict=True)
                stages[path.index(passed)].append(tuple((w.copy(), b.copy()) for w, b in layers))
    return _Nets(encoding, normal, tuple(tuple(nets) for nets in stages))


NET = Member("network", (4, 8, 12, 16, 24, 32), 1, fit_nets)
