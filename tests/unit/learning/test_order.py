"""Offers compared: a later one that is taken more often is found, chance is not, a dearer one is not proposed."""

import numpy as np
import pytest

from weixi.flow.learning import Outcome
from weixi.flow.learning.order import Offered, compare


def world(seed: int, lead: float = 0.0, cost: float = 10.0) -> Offered:
    """Two offers, made to a stratum as often as its level says; the level decides how often offers are taken."""
    rng = np.random.default_rng(seed)
    count = 3_000
    stratum = rng.integers(0, 3, count)
    offer = (rng.random(count) < np.array([0.8, 0.5, 0.2])[stratum]).astype(np.int64)
    chance = np.array([0.1, 0.3, 0.5])[stratum] + lead * offer
    agreed = (rng.random(count) < chance).astype(np.int64)
    return Offered(offer, stratum, rng.integers(0, 2, count), agreed, np.where(offer == 1, cost, 10.0))


def test_chance_is_not_proposed() -> None:
    found = [compare(world(seed), [(0, 1)])[0] for seed in range(300)]
    # Over all rows the later one is taken far less: it was made where offers are seldom taken.
    assert all(each.rates[1] < each.rates[0] - 0.05 for each in found)
    assert sum(each.outcome is Outcome.BETTER for each in found) <= 0.05 * 300


def test_a_better_offer_is_found() -> None:
    found = [compare(world(seed, lead=0.1), [(0, 1)])[0] for seed in range(60)]
    assert sum(each.outcome is Outcome.BETTER for each in found) >= 54
    shown = [each.difference for each in found if each.difference is not None]
    assert np.mean(shown) == pytest.approx(0.1, abs=0.01)


def test_a_dearer_one_is_not_proposed() -> None:
    assert compare(world(1, lead=0.1, cost=11.0), [(0, 1)])[0].outcome is Outcome.NOT_BETTER


def test_few_agreements_say_nothing() -> None:
    rows = world(1, lead=0.1)
    few = Offered(*(each[:100] for each in (rows.offer, rows.stratum, rows.half, rows.agreed, rows.cost_fen)))
    assert compare(few, [(0, 1)])[0].outcome is Outcome.TOO_FEW
