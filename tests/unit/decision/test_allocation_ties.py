"""Rows that tie: equal ones are held once, and the plan keeps every limit, counted again row by row."""

import numpy as np
import pytest
from scipy.optimize import linprog

from handmade.allocated import CELLS, OFFERS, WIDTH, Check, wide_rows
from handmade.allocation import limit, offers_of
from weixi.engine import Store
from weixi.flow.decision import Allocation, Kind, Limit, Sense, allocate
from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.fold import Members, fold
from weixi.flow.decision.allocation.problem import Problem
from weixi.flow.decision.allocation.rows import MemoryRows
from weixi.flow.decision.allocation.solve import Solution, solve

ROWS, PLACES = 6_000, 7
COST = dict.fromkeys(range(1, PLACES), 1.0)
CONTACTS = {1: 1.0, 2: 1.0, 3: 1.0, 4: 1.0, 5: 2.0, 6: 2.0}
CALLS = {3: 1.0, 4: 1.0, 5: 1.0, 6: 1.0}


def rows(seed: int, *, tied: float = 1.0) -> HeldRows:
    """Rows of four cells; that share of them has one of two values a head and the same costs."""
    draw = np.random.default_rng(seed)
    worth = np.where(draw.random(ROWS) < 0.3, 60_000.0, 20_000.0)
    value = np.rint(worth[:, None] * np.array([0.0, 0.004, 0.012, 0.03, 0.05, 0.13, 0.22]))
    cost = np.tile(np.array([0.0, 10.0, 300.0, 200.0, 2_000.0, 8_000.0, 20_000.0]), (ROWS, 1))
    own = draw.random(ROWS) >= tied
    value[own] = np.rint(value[own] * np.exp(draw.normal(0, 0.5, (own.sum(), PLACES))))
    cost[own] = np.rint(cost[own] * np.exp(draw.normal(0, 0.2, (own.sum(), PLACES))))
    value[:, 2:][draw.random((ROWS, PLACES - 2)) < 0.15] = -np.inf
    value[:, 0] = -np.inf
    return HeldRows(np.arange(ROWS) * 7 + 3, draw.integers(0, 4, ROWS), value, cost, 4)


def limits(seed: int) -> list[Limit]:
    part = np.random.default_rng([seed, 1]).uniform(0.6, 1.4, 7)
    every = range(4)
    return [
        limit(Kind.MONEY, every, ROWS * 2_000.0 * part[0], cost=COST),
        limit(Kind.MINUTES, every, ROWS * 5.0 * part[1], count={3: 5.0, 4: 6.0, 5: 12.0, 6: 15.0}),
        limit(Kind.MONEY, [2, 3], ROWS * 700.0 * part[2], cost={5: 1.0, 6: 1.0}),
        limit(Kind.MONEY, every, ROWS * 60.0 * part[3], cost={2: 1.0, 3: 1.0}),
        limit(Kind.FLOOR, [0], ROWS / 4 * 0.5 * part[4], Sense.AT_LEAST, count=CALLS),
        limit(Kind.FLOOR, [1], ROWS / 4 * 0.3 * part[5], Sense.AT_LEAST, count=CALLS),
        limit(Kind.CONTACTS, every, ROWS * (1.0 + 0.3 * part[6]), count=CONTACTS),
    ]  # fmt: skip


def use(held: HeldRows, one: Limit, offer: np.ndarray) -> float:
    """What one offer a row uses of a limit, by its definition."""
    at, total = np.arange(len(offer)), 0.0
    share = np.array([one.cells.get(g, 0.0) for g in range(held.cells)])[held.cell]
    for k in range(held.value.shape[1]):
        taken = at[offer == k]
        own = one.count.get(k, 0.0) + one.cost.get(k, 0.0) * held.cost[taken, k]
        total += float((share[taken] * own).sum())
    return total


def relaxed(held: HeldRows, asked: list[Limit]) -> float:
    """SciPy's optimum with fractions allowed, equal rows put together by NumPy: no whole plan is worth more."""
    table = np.column_stack([held.cell, held.value, held.cost])
    kinds, times = np.unique(table, axis=0, return_counts=True)
    cell, value, cost = kinds[:, 0].astype(int), kinds[:, 1 : PLACES + 1], kinds[:, PLACES + 1 :]
    row, offer = np.nonzero(np.isfinite(value))
    within = []
    for one in asked:
        share = np.array([one.cells.get(int(g), 0.0) for g in cell[row]])
        own = np.array([one.count.get(int(k), 0.0) for k in offer])
        own += np.array([one.cost.get(int(k), 0.0) for k in offer]) * cost[row, offer]
        within.append(share * own * (1.0 if one.sense is Sense.AT_MOST else -1.0))
    whole = np.zeros((len(kinds), len(row)))
    whole[row, np.arange(len(row))] = 1.0
    found = linprog(
        -value[row, offer], A_ub=np.array(within), A_eq=whole, b_eq=times, method="highs",
        b_ub=[one.bound if one.sense is Sense.AT_MOST else -one.bound for one in asked],
    )  # fmt: skip
    return -float(found.fun)


@pytest.mark.parametrize("seed", range(12))
def test_rows_that_all_tie_keep_every_limit(seed: int) -> None:
    held, asked = rows(seed), limits(seed)
    truth = relaxed(held, asked)
    answering = MemoryRows(held)
    found = solve(Problem(4, offers_of(PLACES), asked), answering)
    assert isinstance(found, Solution)
    assert len(found.priced.held) < ROWS / 2
    assert found.priced.held.rows == ROWS
    assert answering.passes == 1
    value = held.value[np.arange(ROWS), found.choice]
    assert np.isfinite(value).all()
    for one in asked:
        used = use(held, one, found.choice)
        assert used <= one.bound + 1e-6 if one.sense is Sense.AT_MOST else used >= one.bound - 1e-6, one.code
    assert value.sum() <= truth + 1e-3 <= found.bound + 1.0
    assert found.bound == pytest.approx(truth, rel=2 * len(asked) / ROWS)
    assert value.sum() >= found.bound * (1 - 2 * len(asked) / ROWS)


@pytest.mark.parametrize("seed", range(4))
def test_where_a_third_ties_only_the_equal_ones_that_waver_are_put_together(seed: int) -> None:
    held, asked = rows(seed, tied=0.35), limits(seed)
    found = solve(Problem(4, offers_of(PLACES), asked), MemoryRows(held))
    assert isinstance(found, Solution)
    members = found.priced.held.members
    assert members is not None
    assert len(found.priced.held) < len(members.ids)
    choice = held.choices(Problem(4, offers_of(PLACES), asked).prices(found.settled_at))
    choice[np.searchsorted(held.ids, members.ids)] = found.choice
    value = held.value[np.arange(ROWS), choice]
    assert np.isfinite(value).all()
    for one in asked:
        used = use(held, one, choice)
        assert used <= one.bound + 1e-6 if one.sense is Sense.AT_MOST else used >= one.bound - 1e-6, one.code
    assert value.sum() == pytest.approx(found.total.value.sum(), rel=1e-12)
    assert value.sum() >= found.bound * (1 - 2 * len(asked) / ROWS)


def test_the_written_choices_of_tied_rows_are_those_of_the_certificate(store: Store) -> None:
    wide = wide_rows(store, 6000, 5, ties=True)
    money = dict.fromkeys(range(1, WIDTH), 1.0)
    asked = [
        limit(Kind.MONEY, range(CELLS), 5400 * 1600.0, cost=money),
        limit(Kind.MINUTES, range(CELLS), 5400 * 4.0, count={2: 5.0, 3: 8.0, 4: 12.0}),
    ]
    amounts = [asked[0].bound * share for share in (0.8, 1.2)]
    made = allocate(store, wide, OFFERS, asked, CELLS, compare=False, curve_of=asked[0].code, amounts=amounts)
    assert isinstance(made, Allocation)
    check, proof = Check(wide, made, asked), made.certificate
    assert proof.full_passes == 1
    assert check.value_fen() == proof.value_fen
    assert check.bound_fen([one.price for one in proof.limits]) == pytest.approx(proof.bound_fen, rel=1e-12)
    for one, told in zip(asked, proof.limits, strict=True):
        assert check.use(one) == pytest.approx(told.use, abs=1e-6)
        assert check.use(one) <= one.bound + 1e-6
    for point in proof.curve:
        assert point.value_fen is not None
        assert point.value_fen <= point.bound_fen
        assert point.value_fen == pytest.approx(point.bound_fen, rel=4 * len(asked) / 5400)


def test_kinds_are_those_that_numpy_finds_in_any_order() -> None:
    draw = np.random.default_rng(3)
    columns = [draw.integers(-2, 3, 5_000) for _ in range(4)]
    kind, first = fold(columns)
    truth, inverse = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    assert len(first) == len(truth)
    assert len(set(zip(kind.tolist(), inverse.ravel().tolist(), strict=True))) == len(truth)
    assert (kind[first] == np.arange(len(first))).all()
    line = draw.permutation(5_000)
    again, _ = fold([column[line] for column in columns])
    assert (again == kind[line]).all()


def test_equals_are_parted_by_lot_and_everyone_has_one_offer() -> None:
    ids = np.arange(1_000) * 7 + 1
    held = ids % 3
    times = np.bincount(held)
    counts = np.stack([times // 2, times - times // 2 - 5, np.full(3, 5)], axis=1)
    choice = Members(ids, held, times.astype(float)).spread(counts)
    for kind in range(3):
        own = choice[held == kind]
        assert np.bincount(own, minlength=3).tolist() == counts[kind].tolist()
        assert (
            abs(own[: len(own) // 2].mean() - own[len(own) // 2 :].mean()) < 0.15
        )  # not the older ids first
