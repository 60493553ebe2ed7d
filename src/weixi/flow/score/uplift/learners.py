"""The learners, the simplest first: one odds ratio for all, two models, the S-learner, the X-learner."""

from dataclasses import dataclass

import numpy as np

from weixi.flow.score.uplift.learner import Learner, Predict, linear, trees
from weixi.flow.score.uplift.sample import Matrix, Trial, Vector
from weixi.kernel.language import Text

# Rounds and least leaf of an outcome's model, and of an effect's: the effect is the weaker signal.
OUTCOME = {"rounds": 40, "least": 200}
EFFECT = {"rounds": 25, "least": 600}


@dataclass(frozen=True, slots=True)
class SameOdds:
    """One logistic regression of both arms with the treatment as a column: the plainest S-learner.

    Treatment changes everybody's odds by the same factor, so those in the middle gain most. That no two people differ
    otherwise is what the others have to disprove; where a trial is small they often cannot, and rank worse.
    """

    name: str = "same_odds"
    text: Text = Text("同一比例（逻辑回归）", "one odds ratio for all")

    def fit(self, trial: Trial, *, seed: int, threads: int) -> Predict:
        """What the model says with the column on, less what it says with it off."""
        rows = _beside(trial.features, trial.treated.astype(np.float64))
        return _switched(linear(rows, trial.outcome, is_binary=trial.is_binary))


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
        return _switched(model)


@dataclass(frozen=True, slots=True)
class XLearner:
    """Each arm's outcomes less what the other arm's model foretells of them, learnt in turn, and mixed by propensity.

    Künzel, Sekhon, Bickel, Yu 2019, "Metalearners for estimating heterogeneous treatment effects": the model made of
    the larger arm's foretelling gets the more weight, which suits a small hold-out. The models of the effect see what
    is foretold without treatment as one more column: effects grow with the risk, and trees need many splits to say so.
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
        untreated = without(features)
        known = _beside(features, untreated)
        of_treated, of_control = (
            trees(known[arm], gained, is_binary=False, seed=seed + 1, threads=threads, **EFFECT)
            for arm, gained in (
                (on, outcome[on] - untreated[on]),
                (~on, with_it(features[~on]) - outcome[~on]),
            )
        )
        share = float(trial.propensity.mean())

        def predict(rows: Matrix) -> Vector:
            seen = _beside(rows, without(rows))
            return share * of_control(seen) + (1 - share) * of_treated(seen)

        return predict


LEARNERS: tuple[Learner, ...] = (SameOdds(), TwoModels(), SLearner(), XLearner())
"""The simplest first: among those within one standard error of the best, the first is chosen."""


def _switched(model: Predict) -> Predict:
    """What a model whose last column is the treatment says with it on, less what it says with it off."""
    return lambda rows: model(_beside(rows, np.ones(len(rows)))) - model(_beside(rows, np.zeros(len(rows))))


def _beside(rows: Matrix, column: Vector) -> Matrix:
    return np.column_stack([rows, column])
