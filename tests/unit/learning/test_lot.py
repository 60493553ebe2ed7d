"""Two offers where the lot decided and the truth is known: what keeps moves up, what is only taken does not."""

from dataclasses import replace

import numpy as np
import pytest

from weixi.flow.assessment import Decided
from weixi.flow.learning import Outcome, Rivals, compare_by_lot
from weixi.flow.learning.order import Offered, compare

CARE, FIRST, SECOND = 0, 1, 2
WORLDS = 120


def world(
    seed: int, *, kept: tuple[float, float], taken: tuple[float, float], cost: float = 0.0, count: int = 1_500
) -> Decided:
    """Tasks for which the lot drew care or one of two offers, those that were open.

    Each offer keeps its share of those who would leave and is agreed to by its share: one has nothing to do with the
    other. Two tasks a household; the second offer is open rather to those at lower risk.
    """
    rng = np.random.default_rng(seed)
    risk, worth = rng.uniform(0.05, 0.4, count), rng.lognormal(10, 0.7, count).round()
    opened = np.column_stack(
        [np.ones(count), rng.random(count) < 0.9, rng.random(count) < 1.2 - risk]
    ).astype(bool)
    action = (rng.random(opened.shape) * opened).argmax(axis=1)
    saved, agrees = np.array([0.0, *kept]), np.array([0.0, *taken])
    costs = np.array([0.0, cost, cost])
    return Decided(
        subscriber_id=np.arange(count),
        household=(np.arange(count) // 2).astype(str).astype(object),
        kind=np.where(rng.random(count) < 0.5, "usage_drop", "contract_expiring").astype(object),
        action=action,
        open=opened,
        risk=risk,
        worth_fen=worth,
        cost_fen=costs[action],
        value_fen=np.zeros(count),
        retained=rng.random(count) >= risk * (1 - saved[action]),
        taken=rng.random(count) < agrees[action],
    )


def effect(kept: tuple[float, float], taken: tuple[float, float], cost: float = 0.0) -> float:
    """The true gain of the second offer over the first, fen a task that may have either."""
    people = world(999, kept=kept, taken=taken, cost=cost, count=400_000)
    both = people.open[:, FIRST] & people.open[:, SECOND]
    worth = float((people.risk * people.worth_fen)[both].mean())
    return (kept[1] - kept[0]) * worth - (taken[1] - taken[0]) * cost


def by_lot(rows: Decided) -> Rivals:
    [found] = compare_by_lot(rows, [(0, 1)], seed=3)
    return found


def width(found: Rivals) -> float:
    assert found.low_fen is not None
    assert found.high_fen is not None
    return found.high_fen - found.low_fen


def test_what_is_taken_often_and_keeps_nobody_is_not_moved_up() -> None:
    """Acceptance would move it up nearly always; the lot no more often than chance."""
    worlds = [world(seed, kept=(0.2, 0.2), taken=(0.3, 0.7)) for seed in range(WORLDS)]
    wrong = sum(by_lot(rows).outcome is Outcome.BETTER for rows in worlds)
    # One side of a 95 % interval: 2.5 %, and three deviations of that many worlds.
    assert wrong <= WORLDS * 0.025 + 3 * (WORLDS * 0.025 * 0.975) ** 0.5
    halves = np.random.default_rng(1)
    misled = 0
    for rows in worlds[:40]:
        offered = rows.action > CARE
        told = Offered(
            rows.action[offered] - 1,
            np.zeros(offered.sum(), dtype=np.int64),
            halves.integers(0, 2, offered.sum()),
            rows.taken[offered].astype(np.int64),
            np.zeros(offered.sum()),
        )
        misled += compare(told, [(0, 1)])[0].outcome is Outcome.BETTER
    assert misled >= 36


def test_the_interval_holds_the_truth() -> None:
    truth = effect((0.1, 0.5), (0.5, 0.1))
    held = []
    for seed in range(WORLDS):
        found = by_lot(world(seed, kept=(0.1, 0.5), taken=(0.5, 0.1)))
        assert found.low_fen is not None
        assert found.high_fen is not None
        held.append(found.low_fen <= truth <= found.high_fen)
    assert np.mean(held) == pytest.approx(0.95, abs=3.3 * (0.95 * 0.05 / WORLDS) ** 0.5)


def test_what_keeps_is_found_though_it_is_seldom_taken() -> None:
    found = [by_lot(world(seed, kept=(0.0, 0.8), taken=(0.6, 0.1))) for seed in range(40)]
    assert sum(each.outcome is Outcome.BETTER for each in found) >= 32


def test_what_an_offer_costs_is_taken_off() -> None:
    """It keeps more, and costs more than it keeps: three hundred yuan of whoever agrees, and all agree."""
    kept, taken = (0.0, 0.4), (0.0, 1.0)
    assert effect(kept, taken, 30_000) < 0
    found = [by_lot(world(seed, kept=kept, taken=taken, cost=30_000)) for seed in range(20)]
    assert all(each.outcome is Outcome.NOT_BETTER for each in found)


def test_it_is_the_estimate_by_hand() -> None:
    """Weighted by one over the probability, without any model: far from exact, but on the same side and not far off."""
    rows = world(5, kept=(0.0, 0.8), taken=(0.3, 0.3), count=60_000)
    [found] = compare_by_lot(rows, [(0, 1)], seed=3)
    both = rows.open[:, FIRST] & rows.open[:, SECOND]
    reward = rows.retained * rows.worth_fen - rows.taken * rows.cost_fen
    share = 1 / rows.open.sum(axis=1)
    plain = [float((reward * (rows.action == k) / share)[both].mean()) for k in (FIRST, SECOND)]
    assert found.effect_fen == pytest.approx(plain[1] - plain[0], rel=0.25)
    given = [both & (rows.action == k) for k in (FIRST, SECOND)]
    assert found.counts == tuple(int(each.sum()) for each in given)
    assert found.kept == pytest.approx([rows.retained[each].mean() for each in given])
    assert found.taken == pytest.approx([rows.taken[each].mean() for each in given])


def test_too_few_or_no_losses_say_nothing() -> None:
    few = world(1, kept=(0.0, 0.9), taken=(0.3, 0.3), count=300)
    assert by_lot(few).outcome is Outcome.TOO_FEW
    rows = world(1, kept=(0.0, 0.9), taken=(0.3, 0.3))
    assert by_lot(rows).outcome is not Outcome.TOO_FEW
    loyal = replace(rows, retained=np.ones(len(rows), dtype=bool))
    assert by_lot(loyal).outcome is Outcome.TOO_FEW
    assert by_lot(loyal).effect_fen is None


def test_many_pairs_widen_every_interval() -> None:
    rows = world(2, kept=(0.0, 0.8), taken=(0.3, 0.3))
    first, second = compare_by_lot(rows, [(0, 1), (1, 0)], seed=3)
    assert width(first) > 1.1 * width(by_lot(rows))
    assert first.effect_fen is not None
    assert second.effect_fen == pytest.approx(-first.effect_fen, rel=0.05)
