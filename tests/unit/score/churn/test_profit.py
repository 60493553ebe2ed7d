"""EMPC against its definition: the best threshold for every acceptance, integrated numerically."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from weixi.flow.score.churn import VERBRAKEN, Economy, expected_maximum_profit, profit_curve


def by_hand(label: np.ndarray, score: np.ndarray, economy: Economy) -> tuple[float, float]:
    """The integral of the best profit over the acceptance, every threshold tried for each."""
    thresholds = np.concatenate([[np.inf], np.unique(score)[::-1]])
    contacted = [score >= threshold for threshold in thresholds]
    leavers = np.array([(label[who] == 1).sum() for who in contacted]) / len(label)
    stayers = np.array([(label[who] == 0).sum() for who in contacted]) / len(label)
    value, offer, contact = economy.lifetime_value, economy.offer_cost, economy.contact_cost

    def gain(accepted: float) -> np.ndarray:
        each = accepted * (value - offer - contact) - (1 - accepted) * contact
        return each * leavers - (offer + contact) * stayers

    density = beta(economy.alpha, economy.beta).pdf
    points = np.linspace(0, 1, 41)[1:-1].tolist()
    best = quad(lambda g: gain(g).max() * density(g), 0, 1, limit=4000, points=points)[0]
    share = (leavers + stayers)[
        np.array([int(np.argmax(gain(g))) for g in np.linspace(0.0005, 0.9995, 1000)])
    ]
    weights = density(np.linspace(0.0005, 0.9995, 1000))
    return best, float((share * weights).sum() / weights.sum())


@pytest.mark.parametrize(("seed", "strength", "rate"), [(1, 1.0, 0.3), (2, 0.2, 0.1), (3, 3.0, 0.05)])
def test_is_the_integral(seed: int, strength: float, rate: float) -> None:
    rng = np.random.default_rng(seed)
    label = (rng.random(400) < rate).astype(np.int64)
    score = np.round(rng.normal(size=400) + strength * label, 1)
    found = expected_maximum_profit(label, score)
    best, share = by_hand(label, score, VERBRAKEN)
    assert found.per_subscriber == pytest.approx(best, rel=1e-4, abs=1e-6)
    assert found.contacted == pytest.approx(share, abs=0.01)


def test_other_money() -> None:
    rng = np.random.default_rng(9)
    label = (rng.random(300) < 0.2).astype(np.int64)
    score = rng.normal(size=300) + label
    economy = Economy(lifetime_value=900.0, offer_cost=60.0, contact_cost=8.0, alpha=3.0, beta=5.0)
    best, _ = by_hand(label, score, economy)
    assert expected_maximum_profit(label, score, economy).per_subscriber == pytest.approx(best, rel=1e-4)


def test_a_perfect_score_contacts_the_leavers_alone() -> None:
    label = np.array([1] * 100 + [0] * 900)
    found = expected_maximum_profit(label, label.astype(float))
    # A leaver pays at γ > f / (CLV - d): all but surely. 0.1 · (0.3 · 189 - 0.7 · 1) by hand, 0.3 the mean acceptance.
    assert found.per_subscriber == pytest.approx(0.1 * (0.3 * 189 - 0.7), rel=1e-3)
    assert found.contacted == pytest.approx(0.1, rel=1e-3)


def test_a_useless_score_contacts_all_or_nobody() -> None:
    label = np.array([1, 0, 0, 0] * 50)
    found = expected_maximum_profit(label, np.zeros(200))
    best, _ = by_hand(label, np.zeros(200), VERBRAKEN)
    assert found.per_subscriber == pytest.approx(best, rel=1e-4)


def test_the_curve_ends_where_everybody_is_contacted() -> None:
    label = np.array([1, 0, 0, 0, 1, 0, 0, 0, 0, 0])
    contacted, profit = profit_curve(label, np.linspace(1, 0, 10))
    assert (contacted[0], profit[0]) == (0, 0)
    assert contacted[-1] == pytest.approx(1)
    # Two leavers of ten, acceptance 0.3 on average, eight offers taken by stayers.
    assert profit[-1] == pytest.approx((2 * (0.3 * 190 - 1) - 8 * 11) / 10)
