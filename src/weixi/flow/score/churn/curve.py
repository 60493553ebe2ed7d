"""The four plots of a score as points: ROC, lift, calibration, profit."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from weixi.flow.score.churn.frame import Floats, Ints
from weixi.flow.score.churn.metric import calibration
from weixi.flow.score.churn.profit import profit_curve
from weixi.flow.score.churn.roc import roc

POINTS = 101
"""Points of a line: every hundredth from 0 to 1."""


@dataclass(frozen=True, eq=False)
class Line:
    """One method's points in one plot: `x` ascending."""

    x: Floats
    y: Floats


@dataclass(frozen=True)
class Plots:
    """The methods' lines by plot.

    `roc`: share of stayers and of leavers above a threshold. `lift`: share contacted, leavers caught over chance.
    `calibration`: probability said, share that left. `profit`: share contacted, euro per subscriber.
    """

    roc: Mapping[str, Line]
    lift: Mapping[str, Line]
    calibration: Mapping[str, Line]
    profit: Mapping[str, Line]


def plots_of(label: Ints, probabilities: Mapping[str, Floats]) -> Plots:
    """The plots of these methods' probabilities on the same rows."""
    share = np.linspace(0.01, 1, POINTS - 1)
    rate = float(label.mean())
    found: dict[str, dict[str, Line]] = {"roc": {}, "lift": {}, "calibration": {}, "profit": {}}
    for name, probability in probabilities.items():
        curve = roc(label, probability)
        grid = np.linspace(0, 1, POINTS)
        found["roc"][name] = Line(grid, np.interp(grid, curve.stayers, curve.leavers))
        reached = (1 - rate) * curve.stayers + rate * curve.leavers
        found["lift"][name] = Line(share, np.interp(share, reached, curve.leavers) / share)
        bins = calibration(label, probability)
        found["calibration"][name] = Line(
            np.array([one.said for one in bins]), np.array([one.came for one in bins])
        )
        contacted, profit = profit_curve(label, probability)
        found["profit"][name] = Line(grid, np.interp(grid, contacted, profit))
    return Plots(**found)
