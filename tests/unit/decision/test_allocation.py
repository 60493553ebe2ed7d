"""The allocation on the engine, beside an independent reading of the same files."""

import numpy as np
import pytest

from handmade.allocated import CELLS, OFFERS, WIDTH, Check, wide_rows
from handmade.allocation import limit
from weixi.engine import Store
from weixi.flow.decision import Allocation, Infeasible, Kind, Limit, Sense, allocate, fairness_limits
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
    assert len(made.beside) == 4
    for rule in made.beside:  # a rule that keeps the limits is an allocation, so that the bound holds for it
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
