"""Scores of leaving and what events say of it are the same, to the seal, on every engine."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from handmade.lives import lines_of
from handmade.tables import put
from weixi.engine import Engine, Store
from weixi.flow.book import EVENT, SUBSCRIBER_MONTH, build_feature
from weixi.flow.score import CHURN_SCORE, ChurnTraining, ChurnWindows, build_churn_score
from weixi.flow.score.event import build_event_risk
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


def events_of(month: Month) -> list[dict[str, object]]:
    """A query of every fifth line and a repair of every seventh, spread over the month."""
    found = []
    for kind, step in (("PORT_OUT_QUERY", 5), ("REPAIR", 7)):
        for line in range(step, 600, step):
            day = month.first + timedelta(days=line % 28)
            found.append((line, kind, day))
    return [
        {
            "event_id": number,
            "subscriber_id": line,
            "event_type": kind,
            "event_date": day,
            "happened_at": datetime.combine(day, time(9)),
        }
        for number, (line, kind, day) in enumerate(found, start=1)
    ]


@pytest.mark.spark
def test_what_events_say_has_the_same_seals(duckdb: Engine, spark: Engine, tmp_path: Path) -> None:
    seals = []
    for engine in (duckdb, spark):
        store = Store(tmp_path / engine.name, engine)
        for month, rows in lines_of(FIRST, 4, 600).items():
            left = [{**row, "exit_type": "PORTED_OUT" if row["exit_date"] else None} for row in rows]
            put(store, SUBSCRIBER_MONTH, left, month=month.number)
            put(store, EVENT, events_of(month), month=month.number)
        made = build_event_risk(store, [FIRST, FIRST.plus(1)], ChurnWindows(), LAST)
        assert made.manifest.rows >= 2
        seals.append((made.manifest.seal, made.fingerprint))
    assert seals[0] == seals[1]
