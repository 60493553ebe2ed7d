"""What each column adds to a score of small trees: exact SHAP values, looked up instead of walked.

A tree of few leaves sees a row only by which of its splits send it left. For each of these patterns the values are
reckoned once; a row is then read by comparing columns, all rows together. The values are those of Lundberg, Erion, Lee
2018, "Consistent Individualized Feature Attribution for Tree Ensembles", with the trees' own counts, as LightGBM's
`pred_contrib` gives them row by row, at a tenth of the cost.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np

from weixi.flow.score.churn.frame import Bools, Floats

MOST_SPLITS = 7
"""Splits of a tree that are looked up: 128 patterns. Larger trees are walked by their library."""


@dataclass(frozen=True, slots=True)
class _Split:
    """One split: a row goes left where the column is at most `threshold`, or missing and `missing_left`."""

    column: int
    threshold: float
    missing_left: bool


@dataclass(frozen=True)
class _Small:
    """One tree: its splits, and for each column that it asks what that adds, by pattern (bit k: split k sends left)."""

    splits: tuple[_Split, ...]
    added: Mapping[int, Floats]


@dataclass(frozen=True)
class SmallTrees:
    """The trees of a model, as `added` looks them up."""

    trees: tuple[_Small, ...]

    def added(self, rows: Floats) -> Floats:
        """What each column adds to the log odds of each row: columns × rows."""
        columns = np.ascontiguousarray(rows.T)
        holes: Bools = np.isnan(columns)
        is_holed = np.asarray(holes.any(axis=1))
        found = np.zeros(columns.shape)
        for tree in self.trees:
            pattern = np.zeros(len(rows), dtype=np.uint8)
            for place, split in enumerate(tree.splits):
                left: Bools = columns[split.column] <= split.threshold
                if split.missing_left and is_holed[split.column]:
                    left |= holes[split.column]
                pattern |= left.view(np.uint8) << np.uint8(place)
            for column, table in tree.added.items():
                found[column] += table[pattern]
        return found


def small_trees(booster: Any, rounds: int) -> SmallTrees | None:
    """The first `rounds` trees of a LightGBM model; None where one is too large, or splits otherwise than by `≤`."""
    trees = []
    for told in booster.dump_model(num_iteration=rounds)["tree_info"]:
        root = told["tree_structure"]
        nodes = list(_nodes(root))
        if len(nodes) > MOST_SPLITS or not all(_is_plain(node) for node in nodes):
            return None
        trees.append(_small(root, nodes))
    return SmallTrees(tuple(trees))


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "split_index" in node:
        yield node
        yield from _nodes(node["left_child"])
        yield from _nodes(node["right_child"])


def _is_plain(node: Mapping[str, Any]) -> bool:
    return node["decision_type"] == "<=" and node["missing_type"] in ("None", "NaN")


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of a path: the split's place, the side taken, and the part of the rows there that took it."""

    place: int
    column: int
    is_left: bool
    share: float


def _small(root: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]]) -> _Small:
    places = {int(node["split_index"]): place for place, node in enumerate(nodes)}
    splits = tuple(
        _Split(
            int(node["split_feature"]),
            float(node["threshold"]),
            # Where nothing was missing in training LightGBM reads a hole as 0.
            bool(node["default_left"]) if node["missing_type"] == "NaN" else float(node["threshold"]) >= 0,
        )
        for node in nodes
    )
    bits = (np.arange(2 ** len(nodes))[:, None] >> np.arange(len(nodes)) & 1).astype(np.bool_)
    added: dict[int, Floats] = {}
    for value, path in _leaves(root, places, ()):
        for column, more in _of_leaf(value, path, bits).items():
            added[column] = added.get(column, 0.0) + more
    return _Small(splits, added)


def _leaves(
    node: Mapping[str, Any], places: Mapping[int, int], path: tuple[_Step, ...]
) -> Iterator[tuple[float, tuple[_Step, ...]]]:
    """Every leaf's value and the path to it."""
    if "split_index" not in node:
        yield float(node["leaf_value"]), path
        return
    for side, is_left in (("left_child", True), ("right_child", False)):
        child = node[side]
        step = _Step(
            places[int(node["split_index"])],
            int(node["split_feature"]),
            is_left,
            child.get("internal_count", child.get("leaf_count")) / node["internal_count"],
        )
        yield from _leaves(child, places, (*path, step))


def _of_leaf(value: float, path: Sequence[_Step], bits: Bools) -> dict[int, Floats]:
    """What a leaf adds for each column on its path, by pattern.

    With o = 1 where the row's own values lead on and z the part of the rows that goes on unasked, a column i of d adds
    value × (o_i − z_i) × Σ_k k! (d−1−k)! ÷ d! × e_k, e_k being the coefficients of Π_{j≠i} (z_j + o_j t).
    """
    own: dict[int, Floats] = {}
    unasked: dict[int, float] = {}
    for step in path:
        goes = (bits[:, step.place] == step.is_left).astype(np.float64)
        own[step.column] = own.get(step.column, 1.0) * goes
        unasked[step.column] = unasked.get(step.column, 1.0) * step.share
    size = len(own)
    weights = [factorial(k) * factorial(size - 1 - k) / factorial(size) for k in range(size)]
    found = {}
    for column in own:
        spread = np.zeros((size, len(bits)))
        spread[0] = 1.0
        for other in own:
            if other != column:
                passed = spread[:-1] * own[other]
                spread *= unasked[other]
                spread[1:] += passed
        found[column] = value * (own[column] - unasked[column]) * (np.array(weights) @ spread)
    return found
