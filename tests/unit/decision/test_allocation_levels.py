"""Fairness between counties where cells are many: a county's cells are mixed alike, and every limit is kept."""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from handmade.allocation import limit, offers_of
from weixi.flow.decision import Kind, Limit, Sense, fairness_limits
from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.master import MANY_CELLS, groups
from weixi.flow.decision.allocation.problem import Problem
from weixi.flow.decision.allocation.rows import MemoryRows
from weixi.flow.decision.allocation.solve import Solution, solve
from weixi.kernel.language import Text

ROWS, WIDTH, COUNTIES, EACH = 4_000, 4, 100, 20
CELLS = COUNTIES * EACH
COST = dict.fromkeys(range(1, WIDTH), 1.0)


def rows() -> HeldRows:
    draw = np.random.default_rng(31)
    value = np.rint(draw.gamma(2.0, 1000.0, (ROWS, WIDTH)) * np.arange(WIDTH))
    cost = np.rint(draw.gamma(4.0, 250.0, (ROWS, WIDTH)) * np.arange(WIDTH))
    return HeldRows(np.arange(ROWS) * 3 + 11, draw.integers(0, CELLS, ROWS), value, cost, CELLS)


def own_limits() -> list[Limit]:
    found = [limit(Kind.MONEY, range(CELLS), ROWS * 900.0, cost=COST)]
    each = ROWS // COUNTIES
    for n in range(COUNTIES):
        own = range(n * EACH, (n + 1) * EACH)
        found += [limit(Kind.MONEY, own, each * (600.0 + 9 * n), cost=COST)]
    return found


def a_head(held: HeldRows, choice: np.ndarray) -> np.ndarray:
    county = held.cell // EACH
    served = np.bincount(county, weights=held.value[np.arange(ROWS), choice], minlength=COUNTIES)
    return served / np.bincount(county, minlength=COUNTIES)


def truth_of(held: HeldRows, difference: float) -> float:
    """SciPy's optimum with fractions allowed, the level one column more."""
    row, offer = (each.ravel() for each in np.indices((ROWS, WIDTH)))
    county, pairs = held.cell[row] // EACH, np.arange(len(row))
    value, cost = held.value[row, offer], held.cost[row, offer]
    heads = np.bincount(held.cell // EACH, minlength=COUNTIES)
    fair = sparse.csr_matrix((value / heads[county], (county, pairs)))
    spent = sparse.csr_matrix((cost, (county, pairs)))
    one = np.ones((COUNTIES, 1))
    within = sparse.vstack([
        sparse.hstack([sparse.csr_matrix(cost), sparse.csr_matrix((1, 1))]),
        sparse.hstack([spent, 0 * one]),
        sparse.hstack([fair, -one]),
        sparse.hstack([-fair, one]),
    ])  # fmt: skip
    bounds = [own.bound for own in own_limits()] + [difference] * COUNTIES + [0.0] * COUNTIES
    each = sparse.hstack([sparse.csr_matrix((np.ones(len(row)), (row, pairs))), sparse.csr_matrix((ROWS, 1))])
    found = linprog(
        -np.append(value, 0.0), A_ub=within, b_ub=bounds, A_eq=each, b_eq=np.ones(ROWS),
        bounds=[(0, None)] * len(row) + [(None, None)], method="highs",
    )  # fmt: skip
    return -float(found.fun)


@pytest.mark.parametrize("part", [0.5])
def test_counties_differ_by_no_more_than_allowed_where_cells_are_many(part: float) -> None:
    held, asked = rows(), own_limits()
    assert CELLS >= MANY_CELLS
    free = solve(Problem(CELLS, offers_of(WIDTH), asked), MemoryRows(held))
    assert isinstance(free, Solution)
    allowed = float(np.ptp(a_head(held, free.choice))) * part
    heads = np.bincount(held.cell // EACH, minlength=COUNTIES)
    counties = {
        str(n): (Text(f"县 {n}", f"county {n}"), range(n * EACH, (n + 1) * EACH), int(heads[n]))
        for n in range(COUNTIES)
    }
    fair = fairness_limits("served", counties, range(WIDTH), allowed)
    found = solve(Problem(CELLS, offers_of(WIDTH), [*asked, *fair]), MemoryRows(held))
    assert isinstance(found, Solution)
    at = np.arange(ROWS)
    assert len(found.choice) == ROWS  # every row is held
    spent, county = held.cost[at, found.choice], held.cell // EACH
    assert spent.sum() <= asked[0].bound + 1e-6
    assert (np.bincount(county, weights=spent) <= [own.bound + 1e-6 for own in asked[1:]]).all()
    assert np.ptp(a_head(held, found.choice)) <= allowed + 1e-6
    truth, value = truth_of(held, allowed), held.value[at, found.choice].sum()
    assert value <= truth + 1e-3 <= found.bound + 1.0
    assert found.bound == pytest.approx(truth, rel=0.01)
    assert value >= found.bound * (1 - 2 * (len(asked) + len(fair)) / ROWS)


def test_cells_are_mixed_alike_that_share_their_local_limits() -> None:
    asked = [
        *own_limits(),
        limit(Kind.MINUTES, [0, 1, 2, 25], 9.0, count={1: 5.0}),
        limit(Kind.FLOOR, range(0, CELLS, 2), 9.0, Sense.AT_LEAST, count={1: 1.0}),
    ]
    found = groups(Problem(CELLS, offers_of(WIDTH), asked))
    truth: dict[tuple[int, bool], int] = {}
    for cell in range(CELLS):
        key = (cell // EACH, cell in (0, 1, 2, 25))  # the floor of half of all cells is no local limit
        assert truth.setdefault(key, int(found[cell])) == found[cell]
    assert len(set(truth.values())) == len(truth) == COUNTIES + 2
    lone = groups(Problem(CELLS, offers_of(WIDTH), asked[:1]))
    assert (lone == np.arange(CELLS)).all()
    few = groups(Problem(CELLS - 1, offers_of(WIDTH), asked[:1][:0]))
    assert (few == np.arange(CELLS - 1)).all()
