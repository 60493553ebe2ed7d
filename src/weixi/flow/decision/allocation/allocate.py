"""The entry: rows, offers and limits in, the chosen offers and their certificate out."""

import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from weixi.engine import Partition, Store
from weixi.flow.decision.allocation.baseline import Baseline, baselines
from weixi.flow.decision.allocation.certificate import Allocation, Certificate, limit_uses
from weixi.flow.decision.allocation.curve import curve
from weixi.flow.decision.allocation.problem import Choice, Floats, Limit, Problem
from weixi.flow.decision.allocation.response import StoredRows
from weixi.flow.decision.allocation.shortage import Infeasible
from weixi.flow.decision.allocation.solve import solve
from weixi.flow.decision.allocation.turns import InTurn, in_turn
from weixi.flow.decision.allocation.wide import ALLOCATION


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
    first: Collection[int] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Allocation | Infeasible:
    """The offer of every row that together are worth most within the limits, with the proof how near that is.

    `rows` is a partition of `wide_table(offers)` whose cells are numbered below `cells`; the hold-out takes no part.
    `compare` runs the rules of thumb on the same limits beside it. `amounts` of the limit with the code `curve_of` (in
    its unit) give the budget–value curve. The cells `first` are served as if no others asked, the others with what
    is left (no curve then). The manifest's note has the whole proof under `certificate`.
    """
    problem = Problem(cells, offers, limits, weights)
    scratch = store.home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch, prefix="allocation-") as name:
        if first:
            made = in_turn(Path(name), store, rows, problem, first, progress)
            return made if isinstance(made, Infeasible) else _sealed(store, rows, problem, made, compare)
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
            _beside(store, rows, problem, compare),
            curve(problem, stored, solution, curve_of, amounts, progress) if curve_of is not None else (),
        )
        prices = problem.prices(solution.settled_at)
        note = {"certificate": certificate.plain()}
        chosen = stored.settle(store, prices, solution.priced.held, solution.choice, note)
    return Allocation(chosen, certificate)


def _beside(store: Store, rows: Partition, problem: Problem, compare: bool) -> tuple[Baseline, ...]:
    return tuple(baselines(store, rows, problem.offers, problem)) if compare else ()


def _sealed(store: Store, rows: Partition, problem: Problem, made: InTurn, compare: bool) -> Allocation:
    """Two allocations in turn under one certificate."""
    certificate = Certificate(
        int(made.total.count.sum()),
        made.bound,
        float(problem.worth(made.total).sum()),
        made.passes,
        limit_uses(problem, problem.use(made.total), made.prices),
        _beside(store, rows, problem, compare),
    )
    chosen = store.write(
        ALLOCATION,
        rows.key,
        f"SELECT {', '.join(column.name for column in ALLOCATION.columns)} FROM chosen",
        inputs={"chosen": made.chosen},
        note={"certificate": certificate.plain()},
    )
    return Allocation(chosen, certificate)
