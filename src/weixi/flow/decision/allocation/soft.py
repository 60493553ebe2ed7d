"""Prices where cells are many: the dual made smooth, so that no master problem is needed.

Each row takes every offer with the share exp(score ÷ temperature) ÷ Σ exp(…). The dual is then smooth, its gradient
the room that is left in every limit, and a quasi-Newton method with bounds (L-BFGS-B) finds the prices of thousands of
limits at once. What smoothing adds is at most temperature × entropy (Nesterov, “Smooth minimization of non-smooth
functions”, 2005); the temperature falls until that is as small as is asked.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, minimize

from weixi.flow.decision.allocation.arrays import CHUNK, HeldRows
from weixi.flow.decision.allocation.master import Mixture
from weixi.flow.decision.allocation.mixing import GOLDEN
from weixi.flow.decision.allocation.problem import Floats, Prices, Problem, Response, Whole
from weixi.flow.decision.allocation.search import Found, Ground

WARM, COLD = 0.03, 0.3
"""The first temperature as a share of the value a head: with prices to begin from, and without."""
COOLER = 0.35
STAGES = 8
STEPS = 60
"""Steps of the quasi-Newton method at one temperature."""
MEMORY = 20
CAPPED = 0.5
"""A price at this share of the penalty says that its limit cannot be kept."""


@dataclass(frozen=True)
class Softly:
    """The soft answer of all rows at some prices: its aggregate table, the smooth Σ of scores, the Σ of best scores."""

    made: Response
    smooth: float
    best: float


class SoftRows:
    """Held rows in the order of their cells."""

    def __init__(self, held: HeldRows) -> None:
        self.order = np.argsort(held.cell, kind="stable")
        self.cell = held.cell[self.order]
        value = held.value[self.order]
        self.barred = np.isneginf(value)
        self.barred[self.barred.all(axis=1), 0] = False  # the pass over all rows refuses such a row
        self.value = np.where(np.isneginf(value), 0.0, value)
        self.cost = held.cost[self.order]
        self.stands = np.ones(held.cells) if held.expansion is None else held.expansion
        self.cells = held.cells

    def shares(self, prices: Prices, temperature: float, part: slice) -> tuple[Floats, Floats, Floats]:
        """Of some rows: the share of every offer, the best score, and what smoothing adds to it."""
        cell = self.cell[part]
        score = self.value[part] * prices.value[cell]
        score -= self.cost[part] * prices.cost[cell]
        score -= prices.count[cell]
        score[self.barred[part]] = -np.inf
        best = score.max(axis=1)
        score -= best[:, None]
        score /= temperature
        np.exp(score, out=score)
        total = score.sum(axis=1)
        score /= total[:, None]
        return score, best, temperature * np.log(total)

    def respond(self, prices: Prices, temperature: float) -> Softly:
        """The answer of all rows, expanded to what they stand for."""
        width = self.value.shape[1]
        count, value, cost = (np.zeros((self.cells, width)) for _ in range(3))
        best, more = np.zeros(self.cells), np.zeros(self.cells)
        for part in self._parts():
            share, top, added = self.shares(prices, temperature, part)
            cell = self.cell[part]
            first = np.flatnonzero(np.diff(cell, prepend=-1))
            own = cell[first]
            count[own] += np.add.reduceat(share, first, axis=0)
            value[own] += np.add.reduceat(share * self.value[part], first, axis=0)
            cost[own] += np.add.reduceat(share * self.cost[part], first, axis=0)
            best[own] += np.add.reduceat(top, first)
            more[own] += np.add.reduceat(added, first)
        stands = self.stands[:, None]
        made = Response(count * stands, value * stands, cost * stands)
        hard = float(best @ self.stands)
        return Softly(made, hard + float(more @ self.stands), hard)

    def choices(self, prices: Prices, temperature: float) -> Whole:
        """One offer a row, in the rows' own order, in the proportion of the shares among rows that answer alike."""
        share = np.concatenate([self.shares(prices, temperature, part)[0] for part in self._parts()])
        at = np.arange(len(share))
        best = share.argmax(axis=1)
        most = share[at, best]
        share[at, best] = -1.0
        second = share.argmax(axis=1)
        share[at, best] = most
        line = np.lexsort((most, second, best, self.cell))
        height = np.empty(len(share))
        height[line] = np.arange(len(share)) * GOLDEN % 1.0
        reach = np.cumsum(share, axis=1)
        picked = (height[:, None] * reach[:, -1:] >= reach).sum(axis=1)
        choice = np.empty(len(share), dtype=np.int64)
        choice[self.order] = np.minimum(picked, share.shape[1] - 1)
        return choice

    def squares(self, problem: Problem) -> Floats:
        """Σ over rows and the offers they may have of the squared use of each limit, ÷ offers."""
        width = self.value.shape[1]
        tables = [np.zeros((self.cells, width)) for _ in range(6)]
        for part in self._parts():
            may = (~self.barred[part]).astype(np.float64)
            value, cost = self.value[part], self.cost[part]
            first = np.flatnonzero(np.diff(self.cell[part], prepend=-1))
            own = self.cell[part][first]
            powers = (may, may * value, may * cost, may * value**2, may * cost**2, may * value * cost)
            for table, of in zip(tables, powers, strict=True):
                table[own] += np.add.reduceat(of, first, axis=0)
        j, g = problem.limit_of, problem.cell_of
        a, b, c = problem.count[j], problem.value[j], problem.cost[j]
        factors = (a * a, 2 * a * b, 2 * a * c, b * b, c * c, 2 * b * c)
        weight = np.zeros(len(j))
        for by, table in zip(factors, tables, strict=True):
            weight += np.einsum("ek,ek->e", by, table[g])
        weight = np.maximum(problem.share**2 * self.stands[g] * weight / width, 0.0)
        return np.bincount(j, weights=weight, minlength=len(problem.limits)).astype(np.float64)

    def _parts(self) -> list[slice]:
        return [slice(first, first + CHUNK) for first in range(0, len(self.cell), CHUNK)]


class Smooth:
    """The smooth dual as a function of scaled prices, with all that was seen on the way."""

    def __init__(self, problem: Problem, rows: SoftRows, settled: Response | None, scales: Ground) -> None:
        self._problem, self._rows = problem, rows
        none = np.zeros(len(problem.limits))
        self._room = problem.bound - (none if settled is None else problem.use(settled))
        self._settled_worth = 0.0 if settled is None else float(problem.worth(settled).sum())
        free = rows.respond(problem.prices(none), 1.0)
        self.worth = abs(free.best)
        if not problem.weights.any():  # phase 1: what the limits' use weighs
            self.worth = float(scales.penalty @ np.abs(problem.use(free.made))) + float(
                scales.penalty @ scales.units
            )
        self.worth = max(self.worth, 1e-9)
        self.a_head = self.worth / max(float(free.made.count.sum()), 1.0)
        squares = rows.squares(problem)
        self._unused = squares <= 0
        self.step = np.sqrt(self.a_head * self.worth / np.where(self._unused, 1.0, squares))
        self._short = self._unused & (self._room < -problem.slack)
        self.most = np.where(self._unused, 0.0, scales.penalty) / self.step
        self._penalty = scales.penalty
        self.temperature = 1.0
        self.bound, self.duals = np.inf, none
        self._last, self._at, self._left = free, none, none
        self.waste = self.blur = np.inf

    def __call__(self, scaled: Floats) -> tuple[float, Floats]:
        """The smooth dual and its gradient, both ÷ the value of all without limits."""
        problem, duals = self._problem, scaled * self.step
        made = self._rows.respond(problem.prices(duals), self.temperature)
        self._last, self._at, self._left = made, duals, self._room - problem.use(made.made)
        fixed = self._settled_worth + float(duals @ self._room)
        bound = fixed + made.best
        if bound < self.bound:
            self.bound, self.duals = bound, duals
        self.waste = float(duals @ np.abs(self._left))
        self.blur = made.smooth - made.best
        return (fixed + made.smooth) / self.worth, self._left * self.step / self.worth

    def choices(self) -> Whole:
        """One offer a row, in the proportions of the last answer."""
        return self._rows.choices(self._problem.prices(self._at), self.temperature)

    def mixture(self) -> Mixture:
        """The soft answer as a mixture without points. Overstepped is a limit whose price reached the penalty."""
        worth = self._settled_worth + float(self._problem.worth(self._last.made).sum())
        over = np.maximum(-self._left, 0.0)
        capped = self._short | (~self._unused & (self._at >= CAPPED * self._penalty))
        nothing = np.zeros(0, dtype=np.int64)
        value = worth - float(self._at @ over)
        return Mixture(
            self.duals, value, np.where(capped, over, 0.0), np.zeros(0), nothing, nothing, np.zeros(0)
        )


def soften(
    problem: Problem,
    held: HeldRows,
    settled: Response | None,
    scales: Ground,
    start: Floats,
    *,
    tolerance: float,
) -> Found:
    """Prices of all limits within the tolerance, and one offer a row beside those that have settled.

    A problem with levels is not taken: their prices have to balance.
    """
    dual = Smooth(problem, SoftRows(held), settled, scales)
    dual.temperature = dual.a_head * (WARM if start.any() else COLD)
    at, rounds = np.minimum(start / dual.step, dual.most), 0

    def is_enough(_: Floats) -> None:
        part = max(0.3 * dual.blur, 0.3 * tolerance * abs(dual.bound))
        if dual.waste <= part:
            raise StopIteration

    for _ in range(STAGES):
        dual.bound = np.inf
        found = minimize(
            dual, at, jac=True, method="L-BFGS-B", bounds=Bounds(0.0, dual.most), callback=is_enough,
            options={"maxiter": STEPS, "maxcor": MEMORY, "ftol": 1e-12, "gtol": 1e-12},
        )  # fmt: skip
        at, rounds = found.x, rounds + int(found.nfev)
        dual(at)
        if dual.blur <= tolerance * abs(dual.bound) / 2:
            break
        dual.temperature *= COOLER
    return Found(dual.duals, dual.bound, dual.mixture(), (), (), rounds, dual.choices())
