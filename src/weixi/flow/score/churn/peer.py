"""The peers of the lab: each library as it comes, on the columns as its own manual says to give them."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from weixi.flow.score.churn.catboost import has_catboost, pool
from weixi.flow.score.churn.encode import Encoding, learn_encoding
from weixi.flow.score.churn.frame import Floats, Frame, Ints
from weixi.flow.score.heavy import lightgbm as lgb
from weixi.flow.score.heavy import sklearn

Scorer = Callable[[Frame], Floats]


@dataclass(frozen=True)
class Peer:
    """One library with its default settings: training rows in, a scorer of new rows out. Seed and threads are ours."""

    name: str
    fit: Callable[[Frame, Ints, int, int], Scorer]


def _flat(encoding: Encoding, frame: Frame) -> Floats:
    """Scaled numbers and one-hot words."""
    return np.hstack([encoding.filled(frame), encoding.hot(frame)])


def logistic(frame: Frame, label: Ints, seed: int, threads: int) -> Scorer:
    """scikit-learn's LogisticRegression on scaled numbers and one-hot words."""
    encoding = learn_encoding(frame)
    model = sklearn.linear_model.LogisticRegression(max_iter=1000).fit(_flat(encoding, frame), label)
    return lambda new: np.asarray(model.predict_proba(_flat(encoding, new))[:, 1])


def _coded(words: dict[str, tuple[str, ...]], frame: Frame) -> Floats:
    """Numbers with their holes, words by number: NaN where a word was not in training."""
    columns = list(frame.numbers.values())
    for name, known in words.items():
        codes = frame.words[name].coded_as(known)
        columns.append(np.where(codes == len(known), np.nan, codes))
    return np.column_stack(columns)


def _known(frame: Frame) -> dict[str, tuple[str, ...]]:
    """The words that stand in these rows."""
    return {
        name: tuple(column.words[code] for code in np.unique(column.codes))
        for name, column in frame.words.items()
    }


def _categories(frame: Frame) -> list[int]:
    return list(range(len(frame.numbers), len(frame.names)))


def lightgbm(frame: Frame, label: Ints, seed: int, threads: int) -> Scorer:
    """LightGBM's LGBMClassifier, words as its categories."""
    words = _known(frame)
    model = lgb.LGBMClassifier(
        random_state=seed, n_jobs=threads, deterministic=True, force_row_wise=True, verbosity=-1
    )
    model.fit(_coded(words, frame), label, categorical_feature=_categories(frame))
    booster = model.booster_
    return lambda new: np.asarray(booster.predict(_coded(words, new)))


def xgboost(frame: Frame, label: Ints, seed: int, threads: int) -> Scorer:
    """XGBoost's XGBClassifier on numbers and one-hot words."""
    encoding = learn_encoding(frame)

    def given(rows: Frame) -> Floats:
        numbers = list(rows.numbers.values())
        hot = encoding.hot(rows)
        return np.hstack([np.column_stack(numbers), hot]) if numbers else hot

    model: Any = import_module("xgboost").XGBClassifier(random_state=seed, n_jobs=threads, verbosity=0)
    model.fit(given(frame), label)
    return lambda new: np.asarray(model.predict_proba(given(new))[:, 1], dtype=np.float64)


def catboost(frame: Frame, label: Ints, seed: int, threads: int) -> Scorer:
    """CatBoost's CatBoostClassifier, words as they are."""
    model: Any = import_module("catboost").CatBoostClassifier(
        random_seed=seed, thread_count=threads, verbose=False, allow_writing_files=False
    )
    model.fit(pool(frame, label))
    return lambda new: np.asarray(model.predict_proba(pool(new))[:, 1])


def peers() -> tuple[Peer, ...]:
    """The peers that are installed; XGBoost and CatBoost come with the extra `lab`."""
    found = [Peer("logistic", logistic)]
    if find_spec("xgboost") is not None:
        found.append(Peer("xgboost", xgboost))
    found.append(Peer("lightgbm", lightgbm))
    if has_catboost():
        found.append(Peer("catboost", catboost))
    return tuple(found)


ALL_PEERS = ("logistic", "xgboost", "lightgbm", "catboost")
"""Every peer there is, installed or not."""
