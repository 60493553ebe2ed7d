"""The entry: rows, offers and limits in, the chosen offers and their certificate out."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from weixi.engine import Partition, Store
from weixi.flow.decision.allocation.certificate import Allocation, Certificate, limit_uses
from weixi.flow.decision.allocation.pricing import Priced, price
from weixi.flow.decision.allocation.problem import Choice, Floats, Limit, Problem
from weixi.flow.decision.allocation.response import StoredRows
from weixi.flow.decision.allocation.whole import WholePlan, plan_whole, slack_of


def allocate(
    store: Store,
    rows: Partition,
    offers: Sequence[Choice],
    limits: Sequence[Limit],
    cells: int,
    *,
    weights: Floats | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Allocation:
    """The offer of every row that together are worth most within the limits, with the proof how near that is.

    `rows` is a partition of `wide_table(offers)` whose cells are numbered below `cells`; the hold-out takes no part.
    """
    problem = Problem(cells, offers, limits, weights)
    scratch = store.home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch, prefix="allocation-") as name:
        work = Store(Path(name), store.engine, transient=True)
        stored = StoredRows(work, rows, problem)
        priced = price(problem, stored, progress)
        plan = plan_whole(
            problem, priced.held, priced.settled, priced.found.mixture, priced.found.asked, priced.duals
        )
        progress(f"whole plan: {plan.moves} moves")
        certificate = _certificate(problem, priced, plan)
        prices = problem.prices(priced.settled_at)
        chosen = stored.settle(store, prices, priced.held, plan.choice, certificate.note())
    return Allocation(chosen, certificate)


def _certificate(problem: Problem, priced: Priced, plan: WholePlan) -> Certificate:
    value = float(problem.worth(plan.total).sum())
    uses = limit_uses(problem, plan.use, priced.duals, slack_of(problem))
    return Certificate(int(plan.total.count.sum()), priced.bound, value, priced.full_passes, uses)
