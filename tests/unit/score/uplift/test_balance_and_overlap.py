"""Whether a treatment looks random, and what is said where it does not."""

import numpy as np
import pytest

from weixi.flow.score.uplift.balance import compare_arms
from weixi.flow.score.uplift.propensity import estimate_propensity, overlap, require_overlap, support_of
from weixi.flow.score.uplift.sample import Trial
from weixi.flow.score.uplift.study import Basis, Sample, study
from weixi.kernel.errors import DataError

NAMES = ("a", "b", "c")


def confounded(
    rows: int, strength: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Whoever scores high in `a` is treated more often, and stays more often anyhow; treatment adds 0.05."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 3))
    propensity = 1 / (1 + np.exp(-strength * x[:, 0]))
    treated = rng.random(rows) < propensity
    outcome = (rng.random(rows) < 0.5 + 0.12 * np.clip(x[:, 0], -2, 2) + 0.05 * treated).astype(float)
    return x, treated, outcome, propensity


def test_arms_drawn_by_lot_are_doubted_as_seldom_as_the_chance_says() -> None:
    rng = np.random.default_rng(1)
    told = []
    for _ in range(400):
        x = rng.normal(size=(300, 4)) ** 3  # far from normal
        x[rng.random((300, 4)) < 0.1] = np.nan
        told.append(compare_arms(x, ("a", "b", "c", "d"), rng.random(300) < 0.3).p)
    below = np.mean(np.array(told) < 0.05)
    assert 0.02 < below < 0.10
    assert np.mean(np.array(told) < 0.001) < 0.02


def test_the_statistic_of_one_column_is_the_square_of_its_z() -> None:
    rng = np.random.default_rng(2)
    x, treated = rng.normal(size=(500, 1)), rng.random(500) < 0.4
    found = compare_arms(x, ("a",), treated)
    on, off = x[treated, 0], x[~treated, 0]
    z = (on.mean() - off.mean()) / np.sqrt(on.var() / len(on) + off.var() / len(off))
    assert found.degrees == 1
    assert found.chi2 == pytest.approx(z**2)
    assert found.columns[0].p == pytest.approx(found.p)


def test_a_column_that_the_treatment_changes_is_named_and_one_of_one_value_is_not() -> None:
    rng = np.random.default_rng(3)
    treated = rng.random(5_000) < 0.5
    x = np.column_stack([rng.normal(size=5_000), rng.random(5_000) < 0.05 + 0.05 * treated, np.ones(5_000)])
    found = compare_arms(x, ("before", "opened_the_letter", "constant"), treated)
    assert [column.name for column in found.columns if column.differs] == ["opened_the_letter"]
    assert not found.looks_random
    assert found.degrees == 2


def test_columns_that_follow_from_others_count_once() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(800, 2))
    treated = rng.random(800) < 0.5
    twice = np.column_stack([x, x[:, 0] + x[:, 1], x[:, 0]])
    once, more = compare_arms(x, ("a", "b"), treated), compare_arms(twice, ("a", "b", "s", "a2"), treated)
    assert (once.degrees, more.degrees) == (2, 2)
    assert more.p == pytest.approx(once.p, rel=1e-6)


def test_weights_of_the_propensity_bring_the_arms_into_balance() -> None:
    x, treated, _, propensity = confounded(20_000, 1.0, 5)
    assert not compare_arms(x, NAMES, treated).looks_random
    weight = 1 / np.where(treated, propensity, 1 - propensity)
    assert compare_arms(x, NAMES, treated, weight).looks_random


def test_an_estimated_propensity_mends_the_effect_where_arms_overlap() -> None:
    x, treated, outcome, true = confounded(20_000, 1.0, 6)
    naive = outcome[treated].mean() - outcome[~treated].mean()
    estimated = estimate_propensity(x, treated, seed=1)
    assert np.abs(estimated - true).mean() < 0.02
    found = overlap(estimated, treated)
    require_overlap(found, treated)
    kept = np.flatnonzero(found.inside)
    mended = Trial(x, NAMES, treated, outcome, estimated).take(kept).effect
    assert naive > 0.10
    assert mended == pytest.approx(0.05, abs=0.02)
    assert np.mean(support_of(x, treated, found)(x) == found.inside) > 0.98


def test_arms_without_anybody_in_common_are_refused_in_words() -> None:
    x, treated, _, _ = confounded(4_000, 60.0, 7)
    found = overlap(estimate_propensity(x, treated, seed=1), treated)
    with pytest.raises(DataError) as fault:
        require_overlap(found, treated)
    assert fault.value.code == "uplift.overlap"
    assert "效果未知" in fault.value.what.zh
    assert "effect unknown" in fault.value.what.en


def test_a_small_hold_out_overlaps_all_the_same() -> None:
    rng = np.random.default_rng(8)
    x, treated = rng.normal(size=(20_000, 3)), rng.random(20_000) > 0.02
    found = overlap(estimate_propensity(x, treated, seed=1), treated)
    require_overlap(found, treated)
    assert found.outside_share < 0.05


@pytest.mark.parametrize(("strength", "basis"), [(0.0, Basis.RANDOM), (1.0, Basis.ESTIMATED)])
def test_a_study_says_what_its_effects_rest_on(strength: float, basis: Basis) -> None:
    x, treated, outcome, propensity = confounded(2_000, strength, 9)
    settings = {"count": 2, "seed": 1, "threads": 1, "clock": float}
    assert study(Sample(x, NAMES, treated, outcome), **settings).basis is basis
    given = study(Sample(x, NAMES, treated, outcome, propensity), **settings)
    assert given.basis is Basis.GIVEN
    assert given.balance.looks_random
    assert len(given.kept) == 2_000
