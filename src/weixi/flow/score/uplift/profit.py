"""What contacting the first so many would earn: the value of the outcomes won less the cost of the contacts."""

from dataclasses import dataclass

import numpy as np

from weixi.flow.score.uplift.quality import GRID, Curve
from weixi.flow.score.uplift.sample import Vector


@dataclass(frozen=True)
class ProfitCurve:
    """Profit per person of all, at each share of GRID contacted, in the unit of value and cost; the best share."""

    profit: Vector
    best_share: float
    best_profit: float


def profit_curve(curve: Curve, *, value: float, cost: float) -> ProfitCurve:
    """The profit at each share: what is won × value − share × cost.

    `value` is what one unit of the outcome is worth, `cost` what contacting one person costs. The share is chosen on
    the curve that tells its profit, which makes that look a little better than it will be.
    """
    earned = curve.won * value - GRID * cost
    best = int(np.argmax(earned))
    return ProfitCurve(earned, float(GRID[best]), float(earned[best]))
