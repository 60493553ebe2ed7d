"""Profit of a campaign and its paired difference, again in plain loops over γ and over lines."""

from math import exp, gamma, sqrt

import numpy as np
import pytest

from weixi.flow.learning import Rates, earned
from weixi.flow.learning.paired import paired

RATES = Rates(offer_cost_fen=4_000.0, contact_cost_fen=150.0, taken_rate=0.25, alpha=6.0, beta=14.0)


def beta_density(x: float, a: float, b: float) -> float:
    return gamma(a + b) / gamma(a) / gamma(b) * x ** (a - 1) * (1 - x) ** (b - 1)


def looped(
    label: int, probability: float, value: float, rates: Rates, steps: int = 20_000
) -> tuple[float, float]:
    """The mean over γ of what one row brings where the campaign expects a gain, and how often it is contacted."""
    profit = contacted = 0.0
    stayer = rates.taken_rate * rates.offer_cost_fen + rates.contact_cost_fen
    for step in range(steps):
        keeps = (step + 0.5) / steps
        weight = beta_density(keeps, rates.alpha, rates.beta) / steps
        of_leaver = keeps * (value - rates.offer_cost_fen) - rates.contact_cost_fen
        if probability * of_leaver - (1 - probability) * stayer > 0:
            contacted += weight
            profit += weight * (of_leaver if label else -stayer)
    return profit, contacted


@pytest.mark.parametrize(
    ("label", "probability", "value"),
    [(1, 0.3, 30_000), (0, 0.3, 30_000), (1, 0.05, 90_000), (0, 0.9, 9_000), (1, 0.5, 3_000), (0, 0.02, 500)],
)
def test_a_row_brings_what_the_loop_says(label: int, probability: float, value: float) -> None:
    found = earned(np.array([label]), np.array([probability]), np.array([float(value)]), RATES)
    profit, contacted = looped(label, probability, value, RATES)
    assert found.profit[0] == pytest.approx(profit, abs=2.0)
    assert found.contacted[0] == pytest.approx(contacted, abs=1e-3)


def test_who_cannot_pay_is_not_contacted() -> None:
    """An offer dearer than the customer, and a chance of nothing, bring nothing."""
    found = earned(np.array([1, 1]), np.array([0.9, 0.0]), np.array([3_000.0, 50_000.0]), RATES)
    assert found.profit.tolist() == [0.0, 0.0]
    assert found.contacted.tolist() == [0.0, 0.0]


def test_the_truth_earns_most() -> None:
    """Expected profit is highest where the score is the true probability: a proper rule."""
    value = np.full(2, 60_000.0)
    for truth in (0.02, 0.08, 0.3):

        def expected(said: float, truth: float = truth) -> float:
            got = earned(np.array([1, 0]), np.full(2, said), value, RATES).profit
            return float(truth * got[0] + (1 - truth) * got[1])

        others = [expected(truth * exp(shift)) for shift in (-1.0, -0.3, 0.3, 1.0)]
        assert all(expected(truth) >= each - 1e-9 for each in others)
        assert expected(truth) > min(others)


def test_the_error_of_lines_with_several_rows() -> None:
    """The ratio's error in plain loops; twice the same rows under one line is no more evidence."""
    rng = np.random.default_rng(3)
    difference, weight = rng.normal(1, 2, 60), rng.choice([1.0, 4.0], 60)
    line = rng.integers(0, 25, 60)
    mean = sum(w * d for w, d in zip(weight, difference, strict=True)) / sum(weight)
    by_line: dict[int, float] = {}
    for one, w, d in zip(line, weight, difference, strict=True):
        by_line[int(one)] = by_line.get(int(one), 0.0) + w * (d - mean)
    count = len(by_line)
    error = sqrt(sum(each**2 for each in by_line.values()) * count / (count - 1)) / sum(weight)
    found = paired(difference, weight, line)
    assert (found.mean, found.error, found.groups) == (pytest.approx(mean), pytest.approx(error), count)
    twice = paired(np.tile(difference, 2), np.tile(weight, 2), np.tile(line, 2))
    assert twice.error == pytest.approx(found.error)
