"""Hand-made plans, facts, events and book months, and a playbook with three success tests."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from weixi.engine import Partition, Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.decision import PLAN
from weixi.kernel.language import Text
from weixi.playbook import Band, Condition, Playbook, Rule, Source, WarningRule

SOURCE = Source("test", 1, "")
WORDS = Text("", "")
Put = Callable[..., Partition]


@pytest.fixture
def put(store: Store) -> Put:
    """Writes rows into a partition, columns not given being null."""

    def write(
        table: Table,
        rows: Sequence[Mapping[str, Any]],
        *,
        note: Mapping[str, Any] | None = None,
        **key: int | str,
    ) -> Partition:
        schema = arrow_schema(table)
        values = [{name: row.get(name) for name in schema.names} for row in rows]
        batch = pa.RecordBatch.from_pylist(values, schema=schema)
        return store.put(table, key, [batch], origin=repr((values, note)), note=note)

    return write


@pytest.fixture
def line(put: Put) -> Callable[..., None]:
    """Writes one month of the book: subscriber id → the columns that differ from an ordinary line's."""

    def write(month: int, rows: Mapping[int, Mapping[str, Any]], missing: Sequence[str] = ()) -> None:
        ordinary = {
            "month": month,
            "line_type": "MOBILE_MAIN",
            "line_use": "COMMERCIAL",
            "service_status": "IN_SERVICE",
            "is_carried": False,
            "balance_fen": 0,
            "arrears_fen": 0,
            "call_count": 0,
            "bill_fen": 9000,
        }
        put(
            SUBSCRIBER_MONTH,
            [{**ordinary, "subscriber_id": key, **row} for key, row in rows.items()],
            month=month,
            note={"missing_columns": list(missing)},
        )

    return write


@pytest.fixture
def plan(put: Put) -> Callable[..., None]:
    """Writes the plan of June 2025: task id → (line, warning), and what differs from an ordinary task."""

    def write(tasks: Mapping[str, tuple[int, str]], **other: Any) -> None:
        ordinary = {
            "household_key": "H1",
            "line_count": 1,
            "task_type": "WARNING",
            "level": "RED",
            "happens_date": date(2025, 6, 20),
            "task_date": date(2025, 6, 5),
            "window_start_date": date(2025, 6, 5),
            "window_end_date": date(2025, 6, 20),
            "offer_cost_fen": 0,
            "unit_code": "U1",
            "node_code": "O1",
            "is_assessed": True,
            "is_holdout": False,
            "revenue_at_risk_fen": 27000,
        }
        rows = [
            {**ordinary, "task_id": task, "subscriber_id": subscriber, "kind": kind, **other.get(task, {})}
            for task, (subscriber, kind) in tasks.items()
        ]
        put(PLAN, rows, month=202506)

    return write


def warning(code: str, sql: str, *columns: str, assessed: bool = True) -> WarningRule:
    """A warning of which only the success test matters here."""
    return WarningRule(
        code=code,
        text=WORDS,
        task_type="WARNING",
        sql="TRUE",
        happens_sql="",
        act_before_days=7,
        window_days=15,
        levels=(),
        reasons=(),
        success=Condition(code, sql, WORDS, frozenset(columns)),
        columns=frozenset(),
        channel="PHONE",
        source=SOURCE,
        assessed=assessed,
    )


@pytest.fixture
def playbook() -> Playbook:
    """Deposit, cured arrears (state and payment), usage back; and a care kind that is not assessed."""
    rest = (Rule("REGULAR", "", "TRUE", WORDS, SOURCE),)
    return Playbook(
        name="test",
        version="1",
        title=WORDS,
        fingerprint="f",
        parameters={},
        grades=rest,
        stages=rest,
        clusters=rest,
        categories=rest,
        bands=(Band("ALL", WORDS, None, None, SOURCE),),
        handset_bands=(),
        key_share=Decimal("0.5"),
        cohorts=(),
        attachments=(),
        silences=(),
        warnings=(
            warning("run_out", "recharge_fen >= 5000", "recharge_fen"),
            warning(
                "arrears",
                "COALESCE(now_arrears_fen = 0, FALSE) AND payment_count > 0",
                "now_arrears_fen",
                "payment_count",
            ),
            warning(
                "silent",
                "COALESCE(was_call_count = 0 AND now_call_count > 0, FALSE)",
                "was_call_count",
                "now_call_count",
            ),
            warning("care", "now_is_in_service", "now_is_in_service", assessed=False),
        ),
        offers=(),
        pools=(),
        holdouts=(),
        measures=(),
        levers=(),
        kpis=(),
        assessed_sql="TRUE",
    )
