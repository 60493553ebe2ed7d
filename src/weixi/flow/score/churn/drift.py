"""How far a month has moved from what a model was trained on: the population stability index."""

import numpy as np

from weixi.flow.score.churn.frame import Floats, Frame, Ints
from weixi.kernel.terms import Term

BINS = 10
"""Ranges of equal rows that a number is parted into."""

MOVED, SHIFTED = 0.1, 0.25
"""Index from which on a column has moved, and above which it has shifted (Siddiqi, “Credit Risk Scorecards”, 2006)."""

_LEAST = 1e-4
"""A share is read as at least this: an empty range would count for ever."""


class Movement(Term):
    """How far a column's distribution has moved since the model was trained."""

    STEADY = "STEADY", "稳定", "steady"
    MOVED = "MOVED", "有变化", "moved"
    SHIFTED = "SHIFTED", "明显偏移", "shifted"


def movement_of(index: float) -> Movement:
    """What a stability index is called."""
    if index < MOVED:
        return Movement.STEADY
    return Movement.MOVED if index <= SHIFTED else Movement.SHIFTED


def psi_of_shares(then: Floats, now: Floats) -> float:
    """PSI: Σ (share now - share then) · ln(share now / share then), over the ranges."""
    was, here = np.maximum(then, _LEAST), np.maximum(now, _LEAST)
    return float(((here - was) * np.log(here / was)).sum())


def psi_of_numbers(then: Floats, now: Floats) -> float:
    """The index of a number, in ranges of equal rows then; holes are a range of their own."""
    there = then[~np.isnan(then)]
    edges = np.unique(np.quantile(there, np.linspace(0, 1, BINS + 1)[1:-1])) if there.size else np.zeros(0)
    return psi_of_shares(
        _shares(_ranges(then, edges), len(edges) + 2), _shares(_ranges(now, edges), len(edges) + 2)
    )


def psi_by_column(then: Frame, now: Frame) -> dict[str, float]:
    """The index of every column, the greatest first; a word that was not there then is counted with the rare ones."""
    found = {name: psi_of_numbers(values, now.numbers[name]) for name, values in then.numbers.items()}
    for name, column in then.words.items():
        count = len(column.words) + 1
        later = now.words[name].coded_as(column.words)
        found[name] = psi_of_shares(_shares(column.codes, count), _shares(later, count))
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _ranges(values: Floats, edges: Floats) -> Ints:
    places = np.searchsorted(edges, values, side="right")
    return np.where(np.isnan(values), len(edges) + 1, places).astype(np.int64)


def _shares(places: Ints, count: int) -> Floats:
    return np.asarray(np.bincount(places, minlength=count) / max(len(places), 1))
