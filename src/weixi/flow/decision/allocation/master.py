"""The master problem: past responses of every cell, mixed so that the limits hold; its duals are the next prices."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import highspy
import numpy as np
from scipy import sparse

from weixi.flow.decision.allocation.arrays import Bools
from weixi.flow.decision.allocation.problem import Floats, Problem, Response, Whole

CALM = {"output_flag": False, "threads": 1, "random_seed": 7}
PRIMAL_SIMPLEX = 4
"""The last basis stays feasible when columns are added, so that the primal simplex goes on from it."""

MANY_CELLS = 2_000
"""From here on the simplex with a row a cell costs more than all passes."""
LOCAL = 0.05
"""A limit of no more than this share of the cells is a local one."""

_OPEN: Callable[[], highspy.Highs] = highspy.Highs


def solver() -> highspy.Highs:
    """A quiet solver on one thread, maximising. Threads are set once: a later change is refused without an error."""
    made = _OPEN()
    for name, value in CALM.items():
        if made.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise RuntimeError(f"HiGHS does not take {name}={value}")
    made.changeObjectiveSense(highspy.ObjSense.kMaximize)
    return made


def groups(problem: Problem) -> Whole:
    """The group of each cell: cells are mixed alike where they are many and take part in the same local limits.

    A row and a column a cell cost the simplex more than all passes then; of a county's cells one mixture is enough.
    Cells without a limit of their own stay alone.
    """
    if problem.cells < MANY_CELLS:
        return np.arange(problem.cells)
    is_local = np.diff(problem.member.tocsc().indptr) <= LOCAL * problem.cells
    own = sparse.csr_matrix(problem.member[:, is_local])
    own.sort_indices()
    found: dict[bytes, int] = {}
    group = np.empty(problem.cells, dtype=np.int64)
    for cell, (first, last) in enumerate(pairwise(own.indptr)):
        key = own.indices[first:last].tobytes() or b"alone %d" % cell
        group[cell] = found.setdefault(key, len(found))
    return group


@dataclass(frozen=True)
class Mixture:
    """What a master says: a price a limit, the value of the mixture, how far each limit is overstepped (use units).

    `cell`, `point` and `weight` list the responses in use: in that cell so much of what that point answered.
    """

    duals: Floats
    value: float
    excess: Floats
    levels: Floats
    cell: Whole
    point: Whole
    weight: Floats


class Master:
    """One linear program: a row a limit (use ≤ bound, elastic), a row a cell (its weights sum to 1).

    `units` scale the limits' rows, `scale` the objective, both to about 1; `penalty` is the price of overstepping,
    fen a unit of use. With weights of 0 and a penalty of 1 a unit it is phase 1: how little can be overstepped.
    """

    def __init__(
        self,
        problem: Problem,
        units: Floats,
        scale: float,
        penalty: Floats,
        *,
        feasibility_only: bool = False,
    ) -> None:
        self._problem, self._units, self._scale = problem, units, scale
        self._solver = solver()
        self._solver.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        self._group = groups(problem)
        limits, cells = len(problem.limits), int(self._group.max(initial=-1)) + 1
        self._groups = cells
        none, no_place = np.zeros(0), np.zeros(0, np.int32)
        lower = np.concatenate([np.full(limits, -highspy.kHighsInf), np.ones(cells)])
        upper = np.concatenate([problem.bound / units, np.ones(cells)])
        self._solver.addRows(limits + cells, lower, upper, 0, no_place, no_place, none)
        cost = penalty * units / self._scale
        self._add(-cost, np.arange(limits), np.arange(limits), np.full(limits, -1.0), high=highspy.kHighsInf)
        bound = problem.level_of >= 0
        width = len(problem.levels)
        self._level_unit = np.array([units[problem.level_of == n].max() for n in range(width)])
        if width:
            j = np.flatnonzero(bound)
            levels = problem.level_of[j]
            self._add(
                np.zeros(width), levels, j, -problem.sign[j] * self._level_unit[levels] / units[j],
                low=-highspy.kHighsInf, high=highspy.kHighsInf,
            )  # fmt: skip
        self._fixed = limits + width
        self._cell: list[Whole] = []
        self._point: list[Whole] = []
        self._seen: list[Response] = []

    def add(self, made: Response) -> None:
        """Offer the response of every cell as one more column, where it is not one that the cell already has."""
        problem, point = self._problem, len(self._seen)
        filled = self._grouped(made.count.sum(axis=1)) > 0
        new = np.flatnonzero(filled if not self._seen else self._is_new(made))
        if not self._seen:  # a group without rows has nothing to mix
            for group in np.flatnonzero(~filled):
                self._solver.changeRowBounds(int(len(problem.limits) + group), 0.0, 0.0)
        place = np.full(self._groups, -1)
        place[new] = np.arange(len(new))
        column = place[self._group[problem.cell_of]]
        use = problem.parts(made) / self._units[problem.limit_of]
        kept = (column >= 0) & (use != 0)
        table = sparse.coo_matrix(
            (use[kept], (column[kept], problem.limit_of[kept])), shape=(len(new), len(problem.limits))
        )
        table.sum_duplicates()
        worth = self._grouped(problem.worth(made))[new] / self._scale
        self._add(
            worth,
            np.concatenate([table.row, np.arange(len(new))]),
            np.concatenate([table.col, len(problem.limits) + new]),
            np.concatenate([table.data, np.ones(len(new))]),
        )
        self._cell.append(new)
        self._point.append(np.full(len(new), point))
        self._seen.append(made)

    def solve(self) -> Mixture:
        """The best mixture of what is there."""
        self._solver.run()
        status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS stopped at {status}")
        found = self._solver.getSolution()
        values, duals = np.array(found.col_value), np.array(found.row_dual)
        limits = len(self._problem.limits)
        weight = values[self._fixed :]
        used = weight > 1e-9
        excess = values[:limits] * self._units
        cell, point = np.concatenate(self._cell)[used], np.concatenate(self._point)[used]
        of = np.argsort(self._group, kind="stable")
        begin = np.searchsorted(self._group[of], np.arange(self._groups + 1))
        times = (begin[1:] - begin[:-1])[cell]
        inside = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        members = of[np.repeat(begin[cell], times) + inside]
        worth = self._solver.getInfo().objective_function_value * self._scale
        return Mixture(
            np.maximum(duals[:limits], 0.0) * self._scale / self._units,
            worth,
            excess,
            values[limits : self._fixed] * self._level_unit,
            members,
            np.repeat(point, times),
            np.repeat(weight[used], times),
        )

    def _is_new(self, made: Response) -> Bools:
        """The cells whose response is none of the earlier ones."""
        new: Bools = made.count.sum(axis=1) > 0
        for old in self._seen:
            same = (old.count == made.count).all(axis=1) & (old.value == made.value).all(axis=1)
            new &= ~(same & (old.cost == made.cost).all(axis=1))
        return np.bincount(self._group, weights=new, minlength=self._groups) > 0

    def _grouped(self, of_cells: Floats) -> Floats:
        return np.bincount(self._group, weights=of_cells, minlength=self._groups).astype(np.float64)

    def _add(
        self,
        cost: Floats,
        column: Whole,
        row: Whole,
        value: Floats,
        low: float = 0.0,
        high: float = highspy.kHighsInf,
    ) -> None:
        order = np.argsort(column, kind="stable")
        starts = np.searchsorted(column[order], np.arange(len(cost))).astype(np.int32)
        self._solver.addCols(
            len(cost), np.asarray(cost, dtype=np.float64), np.full(len(cost), low), np.full(len(cost), high),
            len(order), starts, row[order].astype(np.int32), np.asarray(value, dtype=np.float64)[order],
        )  # fmt: skip
