"""The stack's last step: the members' log odds weighted, none below nothing, and turned into a probability."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from weixi.flow.score.churn.frame import Floats, Ints

PULL = 0.0005
"""Weight of the penalty that pulls the members' weights towards each other, against the mean log loss."""


@dataclass(frozen=True)
class Blend:
    """A weight for each member (≥ 0) and an intercept, fitted on out-of-fold log odds: it calibrates as well."""

    weights: tuple[float, ...]
    intercept: float

    def margins(self, margins: Floats) -> Floats:
        """The blended log odds of rows × members."""
        blended: Floats = margins @ np.array(self.weights) + self.intercept
        return blended


def learn_blend(margins: Floats, label: Ints, pull: float = PULL) -> Blend:
    """The blend with the least log loss on these out-of-fold log odds, weights pulled towards their mean."""
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
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    return Blend(tuple(float(weight) for weight in found.x[:count]), float(found.x[count]))


def chosen_setting(margins: Floats, label: Ints) -> int:
    """The setting of a member's path with the least out-of-fold log loss."""
    signs = (2.0 * label - 1.0)[:, None]
    return int(np.argmin(-log_expit(margins * signs).mean(axis=0)))


def probability_of(margins: Floats) -> Floats:
    """Log odds as probabilities."""
    return np.asarray(expit(margins))
