"""The budget–value curve: what the best plan would be worth at several amounts of one limit."""

from collections.abc import Callable, Sequence

import numpy as np

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.certificate import CurvePoint
from weixi.flow.decision.allocation.pricing import HELD_WHOLE, goal
from weixi.flow.decision.allocation.problem import Floats, Problem, Response
from weixi.flow.decision.allocation.response import Rows
from weixi.flow.decision.allocation.search import Found, active, bound_of
from weixi.flow.decision.allocation.seek import seek
from weixi.flow.decision.allocation.shortage import Infeasible
from weixi.flow.decision.allocation.solve import Solution, solve
from weixi.flow.decision.allocation.whole import plan_whole

ROUNDS = 12
PASSES = 3
"""Passes over all rows an amount may take before it is solved from the start."""
FINE = 1e-4
"""The gap that a point of the curve is content with, where the goal of the plan itself is not wider."""
FAR = 10.0
"""Times the gap wanted beyond which the amount is solved from the start."""


def curve(
    problem: Problem,
    rows: Rows,
    solution: Solution,
    code: str,
    amounts: Sequence[float],
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[CurvePoint, ...]:
    """The best value at each of the amounts of the limit `code`, all other limits as they are, least amount first.

    Every point is certified: a whole plan within the limits is worth `value_fen`, and none more than `bound_fen`.
    """
    limit = [one.code for one in problem.limits].index(code)
    traced = _Curve(problem, rows, solution, limit)
    here = problem.limits[limit].bound
    values: dict[float, float | None] = {here: traced.own}
    for side in (
        [a for a in sorted(amounts) if a > here],
        [a for a in sorted(amounts, reverse=True) if a < here],
    ):
        known = [solution.priced.duals]
        for amount in side:
            known, values[amount] = traced.at(amount, known)
            bound = traced.bound(amount)
            progress(f"{code} {amount:.9g}: bound {bound:.9g}, value {values[amount]}, pass {rows.passes}")
    return tuple(CurvePoint(code, float(a), values[a], traced.bound(a)) for a in sorted(set(amounts)))


class _Curve:
    """Prices asked at one amount bound the value at every other: `lines` of (bound at the own amount, price a unit)."""

    def __init__(self, problem: Problem, rows: Rows, solution: Solution, limit: int) -> None:
        self._problem, self._rows, self._limit = problem, rows, limit
        self._priced = solution.priced
        self._alone = self._priced.sample.alone()
        self._wanted = max(goal(problem, int(solution.total.count.sum())), FINE)
        self._lines = [(solution.priced.bound, float(solution.priced.duals[limit]))]
        self._exact = {problem.limits[limit].bound: solution.bound}
        self.own = self._value(problem, solution.total)

    def bound(self, amount: float) -> float:
        """No plan is worth more where the limit's bound is that amount."""
        more = float(self._problem.sign[self._limit]) * (amount - self._problem.limits[self._limit].bound)
        least = min(bound + price * more for bound, price in self._lines)
        return min(least, self._exact.get(amount, np.inf))

    def at(self, amount: float, known: list[Floats]) -> tuple[list[Floats], float | None]:
        """The prices that were asked last, to begin from at the next amount, and the value of a whole plan."""
        asked = self._problem.with_bound(self._limit, amount)
        if len(self._priced.sample) <= HELD_WHOLE:
            return known, self._solved(asked, amount)
        sample, best = self._priced.sample, -np.inf
        found = self._search(asked, sample, None, known)
        for _ in range(0 if self._priced.scales.is_over(found.mixture.excess) else PASSES):
            prices = asked.prices(found.duals)
            made = self._rows.respond([prices])[0]
            own = bound_of(self._problem, found.duals, made)
            self._lines.append((own, float(found.duals[self._limit])))
            known = [found.duals, *active(found)]
            value = self._planned(asked, made.minus(self._alone.respond([prices])[0]), known)
            best = max(best, -np.inf if value is None else value)
            if self._is_near(amount, best, 1.0):
                break
            rest = made.minus(sample.respond([prices])[0])  # what the sample misjudged settles
            found = self._search(asked, sample, rest, known)
        if not self._is_near(amount, best, FAR):
            best = max(best, self._solved(asked, amount) or -np.inf)
        return known, best if np.isfinite(best) else None

    def _is_near(self, amount: float, value: float, times: float) -> bool:
        bound = self.bound(amount)
        return bool(bound - value <= times * self._wanted * max(abs(bound), 1.0))

    def _search(self, asked: Problem, rows: HeldRows, settled: Response | None, known: list[Floats]) -> Found:
        scales, within = self._priced.scales, self._wanted / 4
        return seek(asked, rows, settled, scales, known, tolerance=within, rounds=ROUNDS)

    def _planned(self, asked: Problem, settled: Response, known: list[Floats]) -> float | None:
        """The value of a plan in which the sampled rows move and all others keep what they have; None: not kept."""
        found = self._search(asked, self._alone, settled, known)
        plan = plan_whole(asked, self._alone, settled, found, found.duals)
        return self._value(asked, plan.total)

    def _solved(self, asked: Problem, amount: float) -> float | None:
        """The value of a plan found from the start."""
        solution = solve(asked, self._rows)
        if isinstance(solution, Infeasible):
            return None
        self._exact[amount] = solution.bound
        return self._value(asked, solution.total)

    @staticmethod
    def _value(asked: Problem, total: Response) -> float | None:
        return None if asked.excess(asked.use(total)).any() else float(asked.worth(total).sum())
