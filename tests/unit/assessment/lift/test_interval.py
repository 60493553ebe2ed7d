"""The two intervals, and what can be shown before launch, against the published formula and brute force."""

import numpy as np
import pytest
from scipy import stats

from weixi.flow.assessment import (
    LiftStratum,
    detectable_effect,
    detectable_effect_always,
    draw_p_value,
    effect_variance,
    estimate_lift,
    fixed_interval,
    gather_moments,
    sequential_interval,
)


def difference(seed: int = 1, count: int = 2_000, effect: float = 0.0):
    rng = np.random.default_rng(seed)
    arm = rng.integers(2, size=count)
    return estimate_lift(gather_moments([rng.normal(size=count) + effect * arm], arm, (1, 2)))


@pytest.mark.parametrize("planned", [500, 2_000, 9_000])
def test_the_sequence_is_the_published_margin(planned: int) -> None:
    found = difference()
    interval = sequential_interval(found, planned / (found.variance * 2_000))
    # Waudby-Smith et al., equation (8), for t observations of variance t × var(estimate), optimal at `planned`.
    t, alpha = 2_000, 0.05
    rho2 = (-2 * np.log(alpha) + np.log(-2 * np.log(alpha) + 1)) / planned
    margin = np.sqrt(2 * (t * rho2 + 1) / (t**2 * rho2) * np.log(np.sqrt(t * rho2 + 1) / alpha))
    sigma = np.sqrt(t * found.variance)
    assert (interval.high - interval.low) / 2 == pytest.approx(margin * sigma)
    once = fixed_interval(found)
    assert interval.low < once.low < once.high < interval.high


def test_it_is_narrowest_where_it_was_planned() -> None:
    found = difference()
    information = 1 / float(found.variance)
    widths = [
        float(
            np.diff(
                [*(sequential_interval(found, information * k).__getattribute__(x) for x in ("low", "high"))]
            )[0]
        )
        for k in (0.2, 0.5, 1.0, 2.0, 5.0)
    ]
    assert min(widths) == widths[2]


def test_nothing_is_said_while_an_arm_is_small() -> None:
    assert np.isinf(sequential_interval(difference(count=120), 1.0).high)
    assert np.isfinite(fixed_interval(difference(count=120)).high)


def test_a_detectable_effect_is_the_textbook_one() -> None:
    # 10,000 households, 5 % held, 6 % leave: 2.8 × sqrt(0.0564 × (1/500 + 1/9500)).
    variance = effect_variance([LiftStratum(10_000, 0.05, 0.06 * 0.94)])
    assert variance == pytest.approx(0.0564 * (1 / 500 + 1 / 9_500))
    effect = detectable_effect(variance)
    assert effect == pytest.approx(2.8016 * variance**0.5, rel=1e-4)
    assert detectable_effect_always(variance) > 1.3 * effect


def test_without_a_hold_out_nothing_can_be_detected() -> None:
    assert effect_variance([LiftStratum(10_000, 0.0, 0.05)]) == float("inf")
    assert detectable_effect(float("inf")) == detectable_effect_always(float("inf")) == float("inf")


def test_power_is_how_often_it_is_shown() -> None:
    rng = np.random.default_rng(7)
    campaigns, homes, share = 4_000, 600, 0.2
    variance = effect_variance([LiftStratum(homes, share, 1.0)])
    effect = detectable_effect(variance)
    arm = (rng.random((campaigns, homes)) >= share).astype(int)
    value = rng.normal(size=arm.shape) + effect * arm
    place = (np.arange(campaigns)[:, None] * 2 + arm).ravel()
    interval = fixed_interval(estimate_lift(gather_moments([value.ravel()], place, (campaigns, 1, 2))))
    assert (interval.low > 0).mean() == pytest.approx(0.8, abs=0.022)


def test_a_draw_that_was_not_kept_is_noticed() -> None:
    arm = np.repeat([0, 1, 0, 1], [480, 9_520, 100, 9_900])
    stratum = np.repeat([0, 1], [10_000, 10_000])
    kept = gather_moments([arm * 1.0], stratum * 2 + arm, (2, 2))
    first = stats.chisquare([480, 9_520], [500, 9_500]).statistic
    second = stats.chisquare([100, 9_900], [100, 9_900]).statistic
    assert draw_p_value(kept, [0.05, 0.01]) == pytest.approx(stats.chi2.sf(first + second, 2))
    assert draw_p_value(kept, [0.06, 0.01]) < 1e-5
    assert draw_p_value(kept, [0.0, 1.0]) == 1.0
