"""The effect of being treated against the hold-out: a stratified difference of means, adjusted by the pre-period.

CUPED: Deng, Xu, Kohavi & Walker, “Improving the sensitivity of online controlled experiments by utilizing
pre-experiment data”, WSDM 2013. The slope is that of one regression within strata and arms; the variance is taken arm
by arm, so neither equal variances nor equal arms are assumed (Welch; HC2 of a saturated design).
"""

from dataclasses import dataclass

import numpy as np

from weixi.flow.assessment.lift.moments import HELD, TREATED, Array, Moments

# A share of the largest variance: keeps the slopes of covariates that say the same thing finite.
_RIDGE = 1e-9

LEAST = 10
"""Households that either arm of a stratum needs, or the stratum is left out of the comparison."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Treated less held out, a household; every field has the leading axes of the moments it came from.

    `effect` and `variance` are adjusted, `plain_effect` and `plain_variance` are not. `freedom`: Satterthwaite's
    degrees of freedom. The means are those of the compared strata, weighted as the effect is; `held_count` and
    `treated_count` count the households compared, `left_out` those of strata with too few in either arm.
    NaN where nothing can be compared.
    """

    effect: Array
    variance: Array
    freedom: Array
    plain_effect: Array
    plain_variance: Array
    held_mean: Array
    treated_mean: Array
    held_count: Array
    treated_count: Array
    left_out: Array

    @property
    def removed_share(self) -> Array:
        """The share of the variance that the adjustment removed; negative where it added some."""
        with np.errstate(invalid="ignore", divide="ignore"):
            result: Array = 1 - self.variance / self.plain_variance
        return result


def estimate(moments: Moments, *, is_rate: bool = False) -> Difference:
    """The effect on the first value of the moments, adjusted by the others (all known before the treatment).

    Strata are weighted by their households. `is_rate`: the value is 0 or 1, and an arm's variance is not taken for
    less than that of Jeffreys' estimate, or no loss among few households would pass for certainty.
    """
    count = moments.count
    compared = np.asarray((count >= LEAST).all(axis=-1))
    n = np.where(compared[..., None], count, np.nan)
    mean = moments.total / n[..., None]
    spread = moments.product / n[..., None, None] - mean[..., :, None] * mean[..., None, :]
    spread = spread * (n / (n - 1))[..., None, None]
    slope = _slope(spread, n)
    size = np.where(compared, count.sum(axis=-1), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = size / size.sum(axis=-1, keepdims=True)
    plain = spread[..., 0, 0]
    cross = np.einsum("...sak,...k->...sa", spread[..., 0, 1:], slope)
    square = np.einsum("...sajk,...j,...k->...sa", spread[..., 1:, 1:], slope, slope)
    residual = np.maximum(plain - 2 * cross + square, 0)
    if is_rate:
        share = (moments.total[..., 0] + 0.5) / (n + 1)
        floor = share * (1 - share)
        with np.errstate(invalid="ignore", divide="ignore"):
            kept = np.where(plain > 0, residual / plain, 1.0)
        plain, residual = np.maximum(plain, floor), np.maximum(residual, floor * np.minimum(kept, 1))
    adjusted = mean[..., 0] - np.einsum("...sak,...k->...sa", mean[..., 1:], slope)
    part = weight[..., None] ** 2 * residual / n
    variance = _sum(part)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = variance**2 / _sum(part**2 / (n - 1))
    means = np.nansum(np.where(compared[..., None], weight[..., None] * mean[..., 0], 0.0), axis=-2)
    nothing = np.where(compared.any(axis=-1), 0.0, np.nan)
    return Difference(
        effect=_apart(adjusted, weight) + nothing,
        variance=variance + nothing,
        freedom=freedom + nothing,
        plain_effect=_apart(mean[..., 0], weight) + nothing,
        plain_variance=_sum(weight[..., None] ** 2 * plain / n) + nothing,
        held_mean=means[..., HELD] + nothing,
        treated_mean=means[..., TREATED] + nothing,
        held_count=np.where(compared, count[..., HELD], 0).sum(axis=-1),
        treated_count=np.where(compared, count[..., TREATED], 0).sum(axis=-1),
        left_out=np.where(compared, 0, count.sum(axis=-1)).sum(axis=-1),
    )


def _slope(spread: Array, n: Array) -> Array:
    """One slope a covariate, pooled over strata and arms by their households."""
    within = np.nansum(spread * (n - 1)[..., None, None], axis=(-4, -3))
    scale = np.sqrt(np.diagonal(within, axis1=-2, axis2=-1)[..., 1:])
    scale = np.where(scale > 0, scale, 1.0)
    kinds = scale.shape[-1]
    square = within[..., 1:, 1:] / (scale[..., :, None] * scale[..., None, :]) + _RIDGE * np.eye(kinds)
    cross = within[..., 1:, 0] / scale
    result: Array = np.linalg.solve(square, cross[..., None])[..., 0] / scale
    return result


def _sum(parts: Array) -> Array:
    """The sum over strata and arms of those that are compared."""
    result: Array = np.nansum(parts, axis=(-2, -1))
    return result


def _apart(value: Array, weight: Array) -> Array:
    """Treated less held out, over the strata by weight."""
    result: Array = np.nansum(weight * (value[..., TREATED] - value[..., HELD]), axis=-1)
    return result
