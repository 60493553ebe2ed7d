"""One problem solved over any rows: prices, a whole plan, and for small ones the exact end."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from weixi.flow.decision.allocation.exact import close_gap
from weixi.flow.decision.allocation.pricing import A_PROOF, EXACT, MOST_PASSES, TOLERANCE, Priced, goal, price
from weixi.flow.decision.allocation.problem import Floats, Problem, Response, Whole
from weixi.flow.decision.allocation.rows import Rows
from weixi.flow.decision.allocation.search import MOST_HELD
from weixi.flow.decision.allocation.shortage import Infeasible, shortage
from weixi.flow.decision.allocation.whole import plan_whole


@dataclass(frozen=True)
class Solution:
    """The choices of the rows held, the totals of all, and the bound. Rows not held take their best at `settled_at`."""

    priced: Priced
    choice: Whole
    total: Response
    use: Floats
    bound: float
    moves: int

    @property
    def settled_at(self) -> Floats:
        """The prices at which all other rows settled."""
        return self.priced.settled_at


def solve(
    problem: Problem, rows: Rows, progress: Callable[[str], None] = lambda _: None
) -> Solution | Infeasible:
    """The best plan within the limits, or what is short."""
    priced = price(problem, rows, progress)
    if priced.is_short:
        short = shortage(problem, rows, priced.sample, priced.scales, max(MOST_PASSES - rows.passes, A_PROOF))
        if short is not None:
            return short
    plan = plan_whole(problem, priced.held, priced.settled, priced.found, priced.duals)
    progress(f"whole plan: {plan.moves} moves")
    if problem.excess(plan.use).any() and not priced.holds_all and plan.total.count.sum() <= MOST_HELD:
        priced = _all_held(priced, rows)
        plan = plan_whole(problem, priced.held, priced.settled, priced.found, priced.duals)
        progress(f"whole plan with all rows held: {plan.moves} moves")
    held = priced.held
    choice, total, use, bound = plan.choice, plan.total, plan.use, priced.bound
    value = problem.worth(total).sum() if not problem.excess(use).any() else -np.inf
    # Only where every row is held is the best plan of the held rows the best of all.
    enough = EXACT if held.members is None else TOLERANCE * goal(problem, int(total.count.sum()))
    if priced.holds_all and bound - value > enough * max(abs(bound), 1.0):
        within = 0.0 if held.members is None else enough / 2
        best = close_gap(problem, held, priced.settled, priced.duals, bound, value, within=within)
        if best is not None:
            choice, own = best, held.total(best) if held.members is None else held.total_of(best)
            total = priced.settled.plus(own)
            use, bound = problem.use(total), bound if within else float(problem.worth(total).sum())
    if held.members is not None:
        choice = held.members.spread(choice)
    return Solution(priced, choice, total, use, bound, plan.moves)


def _all_held(priced: Priced, rows: Rows) -> Priced:
    """The same with no row settled: where those that waver cannot keep a limit, others may have to give way."""
    held = rows.sample(1.0)
    return replace(priced, held=held, settled=priced.settled.minus(priced.settled), holds_all=True)
