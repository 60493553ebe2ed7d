"""The one pass of the allocation: the engine's text and the arrays give the same table A, to the fen."""

from pathlib import Path

import numpy as np
import pytest

from handmade.allocated import CELLS, OFFERS, wide_rows
from handmade.allocation import limit
from weixi.engine import Engine, Store
from weixi.flow.decision import Kind
from weixi.flow.decision.allocation.problem import Problem
from weixi.flow.decision.allocation.response import StoredRows

LIMITS = [
    limit(Kind.MONEY, range(CELLS), 1e6, cost=dict.fromkeys(range(1, 5), 1.0)),
    limit(Kind.MINUTES, [1, 2], 1e4, count={2: 5.0, 4: 12.0}),
    limit(Kind.RETURN, range(CELLS), 0.0, value=dict.fromkeys(range(5), -1.0), cost={3: 0.7}),
]


def _same_table(engine: Engine, home: Path) -> None:
    store = Store(home, engine)
    rows = wide_rows(store, 2000, 3)
    problem = Problem(CELLS, OFFERS, LIMITS)
    stored = StoredRows(Store(home / "work", engine, transient=True), rows, problem)
    points = [
        problem.prices(np.array(duals)) for duals in ((0.0, 0.0, 0.0), (0.31, 17.3, 0.05), (1.7, 3.1, 0.4))
    ]
    everything = stored.sample(1.0)
    for made, truth in zip(stored.respond(points), everything.respond(points), strict=True):
        for name in ("count", "value", "cost"):
            assert (getattr(made, name) == getattr(truth, name)).all()
    assert stored.heads().sum() == len(everything)
    stakes = problem.stakes(np.array([0.01, 0.5, 0.002]))
    wavering = stored.extract(points[1], stakes)
    assert (wavering.ids == everything.ids[everything.wavering(points[1], stakes)]).all()
    assert 0 < len(wavering) < len(everything)


def test_duckdb_and_arrays(duckdb: Engine, home: Path) -> None:
    _same_table(duckdb, home)


@pytest.mark.spark
def test_spark_and_arrays(spark: Engine, home: Path) -> None:
    _same_table(spark, home)
