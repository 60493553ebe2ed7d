"""Which rows are studied, and that what is found in them is the whole trial's."""

import numpy as np
import pytest

from weixi.flow.score.uplift.drawn import MOST_OF_SMALLER, PER_ONE, WHOLE, draw_arms, draw_trial
from weixi.flow.score.uplift.sample import Trial

ROWS = 400_000


def test_a_small_trial_is_studied_whole() -> None:
    rng = np.random.default_rng(1)
    share = rng.choice([0.02, 0.2], WHOLE)
    held = rng.random(WHOLE) < share
    rows, chance = draw_trial(held, share, 1)
    assert np.array_equal(rows, np.arange(WHOLE))
    assert np.array_equal(chance, 1 - share)
    assert np.array_equal(draw_arms(~held, held, 1), np.arange(WHOLE))


@pytest.mark.parametrize(("treated", "control"), [(190_000, 2_000), (2_000, 100_000), (90_000, 80_000)])
def test_arms_are_drawn_apart(treated: int, control: int) -> None:
    is_treated, is_control = np.zeros((2, ROWS), dtype=np.bool_)
    is_treated[:treated] = True
    is_control[-control:] = True
    rows = draw_arms(is_treated, is_control, 3)
    smaller = min(treated, control, MOST_OF_SMALLER)
    counts = sorted([int(is_treated[rows].sum()), int(is_control[rows].sum())])
    assert counts == [smaller, PER_ONE * smaller]
    assert (np.diff(rows) > 0).all()
    assert np.array_equal(rows, draw_arms(is_treated, is_control, 3))


@pytest.mark.parametrize("shares", [(0.01, 0.05), (0.02, 0.02), (0.01, 0.3)])
def test_the_drawn_people_are_the_trials(shares: tuple[float, float]) -> None:
    """Two kinds of people held out with unlike shares, whose effects differ: their mix and their effects stay."""
    rng = np.random.default_rng(5)
    first = rng.random(ROWS) < 0.5
    share = np.where(first, *shares)
    held = rng.random(ROWS) < share
    kept = rng.random(ROWS) < 0.8 + ~held * np.where(first, 0.1, 0.0)
    rows, chance = draw_trial(held, share, 7)
    assert held[rows].sum() <= MOST_OF_SMALLER * 1.05
    assert len(rows) < ROWS / 5
    assert first[rows].mean() == pytest.approx(0.5, abs=0.01)
    known = Trial(np.zeros((len(rows), 1)), ("x",), ~held[rows], kept[rows].astype(np.float64), chance)
    assert known.effect == pytest.approx(0.05, abs=0.03)
    for here, truth in ((first, 0.1), (~first, 0.0)):
        part = known.take(np.flatnonzero(here[rows]))
        assert part.effect == pytest.approx(truth, abs=4 * 0.4 / np.sqrt((~part.treated).sum()))
        assert part.treated.mean() == pytest.approx(part.propensity.mean(), abs=0.01)
