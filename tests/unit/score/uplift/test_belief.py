"""What is believed of an offer: against integration by hand, and where the best of many offers is picked."""

import numpy as np
import pytest
from scipy import stats

from weixi.flow.score import believed
from weixi.flow.score.uplift.quality import estimate


def test_it_is_the_posterior_that_integration_gives() -> None:
    """Offer's share m about 0.2, two groups about m, all three with 0.05; a third group was not tried."""
    risks, found = [0.05, 0.08], [estimate(0.02, 0.006), estimate(-0.004, 0.02)]
    m = np.linspace(-0.5, 1, 1_501)
    weight = stats.norm.pdf(m, 0.2, 0.05)
    groups = []
    for each, risk in zip(found, risks, strict=True):
        value, se = each.value / risk, each.se / risk
        joint = stats.norm.pdf(m[None, :], m[:, None], 0.05) * stats.norm.pdf(value, m[None, :], se)
        groups.append(joint)
        weight = weight * joint.sum(axis=1)
    expected = []
    for joint in groups:
        share = (weight[:, None] * joint / joint.sum(axis=1, keepdims=True)).sum(axis=0)
        mean = float(np.average(m, weights=share))
        expected.append((mean, float(np.average((m - mean) ** 2, weights=share) ** 0.5)))
    centre = float(np.average(m, weights=weight))
    spread = float(np.average((m - centre) ** 2, weights=weight))
    beliefs = believed(0.2, [*found, None], [*risks, 0.05])
    for belief, each in zip(beliefs, [*expected, (centre, (spread + 0.05**2) ** 0.5)], strict=True):
        assert (belief.share, belief.deviation) == pytest.approx(each, rel=1e-3)


def test_without_evidence_the_assumption_stays_and_is_not_sure() -> None:
    told, untold = believed(0.2, [estimate(0.02, 0.0001), None], [0.05, 0.05])
    assert told.share == pytest.approx(0.4, abs=0.001)
    assert told.share > 1.96 * told.deviation
    # Two groups of one offer differ as much as it differs from the assumption: half of the way.
    assert untold.share == pytest.approx(0.3, abs=0.001)
    assert untold.deviation == pytest.approx(0.05 * 1.5**0.5, abs=0.001)
    (nothing,) = believed(0.2, [None], [0.05])
    assert nothing.share == pytest.approx(0.2)
    assert nothing.deviation == pytest.approx(0.05 * 2**0.5)
    (small,) = believed(0.2, [estimate(-0.006, 0.004)], [0.05])
    assert small.share == pytest.approx(0.2 - 0.32 * 0.005 / (0.005 + 0.0064))
    assert small.share < 1.96 * small.deviation


def test_the_pick_of_the_best_keeps_what_is_believed_of_it_and_not_what_the_trial_says() -> None:
    """4,000 worlds of eight offers in three warnings; the trial's error is as large as the offers differ."""
    rng = np.random.default_rng(1)
    kept, promised, raw_kept, raw_promised = [], [], [], []
    for _ in range(4_000):
        offers = 0.2 + 0.05 * rng.normal(size=8)
        true = offers[:, None] + 0.05 * rng.normal(size=(8, 3))
        seen = true + 0.1 * rng.normal(size=(8, 3))
        found = [believed(0.2, [estimate(v * 0.05, 0.1 * 0.05) for v in row], [0.05] * 3) for row in seen]
        share = np.array([[belief.share for belief in row] for row in found])
        for score, own, said in ((share, kept, promised), (seen, raw_kept, raw_promised)):
            best = score.argmax(axis=0)
            own.append(true[best, np.arange(3)].mean())
            said.append(score[best, np.arange(3)].mean())
    assert np.mean(promised) == pytest.approx(np.mean(kept), rel=0.05)
    assert np.mean(raw_promised) > 1.2 * np.mean(raw_kept)
    assert np.mean(kept) > np.mean(raw_kept)
