"""Doubly robust scores: one number a row whose mean over any group is the group's effect."""

from collections.abc import Sequence

import numpy as np

from weixi.flow.score.uplift.choice import rest
from weixi.flow.score.uplift.learner import trees
from weixi.flow.score.uplift.learners import OUTCOME
from weixi.flow.score.uplift.sample import Index, Trial, Vector


def doubly_robust(trial: Trial, parts: Sequence[Index], *, seed: int, threads: int) -> Vector:
    """Each row's score: the models' difference, mended by what the row's own outcome says.

    Γ = μ1 − μ0 + t (y − μ1) ÷ e − (1 − t)(y − μ0) ÷ (1 − e), μ from models of the other folds. Its mean is the effect
    where either the propensity or the models are right (Robins, Rotnitzky, Zhao 1994); with a known propensity it
    always is, and good models only make it less noisy.
    """
    score = np.empty(len(trial))
    for rows in parts:
        others = trial.take(rest(trial, rows))
        held = trial.take(rows)
        with_it, without = (
            trees(
                others.features[arm],
                others.outcome[arm],
                is_binary=trial.is_binary,
                seed=seed,
                threads=threads,
                **OUTCOME,
            )(held.features)
            for arm in (others.treated, ~others.treated)
        )
        mended = np.where(held.treated, held.outcome - with_it, without - held.outcome) * held.weight
        score[rows] = with_it - without + mended
    return score
