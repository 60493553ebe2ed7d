"""Prices without a master, where cells are many, beside the whole linear program in SciPy's hands."""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from handmade.allocation import limit, offers_of
from weixi.flow.decision import Infeasible, Kind, Limit, Sense
from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.problem import Problem
from weixi.flow.decision.allocation.rows import MemoryRows
from weixi.flow.decision.allocation.seek import is_smooth
from weixi.flow.decision.allocation.solve import Solution, solve

ROWS, WIDTH, COUNTIES, EACH = 8_000, 5, 125, 16
CELLS = COUNTIES * EACH
COST = dict.fromkeys(range(1, WIDTH), 1.0)
MINUTES = {2: 5.0, 3: 8.0, 4: 12.0}


def rows(*, ties: bool = False) -> HeldRows:
    draw = np.random.default_rng(21)
    value = np.rint(draw.gamma(2.0, 1000.0, (ROWS, WIDTH)) * np.arange(WIDTH))
    cost = np.rint(draw.gamma(4.0, 250.0, (ROWS, WIDTH)) * np.arange(WIDTH))
    if ties:
        value[:], cost[:] = 1000.0 * np.arange(WIDTH), 400.0 * np.arange(WIDTH) ** 2
    value[:, 2:][draw.random((ROWS, WIDTH - 2)) < 0.2] = -np.inf
    return HeldRows(np.arange(ROWS) * 3 + 11, draw.integers(0, CELLS, ROWS), value, cost, CELLS)


def limits() -> list[Limit]:
    every = range(CELLS)
    found = [
        limit(Kind.MONEY, every, ROWS * 1500.0, cost=COST),
        limit(Kind.FLOOR, every, ROWS * 0.15, Sense.AT_LEAST, count={4: 1.0}),
        limit(Kind.RETURN, every, 0.0, Sense.AT_LEAST, value=COST, cost=dict.fromkeys(COST, -0.8)),
    ]
    for n in range(COUNTIES):
        own = range(n * EACH, (n + 1) * EACH)
        found.append(limit(Kind.MONEY, own, 64 * (1200.0 + 6 * n), cost=COST))
        found.append(limit(Kind.MINUTES, own, 64 * (7.0 - 0.02 * n), count=MINUTES))
    return found


def whole_program(held: HeldRows, problem: Problem) -> float:
    """The optimum with fractions allowed: no whole plan is worth more."""
    row, offer = np.nonzero(np.isfinite(held.value))
    own = problem.uses(held.cell[row], offer, held.value[row, offer], held.cost[row, offer])
    found = linprog(
        -held.value[row, offer],
        A_ub=sparse.csr_matrix(own.T),
        b_ub=problem.bound,
        A_eq=sparse.csr_matrix((np.ones(len(row)), (row, np.arange(len(row))))),
        b_eq=np.ones(len(held)),
        method="highs",
    )
    return -float(found.fun)


@pytest.mark.parametrize("ties", [False, True])
def test_prices_without_a_master_are_those_of_the_whole_program(ties: bool) -> None:
    held, problem = rows(ties=ties), Problem(CELLS, offers_of(WIDTH), limits())
    assert is_smooth(problem)
    truth = whole_program(held, problem)
    found = solve(problem, MemoryRows(held))
    assert isinstance(found, Solution)
    at = np.arange(ROWS)
    value = held.value[at, found.choice].sum()
    assert np.isfinite(held.value[at, found.choice]).all()
    use = problem.uses(held.cell, found.choice, held.value[at, found.choice], held.cost[at, found.choice])
    assert (use.sum(axis=0) <= problem.bound + 1e-6).all()
    assert value <= truth + 1e-6 <= found.bound + 1.0
    assert found.bound == pytest.approx(truth, rel=0.01)
    assert value == pytest.approx(truth, rel=0.03)


def test_a_contradiction_in_one_county_is_named() -> None:
    held, asked = rows(), limits()
    asked.append(limit(Kind.FLOOR, range(EACH), 4.0, Sense.AT_LEAST, count={4: 1.0}))
    asked.append(limit(Kind.MINUTES, range(EACH), 24.0, count={4: 12.0}))
    found = solve(Problem(CELLS, offers_of(WIDTH), asked), MemoryRows(held))
    assert isinstance(found, Infeasible)
    assert found.proof > 0
    short = {one.code: one.amount for one in found.shortages}
    assert {code for code, _ in short.items()} <= {asked[-1].code, asked[-2].code}
    lacking = short.get(asked[-1].code, 0.0) + 12 * short.get(asked[-2].code, 0.0)
    assert lacking == pytest.approx(24.0, rel=0.05)  # four offers of twelve minutes in the time of two
