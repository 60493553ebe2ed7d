"""The forests beside the lab's learners: found where they are installed, named where they are not."""

import importlib.util
from types import ModuleType

import numpy as np
import pytest

from handmade.retention_trial import retention_trial
from weixi.flow.score.uplift import forest
from weixi.flow.score.uplift.forest import find_forests
from weixi.flow.score.uplift.sample import Trial

LIBRARIES = {"causalml": "causalml_forest", "econml": "econml_forest"}


def test_what_is_installed_is_used_and_what_is_not_is_named() -> None:
    found, absent = find_forests()
    assert [peer.name for peer in found] == [
        name for library, name in LIBRARIES.items() if importlib.util.find_spec(library) is not None
    ]
    assert absent == [library for library in LIBRARIES if importlib.util.find_spec(library) is None]


class CausalmlForest:
    """Stands for causalml's forest: takes what it takes, and foretells the difference of the arms' means."""

    def __init__(self, control_name: str, random_state: int, n_jobs: int) -> None:
        self.control_name, self.difference = control_name, 0.0

    def fit(self, X: np.ndarray, treatment: np.ndarray, y: np.ndarray) -> None:
        assert np.isfinite(X).all()
        assert y.dtype == np.int64
        control = treatment == self.control_name
        self.difference = y[~control].mean() - y[control].mean()

    def predict(self, X: np.ndarray) -> np.ndarray:
        assert np.isfinite(X).all()
        return np.full((len(X), 1), self.difference)


class EconmlForest:
    """Stands for econml's forest: features, treatment as a number, outcome."""

    def __init__(self, random_state: int, n_jobs: int) -> None:
        self.difference = 0.0

    def fit(self, X: np.ndarray, T: np.ndarray, y: np.ndarray) -> None:
        assert np.isfinite(X).all()
        self.difference = np.cov(T, y)[0, 1] / np.var(T, ddof=1)

    def predict(self, X: np.ndarray) -> np.ndarray:
        return np.full((len(X), 1), self.difference)


@pytest.mark.parametrize("name", ["causalml_forest", "econml_forest"])
def test_a_forest_gets_the_trial_in_its_own_form_and_no_missing_value(name: str) -> None:
    known = retention_trial(2_000, seed=1)
    features = known.trial.features.copy()
    features[::7, 0] = np.nan
    features[:, 9] = np.nan
    trial = Trial(
        features, known.trial.names, known.trial.treated, known.trial.outcome, known.trial.propensity
    )
    module = ModuleType("forests")
    vars(module).update(UpliftRandomForestClassifier=CausalmlForest, CausalForest=EconmlForest)
    make = {"causalml_forest": forest._causalml, "econml_forest": forest._econml}[name]
    text = forest._KNOWN[0][1]
    effect = forest.Forest(name, text, module, make).fit(trial, seed=1, threads=1)(features[:50])
    assert effect.shape == (50,)
    plain = trial.outcome[trial.treated].mean() - trial.outcome[~trial.treated].mean()
    assert effect == pytest.approx(np.full(50, plain))
