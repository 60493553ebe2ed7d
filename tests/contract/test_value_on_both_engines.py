"""What lines are worth is the same, to the fen and to the seal, on every engine."""

from pathlib import Path

import pytest

from handmade.lives import put_lives
from weixi.engine import Engine, Store
from weixi.flow.score import SURVIVAL, SURVIVAL_COUNT, VALUE_SCORE, build_value
from weixi.kernel.period import Month
from weixi.playbook import Playbook

FIRST = Month.of(2025, 1)
LAST = FIRST.plus(3)


@pytest.mark.spark
def test_value_has_the_same_seals(duckdb: Engine, spark: Engine, work_plan: Playbook, tmp_path: Path) -> None:
    seals = []
    for engine in (duckdb, spark):
        store = Store(tmp_path / engine.name, engine)
        put_lives(store, FIRST, 4, 60)
        build_value(store, work_plan, LAST)
        made = [store.require(table, month=LAST.number) for table in (SURVIVAL_COUNT, SURVIVAL, VALUE_SCORE)]
        assert all(part.manifest.rows > 20 for part in made)
        seals.append([part.manifest.seal for part in made])
    assert seals[0] == seals[1]
