"""Shares down a tree sum exactly at every level, whatever the tree."""

from collections import defaultdict
from pathlib import Path

from oracle.apportion import DEPTH, Forest, oracle_shares, random_forest, sql_shares
from weixi.dialect.lint import check
from weixi.dialect.types import ColumnType
from weixi.engine import Engine
from weixi.flow.cohort import apportion_text


def _sums_exactly(forest: Forest, shares: dict[tuple[str, str], int]) -> None:
    below: dict[tuple[str, str | None], int] = defaultdict(int)
    for tree, node, parent in zip(forest.trees, forest.nodes, forest.parents, strict=True):
        assert shares[tree, node] >= 0
        below[tree, parent] += shares[tree, node]
    for (tree, parent), sum_below in below.items():
        wanted = forest.totals[tree] if parent is None else shares[tree, parent]
        assert sum_below == wanted, (tree, parent)


def test_ten_thousand_random_trees_sum_exactly_at_every_level(duckdb: Engine, tmp_path: Path) -> None:
    forest = random_forest(10_000, seed=20250601)
    _sums_exactly(forest, sql_shares(duckdb, forest, tmp_path))


def test_shares_equal_the_largest_remainder_by_exact_fractions(duckdb: Engine, tmp_path: Path) -> None:
    forest = random_forest(10_000, seed=7)
    assert sql_shares(duckdb, forest, tmp_path) == oracle_shares(forest)


def test_the_text_is_portable() -> None:
    tree = dict.fromkeys(("tree_id", "node_code", "parent_code"), ColumnType.VARCHAR)
    total = {"tree_id": ColumnType.VARCHAR, "total_count": ColumnType.BIGINT}
    check(apportion_text(DEPTH), {"tree": {**tree, "size": ColumnType.BIGINT}, "total": total})


def test_equal_remainders_go_to_the_smaller_code(duckdb: Engine, tmp_path: Path) -> None:
    forest = Forest(
        trees=["t"] * 4,
        nodes=["root", "b", "c", "a"],
        parents=[None, "root", "root", "root"],
        sizes=[3, 1, 1, 1],
        totals={"t": 5},
    )
    shares = sql_shares(duckdb, forest, tmp_path)
    assert [shares["t", node] for node in ("root", "a", "b", "c")] == [5, 2, 2, 1]
