"""Every kind of limit: it is broken where it is not asked for, and kept where it is, read again from the files."""

import pytest

from handmade.allocated import CELLS, OFFERS, WIDTH, Check, wide_rows
from handmade.allocation import limit
from weixi.engine import Store
from weixi.flow.decision import Allocation, Kind, Limit, Sense, allocate
from weixi.kernel.language import Text

EVERY = list(range(CELLS))
COST = dict.fromkeys(range(1, WIDTH), 1.0)
ROWS = 3_000
MONEY = limit(Kind.MONEY, EVERY, ROWS * 1500.0, cost=COST)
EXISTING = {g: 0.15 if g % 2 else -0.85 for g in reversed(EVERY)}
KINDS = {
    "contact cap": limit(Kind.CONTACTS, EVERY, ROWS * 0.7, count={2: 1.0, 3: 2.0, 4: 2.0}),
    "agents' hours of a unit": limit(Kind.MINUTES, [2, 3], ROWS * 0.8, count={2: 5.0, 3: 8.0, 4: 12.0}),
    "floor of a grade": limit(Kind.FLOOR, [4, 5], ROWS * 0.24, Sense.AT_LEAST, count={1: 1.0}),
    "minimum return": limit(
        Kind.RETURN, EVERY, 0.0, Sense.AT_LEAST, value=COST, cost=dict.fromkeys(COST, -4.5)
    ),
    "existing customers' share of handset money": Limit(
        "existing", Text("老用户占比", "share"), Kind.SHARE, EXISTING, 0.0, Sense.AT_LEAST, cost={4: 1.0}
    ),
}


def is_kept(check: Check, one: Limit) -> bool:
    use = check.use(one)
    return use <= one.bound + 1e-6 if one.sense is Sense.AT_MOST else use >= one.bound - 1e-6


@pytest.mark.parametrize("kind", KINDS)
def test_a_limit_is_broken_unless_it_is_asked_for(store: Store, kind: str) -> None:
    rows, one = wide_rows(store, ROWS, 14), KINDS[kind]
    free = allocate(store, rows, OFFERS, [MONEY], CELLS, compare=False)
    assert isinstance(free, Allocation)
    assert not is_kept(Check(rows, free, [MONEY]), one)
    bound = allocate(store, rows, OFFERS, [MONEY, one], CELLS, compare=False)
    assert isinstance(bound, Allocation)
    check, proof = Check(rows, bound, [MONEY, one]), bound.certificate
    assert is_kept(check, MONEY)
    assert is_kept(check, one)
    assert check.value_fen() < free.certificate.value_fen
    assert proof.limits[1].price > 0
    assert check.bound_fen([limit.price for limit in proof.limits]) == pytest.approx(
        proof.bound_fen, rel=1e-12
    )
    assert proof.gap <= 2 * 2 / (0.9 * ROWS)
