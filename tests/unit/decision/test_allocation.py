"""The allocation on the engine, beside an independent reading of the same files."""

import json
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from handmade.allocated import CELLS, OFFERS, WIDTH, Check, wide_rows
from handmade.allocation import limit
from weixi.engine import Store
from weixi.flow.decision import Allocation, Infeasible, Kind, Limit, Sense, allocate, fairness_limits
from weixi.flow.decision.allocation.curve import PROOF, curve
from weixi.flow.decision.allocation.problem import Problem
from weixi.flow.decision.allocation.response import StoredRows
from weixi.flow.decision.allocation.rows import MemoryRows
from weixi.flow.decision.allocation.solve import Solution, solve
from weixi.kernel.language import Text

EVERY = list(range(CELLS))
COST = dict.fromkeys(range(1, WIDTH), 1.0)


def _limits(rows: int) -> list[Limit]:
    return [
        limit(Kind.MONEY, EVERY, rows * 1600.0, cost=COST),
        limit(Kind.MINUTES, EVERY, rows * 4.0, count={2: 5.0, 3: 8.0, 4: 12.0}),
        limit(Kind.MONEY, [0, 1], rows * 500.0, cost=COST),
        limit(Kind.FLOOR, [5], rows * 0.02, Sense.AT_LEAST, count={4: 1.0}),
        limit(Kind.RETURN, EVERY, 0.0, Sense.AT_LEAST, value=COST, cost=dict.fromkeys(COST, -0.8)),
    ]


@pytest.mark.parametrize("ties", [False, True])
def test_limits_value_and_bound_hold_when_read_again(store: Store, ties: bool) -> None:
    rows = wide_rows(store, 6000, 5, ties=ties)
    limits = _limits(5400)
    made = allocate(store, rows, OFFERS, limits, CELLS)
    assert isinstance(made, Allocation)
    check, proof = Check(rows, made, limits), made.certificate
    for one, kept in zip(limits, proof.limits, strict=True):
        use = check.use(one)
        assert use <= one.bound + 1e-6 if one.sense is Sense.AT_MOST else use >= one.bound - 1e-6
        assert use == pytest.approx(kept.use, abs=1e-5)
    assert check.value_fen() == proof.value_fen
    assert check.bound_fen([one.price for one in proof.limits]) == pytest.approx(proof.bound_fen, rel=1e-12)
    assert proof.value_fen <= proof.bound_fen
    assert proof.gap <= 2 * len(limits) / 5400
    assert proof.full_passes <= 12
    assert not proof.violated
    plain = json.loads(json.dumps(proof.plain()))
    assert plain == made.chosen.manifest.note["certificate"]
    assert [plain[name] for name in ("rows", "value_fen", "bound_fen", "gap", "full_passes")] == [
        len(check.choice), check.value_fen(), proof.bound_fen, (proof.bound_fen - proof.value_fen) / proof.bound_fen,
        proof.full_passes,
    ]  # fmt: skip
    for one, told in zip(limits, plain["limits"], strict=True):
        assert (told["code"], told["kind"], told["sense"]) == (one.code, str(one.kind), str(one.sense))
        assert told["use"] == pytest.approx(check.use(one), abs=1e-5)
        assert told["is_kept"] is True
        assert told["words"]["zh"].startswith(told["name"]["zh"])
    assert [told["code"] for told in plain["beside"]] == ["risk", "value_at_risk", "return", "uplift"]
    assert len(made.certificate.beside) == 4
    for rule in (
        made.certificate.beside
    ):  # a rule that keeps the limits is an allocation, so that the bound holds for it
        assert rule.broken or rule.value_fen <= proof.value_fen


def test_a_price_is_what_one_more_unit_is_worth(store: Store) -> None:
    rows, limits = wide_rows(store, 6000, 6), _limits(5400)
    made = allocate(store, rows, OFFERS, limits, CELLS)
    more = limit(Kind.MONEY, EVERY, limits[0].bound * 1.01, cost=COST)
    richer = allocate(store, rows, OFFERS, [more, *limits[1:]], CELLS)
    assert isinstance(made, Allocation)
    assert isinstance(richer, Allocation)
    gained = richer.certificate.bound_fen - made.certificate.bound_fen
    price = made.certificate.limits[0].price
    assert 0 < gained <= price * (more.bound - limits[0].bound) * 1.001
    assert gained == pytest.approx(price * (more.bound - limits[0].bound), rel=0.1)
    assert "one more yuan is worth" in made.certificate.limits[0].words.en


def test_contradictions_are_named_with_what_is_short(store: Store) -> None:
    rows = wide_rows(store, 3000, 7)
    floor = limit(Kind.FLOOR, [5], 300.0, Sense.AT_LEAST, count={4: 1.0})
    cap = limit(Kind.MINUTES, [5], 2400.0, count={4: 12.0})
    idle = limit(Kind.MONEY, EVERY, 1e9, cost=COST)
    found = allocate(store, rows, OFFERS, [floor, cap, idle], CELLS)
    assert isinstance(found, Infeasible)
    assert len(found.conflicting) == 2
    assert found.proof > 0
    short = {one.kind: one.amount for one in found.shortages}
    # 300 offers need 3,600 minutes; what is not there in minutes lacks in offers.
    assert short.get(Kind.MINUTES, 0.0) + 12 * short.get(Kind.FLOOR, 0.0) == pytest.approx(1200.0, rel=1e-3)


def test_counties_differ_by_no_more_than_allowed(store: Store) -> None:
    rows = wide_rows(store, 6000, 8)
    limits = [
        limit(Kind.MONEY, EVERY, 5400 * 1600.0, cost=COST),
        limit(Kind.MONEY, [0, 1], 5400 * 450.0, cost=COST),
    ]
    counties = {str(n): (Text(f"县 {n}", f"county {n}"), [2 * n, 2 * n + 1], 1800) for n in range(3)}
    fair = fairness_limits("served", counties, range(WIDTH), 300.0)
    free = allocate(store, rows, OFFERS, limits, CELLS)
    even = allocate(store, rows, OFFERS, [*limits, *fair], CELLS)
    assert isinstance(free, Allocation)
    assert isinstance(even, Allocation)

    def spread(made: Allocation) -> float:
        check = Check(rows, made, limits)
        check.value_fen()
        heads = [check.fen[check.cell // 2 == n].sum() / 1800 for n in range(3)]
        return float(np.ptp(heads))

    assert spread(free) > 300.0
    assert spread(even) <= 300.0 + 1e-6
    assert even.certificate.value_fen < free.certificate.value_fen


def test_the_curve_holds_when_each_amount_is_solved_alone(store: Store) -> None:
    rows, limits = wide_rows(store, 6000, 9), _limits(5400)
    money = limits[0].bound
    amounts = [money * share for share in (0.5, 0.8, 1.0, 2.0)]
    made = allocate(
        store, rows, OFFERS, limits, CELLS, compare=False, curve_of=limits[0].code, amounts=amounts
    )
    assert isinstance(made, Allocation)
    points = made.certificate.curve
    assert [point.amount for point in points] == amounts
    assert points[2].value_fen == made.certificate.value_fen
    assert [point.value_fen is None for point in points] == [True, False, False, False]
    for point in points:
        alone = [limit(Kind.MONEY, EVERY, point.amount, cost=COST), *limits[1:]]
        truth = allocate(store, rows, OFFERS, alone, CELLS, compare=False)
        if isinstance(truth, Infeasible):
            assert point.value_fen is None
            continue
        assert point.value_fen is not None
        assert point.value_fen <= min(truth.certificate.bound_fen, point.bound_fen) + 0.5
        assert point.bound_fen >= truth.certificate.value_fen - 0.5
        assert (point.bound_fen - point.value_fen) / point.bound_fen <= 2 * len(limits) / 5400
    bounds = [point.bound_fen for point in points]
    slopes = np.diff(bounds) / np.diff(amounts)
    assert (slopes >= 0).all()
    assert (np.diff(slopes) <= 1e-9).all()  # another yuan is never worth more than the one before


def test_amounts_that_nothing_keeps_are_proved_once(store: Store) -> None:
    rows, limits = wide_rows(store, 6000, 9), _limits(5400)
    problem = Problem(CELLS, OFFERS, limits)
    held = StoredRows(store, rows, problem).sample(1.0)
    answering = MemoryRows(held)
    solution = solve(problem, answering)
    assert isinstance(solution, Solution)
    cheapest = float(np.where(np.isfinite(held.value), held.cost, np.inf).min(axis=1).sum())
    amounts = [cheapest * share for share in (0.6, 0.8, 0.9)]
    before = answering.passes
    points = curve(problem, answering, solution, limits[0].code, amounts)
    assert [point.value_fen for point in points] == [None] * 3  # not even the cheapest offers fit
    assert answering.passes - before <= PROOF + 1


def hull_curve(check: Check, amounts: list[float]) -> list[float]:
    """One budget alone: each row's offers that are worth their cost, taken in the order of value for cost."""
    base, gains = 0.0, []
    for value, cost in zip(check.value, check.cost, strict=True):
        points = sorted((c, -v) for c, v in zip(cost, value, strict=True) if np.isfinite(v))
        hull = [(points[0][0], -points[0][1])]
        base += hull[0][1]
        spent = hull[0][0]
        gains.append((np.inf, spent, 0.0))
        for c, v in ((c, -v) for c, v in points[1:]):
            if v <= hull[-1][1]:
                continue
            while len(hull) > 1 and (v - hull[-1][1]) * (hull[-1][0] - hull[-2][0]) >= (
                hull[-1][1] - hull[-2][1]
            ) * (c - hull[-1][0]):
                hull.pop()
            if c == hull[-1][0]:
                continue
            hull.append((c, v))
        gains += [((b[1] - a[1]) / (b[0] - a[0]), b[0] - a[0], b[1] - a[1]) for a, b in pairwise(hull)]
    steps = np.array(sorted(gains, key=lambda step: -step[0]))
    spent, worth = np.cumsum(steps[:, 1]), np.cumsum(steps[:, 2])
    return [float(base + np.interp(amount, spent, worth)) for amount in amounts]


def test_the_curve_of_one_budget_is_the_hull_of_the_rows(store: Store) -> None:
    rows = wide_rows(store, 5000, 10)
    money = 4500 * 1200.0
    limits = [limit(Kind.MONEY, EVERY, money, cost=COST)]
    amounts = [money * share for share in (0.7, 1.0, 1.05, 1.5, 3.0)]
    made = allocate(
        store, rows, OFFERS, limits, CELLS, compare=False, curve_of=limits[0].code, amounts=amounts
    )
    assert isinstance(made, Allocation)
    truth = hull_curve(Check(rows, made, limits), amounts)
    for point, best in zip(made.certificate.curve, truth, strict=True):
        assert point.value_fen is not None
        assert point.value_fen <= best + 0.5
        assert point.bound_fen >= best - 0.5
        assert point.bound_fen == pytest.approx(best, rel=5e-4)
        assert point.value_fen == pytest.approx(best, rel=5e-4)


def test_in_turn_those_first_have_all_that_they_would_have_alone(store: Store) -> None:
    rows = wide_rows(store, 70, 13)
    limits = [
        limit(Kind.MONEY, EVERY, 70 * 1300.0, cost=COST),
        limit(Kind.MONEY, EVERY, 30_000.0, cost={3: 1.0, 4: 1.0}),
        limit(Kind.CONTACTS, [0, 1], 12.0, count={2: 1.0, 3: 1.0, 4: 1.0}),
    ]
    first = [1, 3, 5]
    made = allocate(store, rows, OFFERS, limits, CELLS, first=first)
    assert isinstance(made, Allocation)
    check = Check(rows, made, limits)
    total = check.value_fen()
    own = float(check.fen[np.isin(check.cell, first)].sum())
    ahead = best_whole(check, np.isin(check.cell, first), None)
    behind = best_whole(
        check, np.ones(len(check.cell), bool), np.where(np.isin(check.cell, first), check.choice, -1)
    )
    together = best_whole(check, np.ones(len(check.cell), bool), None)
    assert own == pytest.approx(ahead, abs=0.5)
    assert total == pytest.approx(behind, abs=0.5)
    assert total < together - 1  # serving them first costs the whole something
    assert made.certificate.value_fen == total
    assert made.certificate.bound_fen == pytest.approx(total, abs=1.0)
    assert not made.certificate.violated


def best_whole(check: Check, counted: np.ndarray, fixed: np.ndarray | None) -> float:
    """SciPy's best value of the counted rows within the limits; `fixed` gives a choice that stays, −1: free."""
    allowed = np.isfinite(check.value)
    if fixed is not None:
        allowed &= (fixed[:, None] < 0) | (fixed[:, None] == np.arange(WIDTH))
    value = np.where(counted[:, None], np.nan_to_num(check.value), 0.0)
    pick = LinearConstraint(np.kron(np.eye(len(counted)), np.ones(WIDTH)), 1, 1)
    within = [LinearConstraint(check.uses(one).reshape(1, -1), -np.inf, one.bound) for one in check.limits]
    found = milp(
        -value.ravel(), integrality=np.ones(value.size), bounds=Bounds(0, allowed.ravel().astype(float)),
        constraints=[pick, *within], options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    return -float(found.fun)
