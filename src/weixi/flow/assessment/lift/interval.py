"""Intervals of an effect: one for a look fixed beforehand, one that holds at every look.

The always-valid interval is the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas,
“Time-uniform central limit theory and asymptotic confidence sequences”, Annals of Statistics 52 (2024), theorem 2.2
with Robbins' normal mixture, written in information (1 ÷ variance of the estimate) in place of a number of rows.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from weixi.flow.assessment.lift.estimate import Difference
from weixi.flow.assessment.lift.moments import Array

ALPHA = 0.05
"""One minus the confidence of every interval shown."""

LEAST_ALWAYS = 100
"""Households that either arm needs before the always-valid interval begins: it rests on a central limit theorem."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The lower and upper bound of an effect."""

    low: Array
    high: Array


def fixed(found: Difference, alpha: float = ALPHA) -> Interval:
    """The interval for one look at a day set beforehand; looking again and again breaks it."""
    half = stdtrit(found.freedom, 1 - alpha / 2) * np.sqrt(found.variance)
    return Interval(found.effect - half, found.effect + half)


def sequential(found: Difference, planned: Array | float, alpha: float = ALPHA) -> Interval:
    """The interval that holds at all looks together, narrowest at the `planned` information.

    The information that the whole campaign is planned to bring must not depend on the effect that is seen. Unbounded
    while an arm is small, or a stratum is still left out: a comparison that grows by a stratum is another one.
    """
    begun = (np.minimum(found.held_count, found.treated_count) >= LEAST_ALWAYS) & (found.left_out == 0)
    half = np.where(begun, sequential_half(found.variance, planned, alpha), np.inf)
    return Interval(found.effect - half, found.effect + half)


def sequential_half(variance: Array | float, planned: Array | float, alpha: float = ALPHA) -> Array:
    """Half the width of that interval for an estimate of this variance."""
    ratio = best_ratio(alpha) / (np.asarray(planned) * np.asarray(variance))
    half: Array = np.sqrt(variance * (1 + 1 / ratio) * (np.log1p(ratio) - 2 * np.log(alpha)))
    return half


def best_ratio(alpha: float = ALPHA) -> float:
    """Information over the mixture's own, where the interval is narrowest (the paper's closed approximation)."""
    return float(-2 * np.log(alpha) + np.log(1 - 2 * np.log(alpha)))


def normal(probability: float) -> float:
    """The quantile of the standard normal distribution."""
    return float(ndtri(probability))
