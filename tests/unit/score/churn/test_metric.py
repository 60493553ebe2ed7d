"""The lab's figures by hand."""

import numpy as np
import pytest

from weixi.flow.score.churn import calibration, measure
from weixi.flow.score.churn.metric import calibration_error, top_lift


def test_lift_of_the_top_tenth() -> None:
    label = np.array([1, 1, 0, 0, 0, 0, 0, 0, 0, 0] * 2)
    score = np.linspace(1, 0, 20)
    # Two of twenty are contacted, both left; four of twenty left.
    assert top_lift(label, score, 0.1) == pytest.approx(1 / 0.2)


def test_equal_scores_count_in_proportion() -> None:
    label = np.array([1] + [0] * 9)
    assert top_lift(label, np.zeros(10), 0.1) == pytest.approx(1)
    assert top_lift(
        np.array([1, 0, 1, 0, 0, 0, 0, 0, 0, 0]), np.array([9, 9] + [0] * 8), 0.1
    ) == pytest.approx(2.5)


def test_calibration_by_hand() -> None:
    label = np.array([0, 1, 1, 1])
    probability = np.array([0.12, 0.18, 0.95, 1.0])
    low, high = calibration(label, probability)
    assert (low.rows, low.said, low.came) == (2, pytest.approx(0.15), 0.5)
    assert (high.rows, high.said, high.came) == (2, pytest.approx(0.975), 1.0)
    assert calibration_error([low, high]) == pytest.approx((0.35 + 0.025) / 2)


def test_brier_and_order() -> None:
    found = measure(np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8]))
    assert found.auc == pytest.approx(0.75)
    assert found.pr_auc == pytest.approx(0.5 + 0.5 * 2 / 3)
    assert found.brier == pytest.approx((0.01 + 0.16 + 0.65**2 + 0.04) / 4)
