"""What a plan in the making uses of every limit, and what it may use."""

from abc import ABC, abstractmethod

import numpy as np

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.problem import Floats, Problem, Response, Whole

REPAIRS = 20
"""Rounds over all limits that are overstepped."""
FREE = 1e18
"""A bound that nothing reaches."""


class Room(ABC):
    """The use of every limit by a plan of held rows, the bounds with the levels taken in, and who takes part in what.

    `limits` and `shares` list the limits of each cell and its share in them [cell × the most limits of a cell], −1 and
    0 where it has fewer.
    """

    def __init__(self, problem: Problem, rows: HeldRows, total: Response, levels: Floats) -> None:
        self.problem, self.rows = problem, rows
        self.use = problem.use(total)
        self.made = 0
        self._levels = levels.copy()
        self.bound = problem.bound + problem.lift(levels)
        self.slack = problem.slack
        order = np.lexsort((problem.limit_of, problem.cell_of))
        cell = problem.cell_of[order]
        first = np.searchsorted(cell, np.arange(problem.cells))
        slot = np.arange(len(cell)) - first[cell]
        width = int(slot.max(initial=-1)) + 1
        self.limits = np.full((problem.cells, width), -1)
        self.limits[cell, slot] = problem.limit_of[order]
        self.shares = np.zeros((problem.cells, width))
        self.shares[cell, slot] = problem.share[order]
        self._by_limit = np.argsort(problem.limit_of, kind="stable")
        self._first_of = np.searchsorted(problem.limit_of[self._by_limit], np.arange(len(problem.limits) + 1))
        self._by_cell = np.argsort(rows.cell, kind="stable")
        self._first = np.searchsorted(rows.cell[self._by_cell], np.arange(problem.cells + 1))

    @abstractmethod
    def relieve(self, limit: int) -> None:
        """Take what costs least score for what it frees of this limit, until it is kept or nothing helps."""

    def repair(self) -> None:
        """Relieve what is overstepped; where that does not do, with free levels, and then where they can be kept."""
        self._relieve_all()
        if len(self.over()) and len(self._levels):
            asks = (self.problem.level_of >= 0) & (self.problem.sign < 0)
            self.bound[asks] = FREE
            self._relieve_all()
            self._lower_levels()
            self._relieve_all()

    def _relieve_all(self) -> None:
        for _ in range(REPAIRS):
            before = self.made
            for limit in self.over():
                self.relieve(int(limit))
            if not len(self.over()) or self.made == before:
                return

    def _lower_levels(self) -> None:
        """Lower each level to what the limits that ask for it have reached.

        Who has too much can always be given less; who has too little may have no room left.
        """
        problem = self.problem
        for n in range(len(problem.levels)):
            asks = (problem.level_of == n) & (problem.sign < 0)
            reached = (problem.bound - self.use)[asks].min(initial=np.inf)
            self._levels[n] = min(self._levels[n], reached)
        self.bound = problem.bound + problem.lift(self._levels)

    def over(self) -> Whole:
        """The limits that are overstepped, the worst first."""
        excess = (self.use - self.bound - self.slack) / np.maximum(np.abs(self.bound), 1.0)
        found = np.flatnonzero(excess > 0)
        return found[np.argsort(-excess[found], kind="stable")]

    def is_over(self, limit: int) -> bool:
        """Whether this limit is overstepped."""
        return bool(self.use[limit] > self.bound[limit] + self.slack[limit])

    def members(self, limit: int) -> tuple[Whole, Floats]:
        """The rows that take part in a limit, and the share with which each does."""
        at = self._by_limit[self._first_of[limit] : self._first_of[limit + 1]]
        cells = self.problem.cell_of[at]
        members = np.concatenate([self._by_cell[self._first[g] : self._first[g + 1]] for g in cells])
        return members, np.repeat(self.problem.share[at], (self._first[1:] - self._first[:-1])[cells])

    def own(self, limit: int, rows: Whole) -> Floats:
        """The use of one limit by each row for every offer, the cell's share aside; 0 where it may not have it."""
        problem = self.problem
        value = np.where(np.isfinite(self.rows.value[rows]), self.rows.value[rows], 0.0)
        use: Floats = (
            problem.count[limit] + problem.value[limit] * value + problem.cost[limit] * self.rows.cost[rows]
        )
        return use

    def uses(self, rows: Whole, offer: Whole) -> Floats:
        """The use of every limit of its cell by each row with that offer [row × the cell's limits]."""
        problem, cell = self.problem, self.rows.cell[rows]
        limit, k = self.limits[cell], offer[:, None]
        value, cost = self.rows.value[rows, offer][:, None], self.rows.cost[rows, offer][:, None]
        use = problem.count[limit, k] + problem.value[limit, k] * value + problem.cost[limit, k] * cost
        found: Floats = self.shares[cell] * use
        return found

    def left(self, cell: Whole) -> Floats:
        """What each limit of these cells has left [… × the cell's limits]; ∞ where there is none."""
        limit = self.limits[cell]
        return np.where(limit >= 0, (self.bound + self.slack - self.use)[limit], np.inf)
