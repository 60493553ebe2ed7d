"""Scores of leaving are the same, to the seal, on every engine, where a part of the lines is drawn as well."""

from pathlib import Path

import pytest

from handmade.lives import lines_of
from handmade.tables import put
from weixi.engine import Engine, Store
from weixi.flow.book import SUBSCRIBER_MONTH, build_feature
from weixi.flow.score import CHURN_SCORE, ChurnTraining, build_churn_score
from weixi.kernel.period import Month
from weixi.playbook import Playbook

FIRST = Month.of(2025, 1)
LAST = FIRST.plus(3)
DRAWN = ChurnTraining(months=2, most_rows=200, least_leavers=10, threads=1)


@pytest.mark.spark
def test_scores_have_the_same_seals(
    duckdb: Engine, spark: Engine, work_plan: Playbook, tmp_path: Path
) -> None:
    seals = []
    for engine in (duckdb, spark):
        store = Store(tmp_path / engine.name, engine)
        for month, rows in lines_of(FIRST, 4, 600).items():
            left = [{**row, "exit_type": "PORTED_OUT" if row["exit_date"] else None} for row in rows]
            put(store, SUBSCRIBER_MONTH, left, month=month.number)
            build_feature(store, month)
        made = build_churn_score(store, work_plan, LAST, DRAWN)
        assert made.table is CHURN_SCORE
        assert made.manifest.rows > 200
        assert 10 <= made.manifest.note["card"]["rows"] < 400
        seals.append((made.manifest.seal, made.fingerprint))
    assert seals[0] == seals[1]
