"""Strictly one after the other: some cells are served as if the others asked nothing, the others with what is left."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from weixi.dialect.types import ColumnType as T
from weixi.engine import Partition, Store
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.flow.decision.allocation.arrays import Bools
from weixi.flow.decision.allocation.problem import Floats, Problem, Response
from weixi.flow.decision.allocation.response import StoredRows
from weixi.flow.decision.allocation.shortage import Infeasible
from weixi.flow.decision.allocation.solve import Solution, solve
from weixi.flow.decision.allocation.wide import ALLOCATION, wide_table

TURN = Table(
    name="allocation_turn",
    grain="one cell, and whether it is served first",
    partition=("number",),
    key=("cell",),
    columns=(
        C("cell", T.INTEGER, "the cell", required=True),
        C("is_first", T.BOOLEAN, "served first", required=True),
    ),
)


@dataclass(frozen=True)
class InTurn:
    """Two allocations as one: the choices of all rows, their totals, and what both proofs say together.

    `bound`: what those first could have at most, and what the others could have of the rest. `prices` are what one more
    unit is worth to those first, or where they need none, to the others.
    """

    chosen: Partition
    total: Response
    bound: float
    prices: Floats
    passes: int


def in_turn(
    work: Path,
    store: Store,
    rows: Partition,
    problem: Problem,
    first: Collection[int],
    progress: Callable[[str], None],
) -> InTurn | Infeasible:
    """The rows of the cells `first` as if the others had no value, only to be kept within the limits; then the others.

    The choices of those first stay what they are, so that their value is not lowered.
    """
    is_first = np.isin(np.arange(problem.cells), list(first))
    ahead = Problem(problem.cells, problem.offers, problem.limits, np.where(is_first, problem.weights, 0.0))
    one = _solved(Store(work / "first", store.engine, transient=True), rows, ahead, progress)
    if isinstance(one, Infeasible):
        return one
    own = one.solution.total.of(is_first)
    left = problem.sign * problem.use(own)
    limits = [replace(limit, bound=limit.bound - left[j]) for j, limit in enumerate(problem.limits)]
    behind = Problem(problem.cells, problem.offers, limits, problem.weights)
    second = Store(work / "second", store.engine, transient=True)
    turns = _turns(second, is_first)
    others = second.write(
        wide_table(problem.offers),
        rows.key,
        _others([column.name for column in wide_table(problem.offers).columns]),
        inputs={"wide": rows, "turn": turns},
    )
    two = _solved(second, others, behind, progress)
    if isinstance(two, Infeasible):
        return two
    columns = [column.name for column in ALLOCATION.columns]
    chosen = second.write(
        replace(ALLOCATION, name="allocation_in_turn"),
        rows.key,
        f"""SELECT {", ".join(f"a.{name}" for name in columns)} FROM ahead AS a JOIN turn AS t ON t.cell = a.cell
        WHERE t.is_first UNION ALL SELECT {", ".join(columns)} FROM behind""",
        inputs={"ahead": one.chosen, "behind": two.chosen, "turn": turns},
    )
    before, after = one.solution.priced.duals, two.solution.priced.duals
    return InTurn(
        chosen,
        own.plus(two.solution.total),
        one.solution.bound + two.solution.bound,
        np.where(before > 0, before, after),
        one.passes + two.passes,
    )


@dataclass(frozen=True)
class _Solved:
    solution: Solution
    chosen: Partition
    passes: int


def _solved(
    work: Store, rows: Partition, problem: Problem, progress: Callable[[str], None]
) -> _Solved | Infeasible:
    stored = StoredRows(work, rows, problem)
    solution = solve(problem, stored, progress)
    if isinstance(solution, Infeasible):
        return solution
    passes, held = stored.passes, solution.priced.held
    prices = problem.prices(solution.settled_at)
    return _Solved(solution, stored.settle(work, prices, held, solution.choice, {}), passes)


def _turns(work: Store, is_first: Bools) -> Partition:
    batch = pa.RecordBatch.from_pydict(
        {"cell": np.arange(len(is_first), dtype=np.int32), "is_first": pa.array(is_first)}
    )
    return work.put(TURN, {"number": 1}, [batch], origin=is_first.tobytes().hex())


def _others(columns: list[str]) -> str:
    own = ", ".join(f"w.{name}" for name in columns)
    return f"SELECT {own} FROM wide AS w JOIN turn AS t ON t.cell = w.cell WHERE NOT t.is_first"
