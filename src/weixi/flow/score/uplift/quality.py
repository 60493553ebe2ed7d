"""The figures of a ranking with their errors: each fold judged alone, the mean of the folds told."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weixi.flow.score.uplift.qini import Lines, Ranking, rank
from weixi.flow.score.uplift.sample import Index, Matrix, Trial, Vector

SHARES = (0.1, 0.2, 0.3)
"""Shares of the people at which the uplift among the first is told."""

REPLICATES = 200
Z95 = 1.959963984540054
# Elements of one array of a resampling: 16 MB of float64.
_CHUNK = 2_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure with its standard error and its 95 % interval `low` … `high`."""

    value: float
    se: float
    low: float
    high: float


def estimate(value: float, se: float, z: float = Z95) -> Estimate:
    """The figure with the normal interval of `z` standard errors to either side."""
    return Estimate(value, se, value - z * se, value + z * se)


@dataclass(frozen=True, slots=True)
class ShareUplift:
    """The uplift among the first `share` of the people."""

    share: float
    uplift: Estimate


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a ranking is. `folds` is the Qini of each fold, `fold_se` the standard error that they alone tell."""

    qini: Estimate
    auuc: Estimate
    uplift_at: tuple[ShareUplift, ...]
    folds: tuple[float, ...]
    fold_se: float


def quality(score: Vector, trial: Trial, folds: Sequence[Index], *, seed: int) -> Quality:
    """Judge the scores of each fold by themselves: models of different folds do not share a scale.

    Figures are means over the folds. Errors are of the people drawn (Poisson bootstrap within the folds, the models
    as they are); `fold_se` holds the models' own uncertainty as well and is 0 where there is one fold.
    """
    rng = np.random.default_rng(seed)
    told, drawn = [], []
    for rows in folds:
        ranking = rank(score[rows], trial.take(rows))
        told.append(_figures(ranking.lines()))
        drawn.append(_resampled(ranking, rng))
    values = np.concatenate(told).mean(axis=0)
    errors = np.mean(drawn, axis=0).std(axis=0, ddof=1)
    made = [estimate(float(value), float(se)) for value, se in zip(values, errors, strict=True)]
    qinis = tuple(float(each[0, 0]) for each in told)
    spread = float(np.std(qinis, ddof=1) / np.sqrt(len(qinis))) if len(qinis) > 1 else 0.0
    at = tuple(ShareUplift(share, each) for share, each in zip(SHARES, made[2:], strict=True))
    return Quality(made[0], made[1], at, qinis, spread)


GRID = np.linspace(0.0, 1.0, 101)
"""Shares at which a curve is told: every hundredth from 0 to 1."""


@dataclass(frozen=True)
class Curve:
    """Mean lines of the folds at each share of GRID: `gain` as in `qini`, `won` = share × uplift among the first."""

    gain: Vector
    won: Vector


def mean_curve(score: Vector, trial: Trial, folds: Sequence[Index]) -> Curve:
    """The curve of the scores of each fold by themselves."""
    gain, won = np.zeros(len(GRID)), np.zeros(len(GRID))
    for rows in folds:
        lines = rank(score[rows], trial.take(rows)).lines()
        share = lines.share[0]
        gain += np.interp(GRID, share, lines.gain[0])
        won += np.interp(GRID, share, share * lines.uplift[0])
    return Curve(gain / len(folds), won / len(folds))


def _figures(lines: Lines) -> Matrix:
    """One row for each resampling: Qini, AUUC, uplift at each of SHARES."""
    return np.column_stack([lines.qini, lines.auuc, *(lines.uplift_at(share) for share in SHARES)])


def _resampled(ranking: Ranking, rng: np.random.Generator) -> Matrix:
    size = len(ranking.treated)
    step = max(1, min(REPLICATES, _CHUNK // size))
    parts = []
    for first in range(0, REPLICATES, step):
        times = rng.poisson(1.0, (min(step, REPLICATES - first), size)).astype(np.float64)
        parts.append(_figures(ranking.lines(times)))
    return np.concatenate(parts)
