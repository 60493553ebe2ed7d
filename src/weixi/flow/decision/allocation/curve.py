"""The budget–value curve: what the best plan would be worth at several amounts of one limit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.certificate import CurvePoint
from weixi.flow.decision.allocation.pricing import HELD_WHOLE, goal
from weixi.flow.decision.allocation.problem import Floats, Problem, Response
from weixi.flow.decision.allocation.rows import Rows
from weixi.flow.decision.allocation.search import Found, active, bound_of
from weixi.flow.decision.allocation.seek import seek
from weixi.flow.decision.allocation.shortage import Infeasible, shortage
from weixi.flow.decision.allocation.solve import Solution, solve
from weixi.flow.decision.allocation.whole import plan_whole

ROUNDS = 12
PASSES = 3
"""Passes over all rows an amount may take before it is solved from the start."""
PROOF = 2
"""Passes over all rows that the proof of a contradiction may take before the amount is solved from the start."""
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
    for side in (
        [a for a in sorted(amounts) if a > here],
        [a for a in sorted(amounts, reverse=True) if a < here],
    ):
        known = None
        for amount in side:
            known = traced.at(amount, known)
            value, bound = traced.value(amount), traced.bound(amount)
            progress(f"{code} {amount:.9g}: bound {bound:.9g}, value {value}, pass {rows.passes}")
    return tuple(CurvePoint(code, float(a), traced.value(a), traced.bound(a)) for a in sorted(set(amounts)))


@dataclass(frozen=True)
class _Known:
    """What the search at the last amount leaves to the next: points to begin with, and what the sample misjudges."""

    points: list[Floats]
    rest: Response


class _Curve:
    """What was found at any amount, for every other.

    Prices bound the value everywhere: `lines` of (bound at the own amount, price a unit). A plan is one wherever its
    use fits: `plans` of (use, value).
    """

    def __init__(self, problem: Problem, rows: Rows, solution: Solution, limit: int) -> None:
        self._problem, self._rows, self._limit = problem, rows, limit
        self._priced = solution.priced
        self._alone = self._priced.sample.alone()
        self._wanted = max(goal(problem, int(solution.total.count.sum())), FINE)
        self._lines = [(solution.priced.bound, float(solution.priced.duals[limit]))]
        self._contradicted = -np.inf
        self._exact = {problem.limits[limit].bound: solution.bound}
        self._plans: list[tuple[float, float]] = []
        self._keep(problem, solution.total)

    def bound(self, amount: float) -> float:
        """No plan is worth more where the limit's bound is that amount."""
        more = float(self._problem.sign[self._limit]) * (amount - self._problem.limits[self._limit].bound)
        least = min(bound + price * more for bound, price in self._lines)
        return min(least, self._exact.get(amount, np.inf))

    def value(self, amount: float) -> float | None:
        """The most that a plan is worth whose use of the limit fits; None where there is none."""
        asked = self._problem.with_bound(self._limit, amount)
        most = asked.bound[self._limit] + asked.slack[self._limit]
        return max((value for use, value in self._plans if use <= most), default=None)

    @cached_property
    def start(self) -> _Known:
        """What the plan itself leaves: its prices, and what the sample misjudges there."""
        duals = self._priced.duals
        prices = self._problem.prices(duals)
        rest = self._rows.respond([prices])[0].minus(self._priced.sample.respond([prices])[0])
        return _Known([duals], rest)

    def at(self, amount: float, known: _Known | None) -> _Known | None:
        """Find a plan there from what is known, and say what is known then.

        Limits that contradict each other at one amount do so at every tighter one.
        """
        asked = self._problem.with_bound(self._limit, amount)
        if self._is_near(amount, 1.0) or asked.bound[self._limit] <= self._contradicted:
            return known
        if len(self._priced.sample) <= HELD_WHOLE:
            self._solve(asked, amount)
            return known
        sample = self._priced.sample
        found = self._search(asked, sample, known or self.start)
        is_over = self._priced.scales.is_over(found.mixture.excess)
        if is_over and shortage(asked, self._rows, sample, self._priced.scales, PROOF) is not None:
            self._contradicted = float(asked.bound[self._limit])
            return known
        for _ in range(0 if is_over else PASSES):
            prices = asked.prices(found.duals)
            made = self._rows.respond([prices])[0]
            own = bound_of(self._problem, found.duals, made)
            self._lines.append((own, float(found.duals[self._limit])))
            points = [found.duals, *active(found)]
            self._plan(asked, _Known(points, made.minus(self._alone.respond([prices])[0])))
            known = _Known(points, made.minus(sample.respond([prices])[0]))
            if self._is_near(amount, 1.0):
                break
            found = self._search(asked, sample, known)
        if not self._is_near(amount, FAR):
            self._solve(asked, amount)
        return known

    def _is_near(self, amount: float, times: float) -> bool:
        value, bound = self.value(amount), self.bound(amount)
        return value is not None and bool(bound - value <= times * self._wanted * max(abs(bound), 1.0))

    def _search(self, asked: Problem, rows: HeldRows, known: _Known) -> Found:
        scales, within = self._priced.scales, self._wanted / 4
        return seek(asked, rows, known.rest, scales, known.points, tolerance=within, rounds=ROUNDS)

    def _plan(self, asked: Problem, known: _Known) -> None:
        """A plan in which the sampled rows move and all others keep what they have."""
        found = self._search(asked, self._alone, known)
        plan = plan_whole(asked, self._alone, known.rest, found, found.duals)
        self._keep(asked, plan.total)

    def _solve(self, asked: Problem, amount: float) -> None:
        """A plan found from the start."""
        solution = solve(asked, self._rows)
        if isinstance(solution, Infeasible):
            self._contradicted = max(self._contradicted, float(asked.bound[self._limit]))
            return
        self._exact[amount] = solution.bound
        self._keep(asked, solution.total)

    def _keep(self, asked: Problem, total: Response) -> None:
        use = asked.use(total)
        if not asked.excess(use).any():
            self._plans.append((float(use[self._limit]), float(asked.worth(total).sum())))
