"""CatBoost in the stack, where it is installed: words as they are, ordered target statistics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from weixi.flow.score.churn.frame import Floats, Frame, Ints
from weixi.flow.score.churn.member import Fitted, Member


def has_catboost() -> bool:
    """Whether CatBoost is installed (the extra `lab`)."""
    return find_spec("catboost") is not None


def pool(frame: Frame, label: Ints | None = None) -> Any:
    """The frame as CatBoost takes it: numbers as 32-bit floats, words as bytes."""
    catboost = import_module("catboost")
    numbers = np.column_stack(list(frame.numbers.values())).astype(np.float32) if frame.numbers else None
    words = None
    if frame.words:
        columns = []
        for column in frame.words.values():
            spelt = np.array([word.encode() for word in column.words], dtype=object)
            columns.append(spelt[column.codes])
        words = np.column_stack(columns)
    return catboost.Pool(catboost.FeaturesData(num_feature_data=numbers, cat_feature_data=words), label=label)


@dataclass(frozen=True)
class _Cat:
    model: Any
    path: tuple[int, ...]

    def margins(self, frame: Frame) -> Floats:
        """As `Fitted` says."""
        given = pool(frame)
        return np.column_stack(
            [
                self.model.predict(given, prediction_type="RawFormulaVal", ntree_end=rounds)
                for rounds in self.path
            ]
        )

    def margin(self, frame: Frame, setting: int) -> Floats:
        """As `Fitted` says."""
        return np.asarray(
            self.model.predict(
                pool(frame), prediction_type="RawFormulaVal", ntree_end=self.path[setting], thread_count=1
            )
        )

    def contributions(self, frame: Frame, setting: int) -> dict[str, Floats]:
        """CatBoost's own SHAP values at that setting, one column each."""
        model = self.model.copy()
        model.shrink(ntree_end=self.path[setting])
        given = np.asarray(model.get_feature_importance(pool(frame), type="ShapValues", thread_count=1))
        # Numbers stand before words; what the last column holds is the mean.
        names = (*frame.numbers, *frame.words)
        return {name: given[:, place] for place, name in enumerate(names)}


@dataclass(frozen=True)
class Cats:
    """How CatBoost is to grow: its own parameters, over the fixed ones."""

    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, frame: Frame, label: Ints, path: Sequence[float], seed: int, threads: int) -> Fitted:
        """The model, grown as far as the path goes."""
        rounds = tuple(int(step) for step in path)
        fixed = {
            "random_seed": seed,
            "thread_count": threads,
            "verbose": False,
            "allow_writing_files": False,
            "iterations": rounds[-1],
        }
        model = import_module("catboost").CatBoostClassifier(**fixed, **self.parameters)
        model.fit(pool(frame, label))
        return _Cat(model, rounds)


CATBOOST = Member(
    "catboost",
    (100, 200, 300, 400, 500, 650, 800),
    4,
    Cats({"depth": 6, "learning_rate": 0.03, "l2_leaf_reg": 6.0, "rsm": 0.5, "one_hot_max_size": 16}),
)
"""Short columns of words as flags, long ones as target statistics."""
