"""The estimate against other ways of computing it: textbooks, a regression over rows, a brute-force simulation."""

import numpy as np
import pytest
from scipy import stats

from weixi.flow.assessment import LiftMoments, estimate_lift, fixed_interval, gather_moments


def rows(seed: int, count: int, strata: int = 1) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    stratum = rng.integers(strata, size=count)
    share = np.array([0.3, 0.1, 0.5])[stratum]
    arm = (rng.random(count) >= share).astype(np.int64)
    past = rng.normal(40 + 30 * stratum, 12)
    other = rng.exponential(3, size=count)
    now = 5 + 0.9 * past - 1.5 * other + 2.0 * arm + rng.normal(0, 6 + 4 * arm)
    return stratum, arm, past, other, now


def moments(values: list[np.ndarray], stratum: np.ndarray, arm: np.ndarray, strata: int = 1) -> LiftMoments:
    return gather_moments(values, stratum * 2 + arm, (strata, 2))


def test_one_stratum_without_covariates_is_welch() -> None:
    stratum, arm, _, _, now = rows(1, 300)
    found = estimate_lift(moments([now], stratum, arm))
    textbook = stats.ttest_ind(now[arm == 1], now[arm == 0], equal_var=False)
    interval, expected = fixed_interval(found), textbook.confidence_interval()
    assert found.freedom == pytest.approx(textbook.df)
    assert (interval.low, interval.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_strata_and_covariates_are_those_of_a_regression_over_rows() -> None:
    stratum, arm, past, other, now = rows(2, 900, strata=3)
    found = estimate_lift(moments([now, past, other], stratum, arm, 3))
    # The slope of the regression with a mean of its own for every stratum and arm; then row by row.
    cells = np.eye(6)[stratum * 2 + arm]
    slope = np.linalg.lstsq(np.column_stack([cells, past, other]), now, rcond=None)[0][6:]
    left = now - past * slope[0] - other * slope[1]
    effect = variance = 0.0
    for k in range(3):
        weight = (stratum == k).mean()
        treated, held = left[(stratum == k) & (arm == 1)], left[(stratum == k) & (arm == 0)]
        effect += weight * (treated.mean() - held.mean())
        variance += weight**2 * (treated.var(ddof=1) / len(treated) + held.var(ddof=1) / len(held))
    assert found.effect == pytest.approx(effect, rel=1e-7)
    assert found.variance == pytest.approx(variance, rel=1e-6)
    assert found.removed_share > 0.5
    assert found.held_count + found.treated_count == 900


def test_another_share_in_another_stratum_biases_who_does_not_stratify() -> None:
    stratum, arm, past, _, now = rows(3, 200_000, strata=2)
    known = estimate_lift(moments([now], stratum, arm, 2))
    mixed = estimate_lift(moments([now], np.zeros_like(stratum), arm))
    assert known.effect == pytest.approx(2.0, abs=4 * known.variance**0.5)
    assert abs(mixed.effect - 2.0) > 4
    adjusted = estimate_lift(moments([now, past], stratum, arm, 2))
    assert adjusted.variance < 0.6 * known.variance
    assert adjusted.effect == pytest.approx(2.0, abs=4 * adjusted.variance**0.5)


def test_households_are_the_unit_since_the_draw_is_theirs() -> None:
    """Lines of one household leave together: intervals over lines are too narrow, over households they hold."""
    rng = np.random.default_rng(4)
    campaigns, homes, lines = 600, 400, 4
    arm = rng.integers(2, size=(campaigns, homes))
    common = rng.normal(size=(campaigns, homes, 1))
    value = common + 0.5 * rng.normal(size=(campaigns, homes, lines))
    place = np.arange(campaigns)[:, None] * 2 + arm
    by_home = gather_moments([value.mean(axis=2).ravel()], place.ravel(), (campaigns, 1, 2))
    by_line = gather_moments([value.ravel()], np.repeat(place.ravel(), lines), (campaigns, 1, 2))
    held = [
        float(((each.low <= 0) & (each.high >= 0)).mean())
        for each in (fixed_interval(estimate_lift(by_home)), fixed_interval(estimate_lift(by_line)))
    ]
    assert held[0] == pytest.approx(0.95, abs=3.3 * (0.95 * 0.05 / campaigns) ** 0.5)
    assert held[1] < 0.8


def test_no_loss_among_few_is_not_certainty() -> None:
    arm = np.repeat([0, 1], [40, 4_000])
    stays = np.ones(4_040)
    stays[-80:] = 0
    stratum = np.zeros_like(arm)
    told = fixed_interval(estimate_lift(moments([stays], stratum, arm), is_rate=True))
    naive = fixed_interval(estimate_lift(moments([stays], stratum, arm)))
    assert naive.high < 0  # forty customers held, none lost: “contact does harm, for sure”
    assert told.low < 0 < told.high


def test_a_stratum_without_a_hold_out_is_left_out_and_counted() -> None:
    stratum, arm, _, _, now = rows(5, 600, strata=2)
    arm = np.where(stratum == 1, 1, arm)
    found = estimate_lift(moments([now], stratum, arm, 2))
    alone = estimate_lift(
        moments([now[stratum == 0]], np.zeros((stratum == 0).sum(), int), arm[stratum == 0])
    )
    assert found.effect == pytest.approx(float(alone.effect))
    assert found.left_out == (stratum == 1).sum()
    nobody = estimate_lift(moments([now], stratum, np.ones_like(arm), 2))
    assert np.isnan(nobody.effect)
    assert np.isnan(nobody.variance)


def test_moments_add_up_and_run_on() -> None:
    stratum, arm, past, _, now = rows(6, 500, strata=2)
    look = np.repeat(np.arange(5), 100)
    parts = gather_moments([now, past], (look * 2 + stratum) * 2 + arm, (5, 2, 2))
    whole = moments([now, past], stratum, arm, 2)
    for joined in (
        parts.over(0),
        LiftMoments(*(getattr(parts.upto(), f)[-1] for f in ("count", "total", "product"))),
    ):
        assert joined.count == pytest.approx(whole.count)
        assert joined.product == pytest.approx(whole.product)
    twice = whole + whole
    assert twice.total == pytest.approx(2 * whole.total)
    assert whole.pick([1, 0]).total[..., 0] == pytest.approx(whole.total[..., 1])
