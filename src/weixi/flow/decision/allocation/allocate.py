"""The entry: rows, offers and limits in, the chosen offers and their certificate out."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from weixi.engine import Partition, Store
from weixi.flow.decision.allocation.baseline import baselines
from weixi.flow.decision.allocation.certificate import Allocation, Certificate, limit_uses
from weixi.flow.decision.allocation.curve import curve
from weixi.flow.decision.allocation.problem import Choice, Floats, Limit, Problem
from weixi.flow.decision.allocation.response import StoredRows
from weixi.flow.decision.allocation.shortage import Infeasible
from weixi.flow.decision.allocation.solve import solve


def allocate(
    store: Store,
    rows: Partition,
    offers: Sequence[Choice],
    limits: Sequence[Limit],
    cells: int,
    *,
    weights: Floats | None = None,
    compare: bool = True,
    curve_of: str | None = None,
    amounts: Sequence[float] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Allocation | Infeasible:
    """The offer of every row that together are worth most within the limits, with the proof how near that is.

    `rows` is a partition of `wide_table(offers)` whose cells are numbered below `cells`; the hold-out takes no part.
    `compare` runs the rules of thumb on the same limits beside it. `amounts` of the limit with the code `curve_of` (in
    its unit) give the budget–value curve. The manifest's note has the whole proof under `certificate`.
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
        passes = stored.passes
        certificate = Certificate(
            int(solution.total.count.sum()),
            solution.bound,
            float(problem.worth(solution.total).sum()),
            passes,
            limit_uses(problem, solution.use, solution.priced.duals),
            tuple(baselines(store, rows, problem.offers, problem)) if compare else (),
            curve(problem, stored, solution, curve_of, amounts, progress) if curve_of is not None else (),
        )
        prices = problem.prices(solution.settled_at)
        note = {"certificate": certificate.plain()}
        chosen = stored.settle(store, prices, solution.priced.held, solution.choice, note)
    return Allocation(chosen, certificate)
