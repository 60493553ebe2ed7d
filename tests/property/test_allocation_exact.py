"""Small allocations beside an exact solver that sees the whole problem at once, and knows nothing of prices."""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from handmade.allocation import Case, random_case
from weixi.flow.decision.allocation.problem import Problem
from weixi.flow.decision.allocation.rows import MemoryRows
from weixi.flow.decision.allocation.solve import Solution, solve


def whole_problem(case: Case) -> float | None:
    """The best value by SciPy's mixed-integer solver over all pairs of row and offer; None where there is none."""
    rows, width = case.value.shape
    allowed = np.isfinite(case.value)
    value = np.where(allowed, case.value, 0.0)
    constraints = [LinearConstraint(np.kron(np.eye(rows), np.ones(width)), 1, 1)]
    for limit in case.limits:
        share = np.array([limit.cells.get(int(g), 0.0) for g in case.cell])
        use = np.zeros((rows, width))
        for k in range(width):
            own = limit.count.get(k, 0.0) + limit.value.get(k, 0.0) * value[:, k]
            use[:, k] = share * (own + limit.cost.get(k, 0.0) * case.cost[:, k])
        low, high = (-np.inf, limit.bound) if limit.sense == "AT_MOST" else (limit.bound, np.inf)
        constraints.append(LinearConstraint(use.reshape(1, -1), low, high))
    found = milp(
        -value.ravel(),
        integrality=np.ones(rows * width),
        bounds=Bounds(0, allowed.ravel().astype(float)),
        constraints=constraints,
        options={"mip_rel_gap": 0.0},
    )
    return None if found.x is None else -float(found.fun)


@pytest.mark.parametrize("block", range(10))
def test_a_thousand_small_allocations_are_exact(block: int) -> None:
    solved = 0
    for seed in range(block * 100, block * 100 + 100):
        case = random_case(seed)
        truth = whole_problem(case)
        problem = Problem(case.cells, case.offers, case.limits)
        found = solve(problem, MemoryRows(case.held()))
        if truth is None:
            assert not isinstance(found, Solution) or problem.excess(found.use).any()
            continue
        assert isinstance(found, Solution)
        assert not problem.excess(found.use).any(), seed
        at = np.arange(len(case.cell))
        assert case.value[at, found.choice].sum() == pytest.approx(truth, abs=0.5), seed
        solved += 1
    assert solved > 50
