"""The Qini against its definition, worked by hand and by brute force."""

from itertools import pairwise

import numpy as np
import pytest

from weixi.flow.score.uplift.qini import qini, rank
from weixi.flow.score.uplift.quality import mean_curve, quality
from weixi.flow.score.uplift.sample import Trial


def trial_of(treated: list[int], outcome: list[float], propensity: list[float] | None = None) -> Trial:
    rows = len(treated)
    chance = np.full(rows, 0.5) if propensity is None else np.array(propensity)
    return Trial(
        np.zeros((rows, 0)), (), np.array(treated, dtype=bool), np.array(outcome, dtype=float), chance
    )


def slow_figures(score: np.ndarray, trial: Trial) -> tuple[float, float, list[tuple[float, float]]]:
    """Qini, AUUC and (share, uplift) at every cut, each cut summed anew, row by row."""
    whole = sum(w for w, t in zip(trial.weight, trial.treated, strict=True) if t)
    points = [(0.0, 0.0, 0.0)]
    for cut in sorted(set(score), reverse=True):
        wt = wc = yt = yc = seen = 0.0
        for k in range(len(score)):
            if score[k] < cut:
                continue
            seen += 1
            if trial.treated[k]:
                wt += trial.weight[k]
                yt += trial.weight[k] * trial.outcome[k]
            else:
                wc += trial.weight[k]
                yc += trial.weight[k] * trial.outcome[k]
        gain = (yt - (yc / wc * wt if wc else 0.0)) / whole
        uplift = yt / wt - yc / wc if wt and wc else 0.0
        points.append((seen / len(score), gain, uplift))
    area = won = 0.0
    for (x0, g0, u0), (x1, g1, u1) in pairwise(points):
        area += (x1 - x0) * (g0 + g1) / 2
        won += (x1 - x0) * (x0 * u0 + x1 * u1) / 2
    return area - points[-1][1] / 2, won, [(share, uplift) for share, _, uplift in points]


def test_the_qini_of_four_people_worked_by_hand() -> None:
    # By score: a treated one who came, a control who did not, a treated one who did not, a control who came.
    trial = trial_of([1, 0, 1, 0], [1, 0, 0, 1])
    score = np.array([4.0, 3.0, 2.0, 1.0])
    lines = rank(score, trial).lines()
    # 1 of 2 treated: gain ½; then ½ − 0; then ½ − 0 × 2 ÷ 2; then (1 − ½ × 2) ÷ 2 = 0.
    assert lines.gain.tolist() == [[0.0, 0.5, 0.5, 0.5, 0.0]]
    assert lines.uplift.tolist() == [[0.0, 0.0, 1.0, 0.5, 0.0]]
    # Quarters by trapezoid: ¼ × (¼ + ½ + ½ + ¼) = 3/8; the straight line ends at 0.
    assert qini(score, trial) == pytest.approx(3 / 8)
    # The other way round the gains are 0, −½, −¼, 0.
    assert qini(-score, trial) == pytest.approx(-3 / 16)


@pytest.mark.parametrize("seed", range(8))
def test_the_figures_are_those_of_the_definition_summed_row_by_row(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = 120
    propensity = rng.uniform(0.2, 0.8, rows) if seed % 2 else np.full(rows, 0.3)
    trial = trial_of(
        (rng.random(rows) < propensity).tolist(), rng.normal(size=rows).tolist(), propensity.tolist()
    )
    score = rng.integers(0, 12, rows).astype(float) if seed % 3 else rng.random(rows)
    lines = rank(score, trial).lines()
    area, won, points = slow_figures(score, trial)
    assert float(lines.qini[0]) == pytest.approx(area, abs=1e-12)
    assert float(lines.auuc[0]) == pytest.approx(won, abs=1e-12)
    for share in (0.1, 0.2, 0.35, 1.0):
        expected = next(uplift for at, uplift in points if at >= share - 1e-12)
        assert float(lines.uplift_at(share)[0]) == pytest.approx(expected, abs=1e-12)


def test_people_of_one_score_have_no_order() -> None:
    rng = np.random.default_rng(3)
    trial = trial_of(rng.integers(0, 2, 400).tolist(), rng.integers(0, 2, 400).astype(float).tolist())
    assert qini(np.zeros(400), trial) == pytest.approx(0.0)
    mixed = rng.permutation(400)
    score = rng.integers(0, 5, 400).astype(float)
    assert qini(score, trial) == pytest.approx(qini(score[mixed], trial.take(mixed)))


def test_counting_a_row_twice_is_having_it_twice() -> None:
    rng = np.random.default_rng(4)
    trial = trial_of(rng.integers(0, 2, 60).tolist(), rng.normal(size=60).tolist())
    score = rng.integers(0, 9, 60).astype(float)
    times = rng.integers(0, 4, 60)
    order = np.argsort(-score, kind="stable")
    drawn = rank(score, trial).lines(times[order].astype(float)[None, :])
    rows = np.repeat(np.arange(60), times)
    assert float(drawn.qini[0]) == pytest.approx(qini(score[rows], trial.take(rows)))


def test_the_error_told_is_the_error_made() -> None:
    def one(seed: int) -> tuple[float, float]:
        rng = np.random.default_rng(seed)
        x, treated = rng.random(1500), rng.random(1500) < 0.5
        outcome = (rng.random(1500) < 0.1 + 0.2 * x * treated).astype(float)
        trial = trial_of(treated.tolist(), outcome.tolist())
        if seed < 200:
            return qini(x, trial), 0.0
        return 0.0, quality(x, trial, [np.arange(1500)], seed=seed).qini.se

    made = np.std([one(seed)[0] for seed in range(200)], ddof=1)
    told = np.mean([one(seed)[1] for seed in range(200, 206)])
    # 200 samples know their deviation within 5 %, 6 × 200 resamplings theirs within 3 %.
    assert told == pytest.approx(made, rel=0.15)


def test_folds_are_judged_by_themselves_and_their_mean_is_told() -> None:
    rng = np.random.default_rng(6)
    trial = trial_of(rng.integers(0, 2, 900).tolist(), rng.integers(0, 2, 900).astype(float).tolist())
    score = rng.random(900)
    parts = [np.arange(300), np.arange(300, 600), np.arange(600, 900)]
    score[parts[1]] += 100  # another model's scale
    told = quality(score, trial, parts, seed=1)
    alone = [qini(score[rows], trial.take(rows)) for rows in parts]
    assert told.folds == pytest.approx(alone)
    assert told.qini.value == pytest.approx(np.mean(alone))
    assert told.fold_se == pytest.approx(np.std(alone, ddof=1) / np.sqrt(3))
    assert mean_curve(score, trial, parts).gain[-1] == pytest.approx(
        np.mean([rank(score[rows], trial.take(rows)).lines().gain[0, -1] for rows in parts])
    )
