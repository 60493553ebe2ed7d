"""The forests that uplift is set beside in the lab, where the extra that brings them is installed."""

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from weixi.flow.score.uplift.learner import Learner, Predict
from weixi.flow.score.uplift.sample import Trial
from weixi.kernel.language import Text


@dataclass(frozen=True)
class Forest:
    """One library's forest, with its own defaults but for what its name says, made ready for trials."""

    name: str
    text: Text
    module: ModuleType
    make: Callable[[ModuleType, Trial, int, int], Predict]

    def fit(self, trial: Trial, *, seed: int, threads: int) -> Predict:
        """The effect on each row as the forest says; it takes no missing value, so these are the column's median."""
        middle = _medians(trial)
        filled = Trial(
            _fill(trial.features, middle), trial.names, trial.treated, trial.outcome, trial.propensity
        )
        fitted = self.make(self.module, filled, seed, threads)
        return lambda rows: np.asarray(fitted(_fill(rows, middle)), dtype=np.float64).reshape(-1)


def _causalml(module: ModuleType, trial: Trial, seed: int, threads: int, **settings: Any) -> Predict:
    """Causalml's uplift random forest (KL divergence), for outcomes that happen or do not; ten trees by default."""
    forest = module.UpliftRandomForestClassifier(
        control_name="control", random_state=seed, n_jobs=threads, **settings
    )
    arm = np.where(trial.treated, "treated", "control")
    forest.fit(X=trial.features, treatment=arm, y=trial.outcome.astype(np.int64))
    return _predictor(forest.predict)


def _econml(module: ModuleType, trial: Trial, seed: int, threads: int) -> Predict:
    """Econml's honest causal forest."""
    forest = module.CausalForest(random_state=seed, n_jobs=threads)
    forest.fit(trial.features, trial.treated.astype(np.float64), trial.outcome)
    return _predictor(forest.predict)


def _predictor(predict: Any) -> Predict:
    return lambda rows: np.asarray(predict(rows), dtype=np.float64)


_KNOWN = (
    (
        "causalml_forest",
        Text("causalml 随机森林", "causalml uplift random forest"),
        "causalml.inference.tree",
        _causalml,
    ),
    (
        "causalml_forest_100",
        Text("causalml 随机森林（100 棵）", "causalml uplift random forest, 100 trees"),
        "causalml.inference.tree",
        partial(_causalml, n_estimators=100),
    ),
    ("econml_forest", Text("econml 因果森林", "econml causal forest"), "econml.grf", _econml),
)


def find_forests() -> tuple[list[Learner], list[str]]:
    """The forests that can be loaded, and the names of the libraries that are not installed."""
    found: list[Learner] = []
    absent: list[str] = []
    for name, text, module, make in _KNOWN:
        library = module.partition(".")[0]
        if importlib.util.find_spec(library) is None:
            absent += [library] * (library not in absent)
        else:
            found.append(Forest(name, text, importlib.import_module(module), make))
    return found, absent


def _medians(trial: Trial) -> Any:
    known = ~np.isnan(trial.features).all(axis=0)
    middle = np.zeros(trial.features.shape[1])
    middle[known] = np.nanmedian(trial.features[:, known], axis=0)
    return middle


def _fill(rows: Any, middle: Any) -> Any:
    return np.where(np.isnan(rows), middle, rows)
