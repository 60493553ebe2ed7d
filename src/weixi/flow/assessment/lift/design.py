"""Before launch: what effect a hold-out of a given share can show, how long it takes; after: whether the draw held."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from weixi.flow.assessment.lift.interval import ALPHA, normal, sequential_half
from weixi.flow.assessment.lift.moments import HELD, Moments

POWER = 0.8
"""The probability with which a detectable effect is shown."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Households with one probability of being held out; `variance` is that of the outcome after adjustment."""

    count: float
    share: float
    variance: float


def variance_of(strata: Sequence[Stratum]) -> float:
    """The variance of the effect that these strata will give; infinite where nobody is held out, or everybody."""
    strata = [each for each in strata if 0 < each.share < 1 and each.count > 0]
    total = sum(each.count for each in strata)
    if not total:
        return float("inf")
    return sum(
        (each.count / total) ** 2 * each.variance / (each.count * each.share * (1 - each.share))
        for each in strata
    )


def detectable(variance: float, alpha: float = ALPHA, power: float = POWER) -> float:
    """The smallest effect that one look shows with that probability."""
    return (normal(1 - alpha / 2) + normal(power)) * float(np.sqrt(variance))


def detectable_always(variance: float, alpha: float = ALPHA, power: float = POWER) -> float:
    """The same under the always-valid interval, at the planned end."""
    if variance == float("inf"):
        return variance
    return float(sequential_half(variance, 1 / variance, alpha) + normal(power) * np.sqrt(variance))


def draw_p_value(moments: Moments, shares: Sequence[float]) -> float:
    """How likely arms as uneven as these are under the shares of the draw; below 0.001 the draw was not kept.

    One campaign: counts of (S, 2). 1 where no stratum draws.
    """
    total = moments.count.sum(axis=-1)
    share = np.asarray(shares, dtype=np.float64)
    drawn = (share > 0) & (share < 1) & (total > 0)
    if not drawn.any():
        return 1.0
    expected = total[drawn] * share[drawn]
    square = (moments.count[drawn, HELD] - expected) ** 2 / (expected * (1 - share[drawn]))
    return float(chdtrc(float(drawn.sum()), float(square.sum())))
