"""Which model scores: the one in office, unless a challenger was better out of fold on the same rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import log_expit

from weixi.flow.score.churn.frame import Floats, Ints
from weixi.flow.score.churn.stack import Stack

RECIPES: Mapping[str, tuple[str, ...]] = {
    "single": ("regularised",),
    "stack": ("logistic", "splines", "shallow", "regularised", "deep", "network", "catboost"),
}
"""The models that compete, by the members they are made of: one LightGBM, and the whole stack."""

FIRST = "single"
"""Who is in office before anybody was chosen: the simplest."""

SURE = 2.0
"""Standard errors by which a challenger must be better."""


@dataclass(frozen=True, slots=True)
class Contest:
    """One month's choice: who was in office, who came against it, and the paired difference out of fold.

    `gain` is the mean log loss of the champion less the challenger's, row by row; `error` its standard error.
    """

    champion: str
    challenger: str
    gain: float
    error: float
    chosen: str


def contest(stack: Stack, label: Ints, in_office: str) -> tuple[Stack, Contest]:
    """The model that scores this month; both are blended from the same out-of-fold log odds.

    Where the time allowed none of the members of the one in office, the other takes its place without a contest.
    """
    challenger = next(name for name in RECIPES if name != in_office)
    there = {part.member.name for part in stack.parts}
    if not there & set(RECIPES[in_office]):
        return stack.only(RECIPES[challenger], label), Contest(in_office, challenger, 0.0, 0.0, challenger)
    if not there & set(RECIPES[challenger]):
        return stack.only(RECIPES[in_office], label), Contest(in_office, challenger, 0.0, 0.0, in_office)
    models = {name: stack.only(RECIPES[name], label) for name in (in_office, challenger)}
    apart = _losses(models[in_office], label) - _losses(models[challenger], label)
    gain, error = float(apart.mean()), float(apart.std(ddof=1) / np.sqrt(len(apart)))
    chosen = challenger if gain > SURE * error else in_office
    return models[chosen], Contest(in_office, challenger, gain, error, chosen)


def _losses(stack: Stack, label: Ints) -> Floats:
    return -np.asarray(log_expit(stack.blend.margins(stack.beside) * (2.0 * label - 1.0)))
