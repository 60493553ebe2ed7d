"""The stability index by hand."""

import numpy as np
import pytest

from weixi.flow.score.churn.drift import Movement, movement_of, psi_by_column, psi_of_numbers, psi_of_shares
from weixi.flow.score.churn.frame import Frame, Words


def test_by_hand() -> None:
    found = psi_of_shares(np.array([0.5, 0.5]), np.array([0.25, 0.75]))
    assert found == pytest.approx(-0.25 * np.log(0.5) + 0.25 * np.log(1.5))


def test_the_same_is_nothing_and_a_shift_is_much() -> None:
    rng = np.random.default_rng(1)
    then = rng.normal(size=5_000)
    assert psi_of_numbers(then, rng.permutation(then)) == 0
    assert psi_of_numbers(then, rng.normal(size=5_000)) < 0.02
    assert psi_of_numbers(then, then + 1) > 0.25
    assert psi_of_numbers(then, np.where(then > 1, np.nan, then)) > 0.25


def test_words_and_the_greatest_first() -> None:
    then = Frame({"bill": np.arange(100.0)}, {"plan": Words(("a", "b"), np.array([0, 1] * 50))}, 100)
    now = Frame({"bill": np.arange(100.0)}, {"plan": Words(("a", "new"), np.array([0, 1] * 50))}, 100)
    found = psi_by_column(then, now)
    assert list(found) == ["plan", "bill"]
    assert found["bill"] == 0
    assert found["plan"] > 1


def test_the_index_is_told_in_three_words() -> None:
    """Siddiqi's table: below 0.1 nothing, from 0.1 to 0.25 a little, above 0.25 another population."""
    assert [movement_of(index) for index in (0.05, 0.1, 0.25, 0.26)] == [
        Movement.STEADY,
        Movement.MOVED,
        Movement.MOVED,
        Movement.SHIFTED,
    ]
