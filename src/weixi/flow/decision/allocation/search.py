"""The outer loop: prices go to the rows, their responses to the master, and its duals are the next prices."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from weixi.flow.decision.allocation.master import Master, Mixture
from weixi.flow.decision.allocation.problem import Floats, Prices, Problem, Response, Whole

Answer = Callable[[list[Prices]], list[Response]]
"""One pass over some rows: what each cell answers at each of the points."""


@dataclass(frozen=True)
class Ground:
    """The scales of one problem: what one unit of each limit's use and of the objective is, and the penalty."""

    units: Floats
    scale: float
    penalty: Floats

    def is_over(self, excess: Floats) -> bool:
        """Whether a limit is overstepped by more than the solver's tolerance."""
        return bool((excess > 1e-7 * self.units).any())


@dataclass(frozen=True)
class Found:
    """What a search ended with: prices with the best bound, that bound, the last mixture, every point asked.

    `choice` is one offer a row where the mixture has no points.
    """

    duals: Floats
    bound: float
    mixture: Mixture
    asked: tuple[Floats, ...]
    answers: tuple[Response, ...]
    rounds: int
    choice: Whole | None = None

    @property
    def gap(self) -> float:
        """(bound − mixture) ÷ |bound|."""
        return (self.bound - self.mixture.value) / max(abs(self.bound), 1.0)


def ground(problem: Problem, free: Response) -> Ground:
    """The scales, from the response at no price at all: a limit with bound 0 is measured by what moves in it."""
    moved = np.bincount(problem.limit_of, weights=np.abs(problem.parts(free)), minlength=len(problem.limits))
    units = np.maximum(np.maximum(np.abs(problem.bound), moved), 1.0)
    value = np.abs(free.value).sum(axis=1)
    worth = np.bincount(problem.limit_of, weights=value[problem.cell_of], minlength=len(problem.limits))
    return Ground(units, max(value.sum() / problem.cells, 1.0), PENALTY * np.maximum(worth, 1.0) / units)


MOST_HELD = 1_500_000
"""Rows that may be held in memory."""
PENALTY = 100.0
"""Times the value of everything a limit's cells hold ÷ its unit: above any price at which an offer is still taken."""


def bound_of(problem: Problem, duals: Floats, made: Response) -> float:
    """The dual value: no feasible allocation of these rows is worth more, whatever the (balanced) prices."""
    priced = problem.worth(made).sum() - (duals * problem.use(made)).sum()
    return float(duals @ problem.bound + priced)


def search(
    problem: Problem,
    answer: Answer,
    scales: Ground,
    start: list[Floats],
    *,
    tolerance: float,
    rounds: int,
) -> Found:
    """Mix responses until bound and mixture are within the tolerance, or the rounds are used up."""
    master = Master(problem, scales.units, scales.scale, scales.penalty)
    best, bound = problem.balanced(start[0]), np.inf
    asked: list[Floats] = []
    answers: list[Response] = []
    points, done = [problem.balanced(duals) for duals in start], 0
    while True:
        done += 1
        made = answer([problem.prices(duals) for duals in points])
        for duals, response in zip(points, made, strict=True):
            value = bound_of(problem, duals, response)
            if value < bound:
                best, bound = duals, value
            master.add(response)
        asked += points
        answers += made
        mixture = master.solve()
        found = Found(best, bound, mixture, tuple(asked), tuple(answers), done)
        if found.gap <= tolerance or done >= rounds:
            return found
        asking = problem.balanced(mixture.duals)
        points = [asking, (asking + best) / 2]


def active(found: Found) -> list[Floats]:
    """The points that most cells mix."""
    points, times = np.unique(found.mixture.point, return_counts=True)
    order = points[np.argsort(-times, kind="stable")][:3]
    return [found.asked[n] for n in order]
