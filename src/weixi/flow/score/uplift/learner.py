"""What a learner of effects is; the models of a trial's outcome that learners are made of."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from weixi.flow.score.heavy import lightgbm as lgb
from weixi.flow.score.heavy import sklearn
from weixi.flow.score.uplift.sample import Matrix, Trial, Vector
from weixi.kernel.language import Text

Predict = Callable[[Matrix], Vector]
"""What a fitted model says of rows of features."""


class Learner(Protocol):
    """One way to learn, from a trial, by how much treatment raises the outcome of each person."""

    @property
    def name(self) -> str:
        """What programs call it."""

    @property
    def text(self) -> Text:
        """What people call it."""

    def fit(self, trial: Trial, *, seed: int, threads: int) -> Predict:
        """The effect on each row, in units of the outcome, learnt from the trial."""


def linear(features: Matrix, outcome: Vector, *, is_binary: bool) -> Predict:
    """A logistic regression (ridge for amounts) on standardised columns; unknown values are medians with a flag."""
    model = (
        sklearn.linear_model.LogisticRegression(solver="newton-cholesky", max_iter=100)
        if is_binary
        else sklearn.linear_model.Ridge()
    )
    fitted = sklearn.pipeline.make_pipeline(
        sklearn.impute.SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        sklearn.preprocessing.StandardScaler(),
        model,
    ).fit(features, outcome)

    def predict(rows: Matrix) -> Vector:
        found: Vector = fitted.predict_proba(rows)[:, 1] if is_binary else fitted.predict(rows)
        return found

    return predict


def trees(
    features: Matrix,
    outcome: Vector,
    *,
    is_binary: bool,
    rounds: int,
    least: int,
    seed: int,
    threads: int,
) -> Predict:
    """Gradient boosting of small trees, held back on purpose: effects are weak beside the noise of the outcome.

    Four leaves a tree (interactions of two or three columns), 80 % of the rows a round, L2 of 10; `least`
    is the least number of rows in a leaf, less where there are few rows.
    """
    settings = {
        "objective": "binary" if is_binary else "regression",
        "learning_rate": 0.1,
        "num_leaves": 4,
        "min_data_in_leaf": int(np.clip(len(outcome) // 20, 5, least)),
        "lambda_l2": 10.0,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": threads,
        "verbosity": -1,
    }
    booster = lgb.train(settings, lgb.Dataset(features, outcome, free_raw_data=True), rounds)

    def predict(rows: Matrix) -> Vector:
        return np.asarray(booster.predict(rows, num_threads=threads), dtype=np.float64)

    return predict
