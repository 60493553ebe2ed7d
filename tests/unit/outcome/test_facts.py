"""Facts are only ever added."""

from datetime import datetime

import pyarrow as pa
import pytest

from weixi.engine import Store
from weixi.engine.wire import arrow_schema
from weixi.flow.outcome import FACT, record_facts
from weixi.kernel.errors import DataError
from weixi.kernel.period import Month

JUNE = Month.of(2025, 6)
AT = datetime(2025, 6, 5, 2, 30)


def batch(*facts: tuple[str, str, str]) -> pa.RecordBatch:
    rows = [
        {
            "fact_id": fact,
            "task_id": task,
            "fact_type": kind,
            "happened_at": AT,
            "agent_code": None,
            "channel": "PHONE",
            "offer_code": None,
        }
        for fact, task, kind in facts
    ]
    return pa.RecordBatch.from_pylist(rows, schema=arrow_schema(FACT))


def held(store: Store) -> list[str]:
    found = store.rows(
        "SELECT fact_id FROM fact ORDER BY fact_id", inputs={"fact": store.require(FACT, month=202506)}
    )
    return [row["fact_id"] for row in found]


def test_new_facts_are_added_and_the_same_batch_changes_nothing(store: Store) -> None:
    first = record_facts(store, JUNE, [batch(("f1", "t1", "REACHED"), ("f2", "t1", "TICKED"))], "desk")
    again = record_facts(store, JUNE, [batch(("f1", "t1", "REACHED"))], "desk, sent again")
    assert (again.revision, again.fingerprint) == (1, first.fingerprint)
    second = record_facts(store, JUNE, [batch(("f2", "t1", "TICKED"), ("f3", "t2", "REFUSED"))], "desk")
    assert (second.revision, second.manifest.rows) == (2, 3)
    assert held(store) == ["f1", "f2", "f3"]
    assert first.files[0].exists()


def test_the_same_rows_twice_in_one_delivery_count_once(store: Store) -> None:
    written = record_facts(
        store, JUNE, [batch(("f1", "t1", "REACHED")), batch(("f1", "t1", "REACHED"))], "desk"
    )
    assert written.manifest.rows == 1


def test_a_fact_that_comes_back_changed_is_refused_and_nothing_is_written(store: Store) -> None:
    record_facts(store, JUNE, [batch(("f1", "t1", "REFUSED"))], "desk")
    with pytest.raises(DataError, match=r"fact\.changed"):
        record_facts(store, JUNE, [batch(("f1", "t1", "AGREED"), ("f2", "t2", "AGREED"))], "desk")
    assert held(store) == ["f1"]
    with pytest.raises(DataError, match=r"fact\.changed"):
        record_facts(store, JUNE, [batch(("f9", "t1", "REFUSED"), ("f9", "t1", "AGREED"))], "desk")


def test_a_word_or_a_column_outside_the_schema_is_refused(store: Store) -> None:
    with pytest.raises(DataError, match="word fact_type"):
        record_facts(store, JUNE, [batch(("f1", "t1", "SMILED"))], "desk")
    with pytest.raises(DataError, match=r"fact\.schema"):
        record_facts(store, JUNE, [batch(("f1", "t1", "REACHED")).drop_columns(["task_id"])], "desk")


def test_a_month_in_which_the_desk_did_nothing_is_on_record(store: Store) -> None:
    assert record_facts(store, JUNE, [], "desk").manifest.rows == 0
