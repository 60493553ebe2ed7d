"""The three learners, the simplest first: two models, the S-learner, the X-learner."""

from dataclasses import dataclass

import numpy as np

from weixi.flow.score.uplift.learner import Learner, Predict, linear, trees
from weixi.flow.score.uplift.sample import Matrix, Trial, Vector
from weixi.kernel.language import Text

# Rounds and least leaf of an outcome's model, and of an effect's: the effect is the weaker signal.
OUTCOME = {"rounds": 80, "least": 200}
EFFECT = {"rounds": 50, "least": 600}


@dataclass(frozen=True, slots=True)
class TwoModels:
    """One logistic regression of each arm; the effect is the difference of what they foretell."""

    name: str = "two_models"
    text: Text = Text("双模型（逻辑回归）", "two logistic models")

    def fit(self, trial: Trial, *, seed: int, threads: int) -> Predict:
        """The difference of the two."""
        with_it, without = (
            linear(trial.features[arm], trial.outcome[arm], is_binary=trial.is_binary)
            for arm in (trial.treated, ~trial.treated)
        )
        return lambda rows: with_it(rows) - without(rows)


@dataclass(frozen=True, slots=True)
class SLearner:
    """One model of the outcome that sees the treatment as a column; the effect is what that column changes."""

    name: str = "s_learner"
    text: Text = Text("单模型（S-learner）", "S-learner")

    def fit(self, trial: Trial, *, seed: int, threads: int) -> Predict:
        """What the model says with the column on, less what it says with it off."""
        model = trees(
            _beside(trial.features, trial.treated.astype(np.float64)),
            trial.outcome,
            is_binary=trial.is_binary,
            rounds=2 * OUTCOME["rounds"],
            least=OUTCOME["least"],
            seed=seed,
            threads=threads,
        )
        return lambda rows: (
            model(_beside(rows, np.ones(len(rows)))) - model(_beside(rows, np.zeros(len(rows))))
        )


@dataclass(frozen=True, slots=True)
class XLearner:
    """Each arm's outcomes less what the other arm's model foretells of them, learnt in turn, and mixed by propensity.

    Künzel, Sekhon, Bickel, Yu 2019, "Metalearners for estimating heterogeneous treatment effects": the model made of
    the larger arm's foretelling gets the more weight, which suits a small hold-out.
    """

    name: str = "x_learner"
    text: Text = Text("X-learner", "X-learner")

    def fit(self, trial: Trial, *, seed: int, threads: int) -> Predict:
        """The mixture of the two models of the effect."""
        on = trial.treated
        features, outcome = trial.features, trial.outcome
        with_it, without = (
            trees(
                features[arm], outcome[arm], is_binary=trial.is_binary, seed=seed, threads=threads, **OUTCOME
            )
            for arm in (on, ~on)
        )
        of_treated, of_control = (
            trees(features[arm], gained, is_binary=False, seed=seed + 1, threads=threads, **EFFECT)
            for arm, gained in (
                (on, outcome[on] - without(features[on])),
                (~on, with_it(features[~on]) - outcome[~on]),
            )
        )
        share = float(trial.propensity.mean())
        return lambda rows: share * of_control(rows) + (1 - share) * of_treated(rows)


LEARNERS: tuple[Learner, ...] = (TwoModels(), SLearner(), XLearner())
"""The simplest first: among those within one standard error of the best, the first is chosen."""


def _beside(rows: Matrix, column: Vector) -> Matrix:
    return np.column_stack([rows, column])
