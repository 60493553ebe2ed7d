"""The entry: rows, offers and limits in, the chosen offers and their certificate out."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from weixi.engine import Partition, Store
from weixi.flow.decision.allocation.baseline import baselines
from weixi.flow.decision.allocation.certificate import Allocation, Certificate, limit_uses
from weixi.flow.decision.allocation.problem import Choice, Floats, Limit, Problem
from weixi.flow.decision.allocation.response import StoredRows
from weixi.flow.decision.allocation.shortage import Infeasible
from weixi.flow.decision.allocation.solve import Solution, solve


def allocate(
    store: Store,
    rows: Partition,
    offers: Sequence[Choice],
    limits: Sequence[Limit],
    cells: int,
    *,
    weights: Floats | None = None,
    compare: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> Allocation | Infeasible:
    """The offer of every row that together are worth most within the limits, with the proof how near that is.

    `rows` is a partition of `wide_table(offers)` whose cells are numbered below `cells`; the hold-out takes no part.
    `compare` runs the rules of thumb on the same limits beside it.
    """
    problem = Problem(cells, offers, limits, weights)
    scratch = store.home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch, prefix="allocation-") as name:
        work = Store(Path(name), store.engine, transient=True)
        stored = StoredRows(work, rows, problem)
        solution = solve(problem, stored, progress)
        if isinstance(solution, Infeasible):
            return solution
        certificate = _certificate(problem, solution, stored.passes)
        prices = problem.prices(solution.settled_at)
        beside = tuple(baselines(store, rows, problem.offers, problem)) if compare else ()
        chosen = stored.settle(store, prices, solution.priced.held, solution.choice, certificate.note())
    return Allocation(chosen, certificate, beside)


def _certificate(problem: Problem, solution: Solution, passes: int) -> Certificate:
    value = float(problem.worth(solution.total).sum())
    uses = limit_uses(problem, solution.use, solution.priced.duals)
    return Certificate(int(solution.total.count.sum()), solution.bound, value, passes, uses)
