"""The stack's last step: the members' log odds weighted, none below nothing, and turned into a probability.

How strongly the weights are pulled towards each other is chosen by the order of the out-of-fold rows (AUC): where what
can be known is known almost surely, log loss alone would follow one confident member and lose the order of the rest. A
curve that only rises then makes the blend a probability again, without changing the order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from scipy.special import expit, log_expit

from weixi.flow.score.churn.frame import Floats, Ints
from weixi.flow.score.heavy import sklearn

PULLS = (0.0005, 0.005, 0.02, 0.1)
"""Weights of the penalty that pulls the members' weights towards each other, against the mean log loss."""

_KNOTS = (0.1, 0.5, 0.9)
"""Shares of the rows below the points where the curve may bend."""


@dataclass(frozen=True)
class Curve:
    """A rising curve from log odds to log odds: straight, and bent at the knots."""

    knots: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def of(self, margins: Floats) -> Floats:
        """The calibrated log odds."""
        found: Floats = _rising(margins, self.knots) @ np.array(self.weights) + self.intercept
        return found


@dataclass(frozen=True)
class Blend:
    """A weight for each member (≥ 0), an intercept and a curve, fitted on out-of-fold log odds."""

    weights: tuple[float, ...]
    intercept: float
    pull: float
    curve: Curve

    def margins(self, margins: Floats) -> Floats:
        """The blended, calibrated log odds of rows × members."""
        return self.curve.of(margins @ np.array(self.weights) + self.intercept)


def learn_blend(margins: Floats, label: Ints, pulls: Sequence[float] = PULLS) -> Blend:
    """The blend whose order of these out-of-fold rows is best, of equal ones the freest, then its curve."""
    tried = [(pull, *_weighted(margins, label, pull)) for pull in pulls]
    orders = [float(sklearn.metrics.roc_auc_score(label, margins @ weights)) for _, weights, _ in tried]
    pull, weights, intercept = tried[int(np.argmax(orders))]
    curve = _learn_curve(margins @ weights + intercept, label)
    return Blend(tuple(float(weight) for weight in weights), intercept, pull, curve)


def _learn_curve(margins: Floats, label: Ints) -> Curve:
    knots = tuple(float(knot) for knot in np.quantile(margins, _KNOTS))
    weights, intercept = _weighted(_rising(margins, knots), label, 0.0)
    return Curve(knots, tuple(float(weight) for weight in weights), intercept)


def _rising(margins: Floats, knots: Sequence[float]) -> Floats:
    """Functions that rise with the log odds: the log odds, and for each knot what is above and what is below it."""
    above = [-log_expit(-(margins - knot)) for knot in knots]
    below = [log_expit(margins - knot) for knot in knots]
    return np.column_stack([margins, *above, *below])


def _weighted(margins: Floats, label: Ints, pull: float) -> tuple[Floats, float]:
    """The weights (≥ 0) and the intercept with the least log loss, weights pulled towards their mean."""
    count = margins.shape[1]
    signs = 2.0 * label - 1.0

    def loss(at: Floats) -> tuple[float, Floats]:
        weights, intercept = at[:count], at[count]
        z = (margins @ weights + intercept) * signs
        slope = -signs * expit(-z) / len(label)
        apart = weights - weights.mean()
        value = -float(log_expit(z).mean()) + pull * float(apart @ apart) * count
        return value, np.append(margins.T @ slope + 2 * pull * count * apart, slope.sum())

    start = np.append(np.full(count, 1.0 / count), 0.0)
    bounds = [(0.0, None)] * count + [(None, None)]
    found = scipy.optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}
    )
    return np.asarray(found.x[:count]), float(found.x[count])


def chosen_setting(margins: Floats, label: Ints) -> int:
    """The setting of a member's path with the least out-of-fold log loss."""
    signs = (2.0 * label - 1.0)[:, None]
    return int(np.argmin(-log_expit(margins * signs).mean(axis=0)))


def probability_of(margins: Floats) -> Floats:
    """Log odds as probabilities."""
    return np.asarray(expit(margins))
