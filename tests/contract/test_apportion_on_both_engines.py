"""Shares down a tree are the oracle's on every engine."""

from pathlib import Path

from oracle.apportion import oracle_shares, random_forest, sql_shares
from weixi.engine import Engine


def test_shares_are_the_oracles(engine: Engine, tmp_path: Path) -> None:
    forest = random_forest(200, seed=3)
    assert sql_shares(engine, forest, tmp_path) == oracle_shares(forest)
