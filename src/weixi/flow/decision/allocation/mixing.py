"""A mixture applied to rows: each answers one of its cell's points, as often as the mixture says, evenly spread."""

from collections.abc import Iterator

import numpy as np

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.master import Mixture
from weixi.flow.decision.allocation.problem import Floats, Problem, Whole

GOLDEN = (5**0.5 - 1) / 2
"""Multiples of the golden section, their whole part left away, fill the unit interval as evenly as any sequence can."""
PLACES = 1_000_000
"""Places in the line that are looked at together."""


def mixed(
    problem: Problem, rows: HeldRows, mixture: Mixture, asked: tuple[Floats, ...], score: Floats
) -> Whole:
    """One offer a row, in the proportion of the mixture within rows that answer alike.

    Where equal rows are held once: how many of each take every offer [row × offer].
    """
    answers, reach = _answers(problem, rows, mixture, asked)
    pattern = np.zeros(len(rows), dtype=np.int64)
    for column in range(answers.shape[1]):
        _, pattern = np.unique(pattern * len(problem.offers) + answers[:, column], return_inverse=True)
    at = np.arange(len(rows))
    regret = score.max(axis=1) - score[at, answers[:, 0]] if len(rows) else np.zeros(0)
    line = np.lexsort((rows.ids, regret, pattern, rows.cell))
    last, width = answers.shape[1] - 1, len(problem.offers)
    if rows.members is None:
        choice = np.empty(len(rows), dtype=np.int64)
        for first, row in _pieces(line):
            height = np.arange(first, first + len(row)) * GOLDEN % 1.0
            picked = np.minimum((height[:, None] >= reach[rows.cell[row]]).sum(axis=1), last)
            choice[row] = answers[row, picked]
        return choice
    counts = np.zeros(len(rows) * width, dtype=np.int64)
    for first, row in _pieces(np.repeat(line, rows.members.times[line].astype(np.int64))):
        height = np.arange(first, first + len(row)) * GOLDEN % 1.0
        picked = np.minimum((height[:, None] >= reach[rows.cell[row]]).sum(axis=1), last)
        counts += np.bincount(row * width + answers[row, picked], minlength=len(counts))
    return counts.reshape(-1, width)


def _pieces(line: Whole) -> Iterator[tuple[int, Whole]]:
    """The line piece by piece, with the place at which each begins."""
    for first in range(0, len(line), PLACES):
        yield first, line[first : first + PLACES]


def _answers(
    problem: Problem, rows: HeldRows, mixture: Mixture, asked: tuple[Floats, ...]
) -> tuple[Whole, Floats]:
    """What each row answers at its cell's points [row × slot], and the heights that these reach [cell × slot]."""
    order = np.lexsort((-mixture.weight, mixture.cell))
    cell, point, weight = mixture.cell[order], mixture.point[order], mixture.weight[order]
    first = np.searchsorted(cell, np.arange(problem.cells))
    slot = np.arange(len(cell)) - first[cell]
    width = int(slot.max(initial=0)) + 1
    share = np.zeros((problem.cells, width))
    share[cell, slot] = weight
    reach = np.cumsum(share, axis=1) / np.maximum(share.sum(axis=1, keepdims=True), 1e-300)
    answers = np.zeros((len(rows), width), dtype=np.int64)
    for number in np.unique(point):
        prices = problem.prices(asked[number])
        at = np.flatnonzero(point == number)
        slots = np.full(problem.cells, -1)
        slots[cell[at]] = slot[at]
        member = np.flatnonzero(slots[rows.cell] >= 0)
        answers[member, slots[rows.cell[member]]] = rows.choices(prices, member)
    return np.where(share[rows.cell] > 0, answers, answers[:, :1]), reach
