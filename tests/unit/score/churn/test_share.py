"""SHAP values by look-up against LightGBM's own walk, and against Shapley's definition in plain Python."""

from itertools import combinations
from math import factorial
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest

from weixi.flow.score.churn.share import small_trees

ROWS, COLUMNS = 4_000, 6
PLAIN = {"objective": "binary", "verbosity": -1, "num_threads": 1, "seed": 1, "min_child_samples": 20}


def drawn(seed: int) -> np.ndarray:
    """Numbers, one column with holes, one with holes that training never saw, one of few values."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(ROWS, COLUMNS))
    rows[rng.random(ROWS) < 0.2, 0] = np.nan
    rows[:, 2] = rng.integers(0, 3, ROWS)
    return rows


def trained(parameters: dict[str, Any], rounds: int = 60) -> lgb.Booster:
    rows = drawn(1)
    odds = np.where(np.isnan(rows[:, 0]), 0.8, rows[:, 0]) + rows[:, 1] * (rows[:, 2] == 1) - rows[:, 3]
    label = (np.random.default_rng(2).random(ROWS) < 1 / (1 + np.exp(-odds))).astype(int)
    return lgb.train({**PLAIN, **parameters}, lgb.Dataset(rows, label, params={"verbosity": -1}), rounds)


@pytest.mark.parametrize(
    "parameters",
    [
        {"num_leaves": 8, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 10.0},
        {"num_leaves": 4, "max_depth": 2},
        {"num_leaves": 2},
    ],
)
def test_as_the_library_walks(parameters: dict[str, Any]) -> None:
    booster = trained(parameters)
    rows = drawn(3)
    rows[::7, 4] = np.nan
    small = small_trees(booster, 40)
    assert small is not None
    walked = booster.predict(rows, pred_contrib=True, num_iteration=40)
    assert pytest.approx(walked[:, :-1], abs=1e-10) == small.added(rows).T
    assert np.abs(walked[:, 0]).max() > 0.1


def test_as_shapley_defines_it() -> None:
    """One tree: the mean over all orders of what a column changes, counts weighing what is not asked."""
    booster = trained({"num_leaves": 8}, rounds=1)
    root = booster.dump_model()["tree_info"][0]["tree_structure"]
    small = small_trees(booster, 1)
    assert small is not None
    rows = drawn(4)[:20]
    found = small.added(rows)
    for at, row in enumerate(rows):
        for column in range(COLUMNS):
            others = [each for each in range(COLUMNS) if each != column]
            whole = 0.0
            for size in range(COLUMNS):
                weight = factorial(size) * factorial(COLUMNS - 1 - size) / factorial(COLUMNS)
                for asked in combinations(others, size):
                    whole += weight * (told(root, row, {*asked, column}) - told(root, row, set(asked)))
            assert found[column, at] == pytest.approx(whole, abs=1e-12)


def told(node: dict[str, Any], row: np.ndarray, asked: set[int]) -> float:
    """What the tree says of the row when only these columns may be asked."""
    if "split_index" not in node:
        return float(node["leaf_value"])
    sides = node["left_child"], node["right_child"]
    if node["split_feature"] in asked:
        value = row[node["split_feature"]]
        is_left = node["default_left"] if np.isnan(value) else value <= node["threshold"]
        return told(sides[0] if is_left else sides[1], row, asked)
    return sum(
        told(side, row, asked) * side.get("internal_count", side.get("leaf_count")) / node["internal_count"]
        for side in sides
    )


def test_large_trees_are_left_to_the_library() -> None:
    assert small_trees(trained({"num_leaves": 31}, rounds=3), 3) is None
