"""The models of the stack: each is fitted along a path of settings, and the inner folds choose the setting."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np

from weixi.flow.score.churn.encode import Encoding, Splines, learn_encoding, learn_splines
from weixi.flow.score.churn.frame import Floats, Frame, Ints
from weixi.flow.score.churn.share import small_trees
from weixi.flow.score.heavy import lightgbm as lgb
from weixi.flow.score.heavy import sklearn

_BLOCK = 16_384
"""Rows whose SHAP values are reckoned at a time: their columns stay in the processor's cache."""

LIMIT = 1e-6
"""Probabilities are kept this far from 0 and 1 before they become log odds."""


class Fitted(Protocol):
    """A model that was fitted along its path."""

    def margins(self, frame: Frame) -> Floats:
        """The log odds of leaving: one row a row, one column a setting of the path."""
        ...

    def margin(self, frame: Frame, setting: int) -> Floats:
        """The log odds at one setting of the path, by its place."""
        ...


@runtime_checkable
class Explained(Fitted, Protocol):
    """A fitted model of trees, which says what each column adds."""

    def contributions(self, frame: Frame, setting: int) -> dict[str, Floats]:
        """SHAP values of each row by column, at one setting of the path."""
        ...


@dataclass(frozen=True)
class Member:
    """One model of the stack: `path` are the settings among which the inner folds choose.

    `cost` is its CPU beside the spline member's, as measured on 30,000 rows; a short budget drops the dearest.
    """

    name: str
    path: tuple[float, ...]
    cost: float
    fit: Callable[[Frame, Ints, Sequence[float], int, int], Fitted]


# -- linear


@dataclass(frozen=True)
class _Linear:
    encoding: Encoding
    splines: Splines | None
    models: Sequence[Any]

    def margins(self, frame: Frame) -> Floats:
        """As `Fitted` says."""
        given = _design(self.encoding, self.splines, frame)
        return np.column_stack([model.decision_function(given) for model in self.models])

    def margin(self, frame: Frame, setting: int) -> Floats:
        """As `Fitted` says."""
        return np.asarray(self.models[setting].decision_function(_design(self.encoding, self.splines, frame)))


def _design(encoding: Encoding, splines: Splines | None, frame: Frame) -> Floats:
    numbers = encoding.filled(frame)
    return np.hstack([numbers if splines is None else splines.of(numbers), encoding.hot(frame)])


def _linear(frame: Frame, label: Ints, path: Sequence[float], *, curved: bool) -> _Linear:
    encoding = learn_encoding(frame)
    splines = learn_splines(encoding.filled(frame)) if curved else None
    design = _design(encoding, splines, frame)
    models = [
        sklearn.linear_model.LogisticRegression(C=strength, max_iter=400, tol=1e-5).fit(design, label)
        for strength in path
    ]
    return _Linear(encoding, splines, models)


def fit_linear(frame: Frame, label: Ints, path: Sequence[float], seed: int, threads: int) -> Fitted:
    """Logistic regression on scaled numbers and one-hot words; the path is of C."""
    return _linear(frame, label, path, curved=False)


def fit_splines(frame: Frame, label: Ints, path: Sequence[float], seed: int, threads: int) -> Fitted:
    """Logistic regression on cubic splines of the numbers and one-hot words; the path is of C."""
    return _linear(frame, label, path, curved=True)


# -- trees


@dataclass(frozen=True)
class Boosted:
    """LightGBM on the raw columns; the path is of rounds. It foretells on as many threads as it was fitted on."""

    encoding: Encoding
    booster: Any
    path: tuple[int, ...]
    threads: int

    def margins(self, frame: Frame) -> Floats:
        """As `Fitted` says."""
        given = self.encoding.raw(frame)
        steps = zip((0, *self.path), self.path, strict=False)
        # Rounds add up: each is read once.
        added = [self._raw(given, begin, end) for begin, end in steps]
        return np.cumsum(np.column_stack(added), axis=1)

    def margin(self, frame: Frame, setting: int) -> Floats:
        """As `Fitted` says."""
        return self._raw(self.encoding.raw(frame), 0, self.path[setting])

    def _raw(self, given: Floats, begin: int, end: int) -> Floats:
        """What the rounds from `begin` up to `end` add to the log odds."""
        return np.asarray(
            self.booster.predict(
                given,
                raw_score=True,
                start_iteration=begin,
                num_iteration=end - begin,
                num_threads=self.threads,
            )
        )

    def contributions(self, frame: Frame, setting: int) -> dict[str, Floats]:
        """SHAP values at that setting, summed over what was made of each column of the table."""
        names = self.encoding.raw_names()
        found = {name: np.zeros(frame.rows) for name in names}
        small = small_trees(self.booster, self.path[setting])
        done = 0
        for rows in frame.parts(_BLOCK):
            given = self.encoding.raw(rows)
            added = (
                self.booster.predict(given, pred_contrib=True, num_iteration=self.path[setting]).T
                if small is None
                else small.added(given)
            )
            for place, name in enumerate(names):
                found[name][done : done + rows.rows] += added[place]
            done += rows.rows
        return found


@dataclass(frozen=True)
class Trees:
    """How LightGBM is to grow: its own parameters, over the fixed ones."""

    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, frame: Frame, label: Ints, path: Sequence[float], seed: int, threads: int) -> Fitted:
        """The model, grown as far as the path goes."""
        encoding = learn_encoding(frame)
        data = lgb.Dataset(encoding.raw(frame), label, params={"verbosity": -1})
        fixed = {
            "objective": "binary",
            "verbosity": -1,
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": threads,
        }
        rounds = tuple(int(step) for step in path)
        booster = lgb.train({**fixed, **self.parameters}, data, num_boost_round=rounds[-1])
        return Boosted(encoding, booster, rounds, threads)


SHALLOW = Trees(
    {"num_leaves": 4, "max_depth": 2, "learning_rate": 0.05, "min_child_samples": 20, "feature_fraction": 0.5}
)
REGULARISED = Trees(
    {
        "num_leaves": 8,
        "learning_rate": 0.03,
        "min_child_samples": 40,
        "lambda_l2": 10.0,
        "feature_fraction": 0.4,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
    }
)
DEEP = Trees(
    {
        "num_leaves": 31,
        "learning_rate": 0.05,
        "min_child_samples": 20,
        "lambda_l2": 1.0,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
    }
)

MEMBERS = (
    Member("logistic", (0.01, 0.1, 1.0), 0.5, fit_linear),
    Member("splines", (0.003, 0.03, 0.3), 1, fit_splines),
    Member("shallow", (100, 200, 400, 700, 1000), 1, SHALLOW),
    Member("regularised", (100, 200, 300, 450, 600, 800, 1000), 1.5, REGULARISED),
    Member("deep", (25, 50, 75, 100, 150, 200, 300, 400), 0.8, DEEP),
)
"""The stack without extras."""
