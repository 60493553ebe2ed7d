"""Does the treatment look random? Both arms side by side, column by column and all columns at once."""

from dataclasses import dataclass

import numpy as np
import scipy

from weixi.flow.score.uplift.sample import Flags, Matrix, Vector

SUSPECT = 0.001
"""Chance below which a random treatment is not believed: one trial in a thousand is doubted wrongly."""


@dataclass(frozen=True, slots=True)
class ColumnBalance:
    """One column: its mean in both arms, their difference in standard deviations, and the chance of such a one.

    `p` is two-sided, for this column alone; `differs` holds it against SUSPECT shared out among all columns.
    """

    name: str
    treated: float
    control: float
    difference: float
    p: float
    differs: bool


@dataclass(frozen=True)
class Balance:
    """Both arms side by side; `p` is the chance that a random treatment differs as much over all columns together."""

    columns: tuple[ColumnBalance, ...]
    chi2: float
    degrees: int
    p: float

    @property
    def looks_random(self) -> bool:
        """Whether a random treatment would look like this."""
        return self.p >= SUSPECT and not any(column.differs for column in self.columns)


def compare_arms(
    features: Matrix, names: tuple[str, ...], treated: Flags, weight: Vector | None = None
) -> Balance:
    """Compare the arms; with `weight` (one over the propensity) as if it had been random.

    All columns together: Hotelling's T² of the two mean vectors, which for many rows is χ² with as many degrees of
    freedom as there are columns that do not follow from others. A missing number is its column's mean, and a column
    of its own says that it is missing.
    """
    filled, labels = _filled(features, names)
    w = np.ones(len(treated)) if weight is None else weight
    on, off = np.where(treated, w, 0.0), np.where(treated, 0.0, w)
    mean_on, mean_off = on @ filled / on.sum(), off @ filled / off.sum()
    centred = filled - np.where(treated[:, None], mean_on, mean_off)
    spread = np.sqrt((centred**2).mean(axis=0))
    known = spread > 0
    # Weighted means vary as Σ w² (x − mean)² ÷ (Σ w)², each arm by itself.
    pull = np.where(treated, on / on.sum(), off / off.sum())
    moved = centred[:, known] * pull[:, None]
    covariance = moved.T @ moved
    gap = (mean_on - mean_off)[known]
    chi2 = float(gap @ np.linalg.pinv(covariance, rcond=1e-10, hermitian=True) @ gap)
    degrees = int(np.linalg.matrix_rank(covariance, rtol=1e-10, hermitian=True)) if known.any() else 0
    p_each = np.ones(len(labels))
    p_each[known] = 2 * scipy.stats.norm.sf(np.abs(gap) / np.sqrt(np.diag(covariance)))
    columns = tuple(
        ColumnBalance(
            label,
            float(mean_on[k]),
            float(mean_off[k]),
            float((mean_on[k] - mean_off[k]) / spread[k]) if known[k] else 0.0,
            float(p_each[k]),
            bool(p_each[k] < SUSPECT / len(labels)),
        )
        for k, label in enumerate(labels)
    )
    return Balance(columns, chi2, degrees, float(scipy.stats.chi2.sf(chi2, degrees)) if degrees else 1.0)


def _filled(features: Matrix, names: tuple[str, ...]) -> tuple[Matrix, tuple[str, ...]]:
    missing = np.isnan(features)
    some = np.flatnonzero(missing.any(axis=0))
    counts = np.maximum((~missing).sum(axis=0), 1)
    means = np.where(missing, 0.0, features).sum(axis=0) / counts
    filled = np.where(missing, means, features)
    return np.column_stack([filled, missing[:, some]]), (*names, *(f"{names[k]}?" for k in some))
