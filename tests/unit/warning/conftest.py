"""Hand-made labelled lines of one month, and warnings over them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from weixi.engine import Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.segment import LABEL
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Condition, Level, Playbook, Reason, Source, WarningRule

MAY = Month.of(2025, 5)
SOURCE = Source("test", 1, "")
LINE = {
    "month": MAY.number,
    "line_type": "MOBILE_MAIN",
    "line_use": "COMMERCIAL",
    "service_status": "IN_SERVICE",
    "is_carried": False,
    "open_date": date(2020, 1, 1),
    "payment_type": "PREPAID",
    "grade": "REGULAR",
    "band": "B80",
    "stage": "STABLE",
    "cluster": "GENERAL",
    "category": "PERSONAL",
    "complete_months": 3,
    "revenue_3m_fen": 30_000,
}


@pytest.fixture
def lines(store: Store) -> Callable[..., None]:
    """Puts lines with their features and labels; a value goes to whichever table has its column."""

    def write(*rows: Mapping[str, Any], missing: tuple[str, ...] = (), has_events: bool = True) -> None:
        zeros = {c.name: 0 for c in FEATURE.columns if c.required}
        full = [{**zeros, **LINE, **row} for row in rows]
        _put(store, SUBSCRIBER_MONTH, full, {"missing_columns": list(missing)})
        _put(store, FEATURE, full, {"event_months": [MAY.number] if has_events else []})
        _put(store, LABEL, full, {})

    return write


def _put(store: Store, table: Table, rows: list[dict[str, Any]], note: Mapping[str, Any]) -> None:
    schema = arrow_schema(table)
    batch = pa.RecordBatch.from_pylist([{n: row.get(n) for n in schema.names} for row in rows], schema=schema)
    store.put(table, {"month": MAY.number}, [batch], origin=repr(rows), note=note)


def rule(code: str, sql: str, **changes: Any) -> WarningRule:
    text = Text(code, code)
    made = WarningRule(
        code=code,
        text=text,
        task_type="WARNING",
        sql=sql,
        happens_sql="contract_end_date",
        act_before_days=30,
        window_days=30,
        levels=(),
        reasons=(),
        success=Condition("done", "TRUE", text),
        columns=frozenset(),
        channel="PHONE",
        source=SOURCE,
    )
    return replace(made, **changes)


def reason(code: str, sql: str = "TRUE") -> Reason:
    return Reason(code, sql, Text(code, code))


EXPIRING = rule(
    "contract_expiring",
    "COALESCE(contract_end_date >= CAST('2025-06-01' AS DATE), FALSE)",
    levels=(Level("RED", "grade = 'KEY'"), Level("YELLOW", "complete_months > 0")),
    reasons=(reason("ends_soon"), reason("stopped", "service_status <> 'IN_SERVICE'")),
)
LOW = rule(
    "low_balance",
    "COALESCE(balance_fen < 1000, FALSE)",
    happens_sql="CAST(NULL AS DATE)",
    act_before_days=3,
    reasons=(
        reason("balance_low"),
        reason("stopped", "service_status <> 'IN_SERVICE'"),
        reason("no_recharge"),
    ),
)
LAPSED = rule(
    "lapsed",
    "COALESCE(exit_type = 'CANCELLED', FALSE)",
    happens_sql="exit_date",
)


@pytest.fixture
def playbook() -> Playbook:
    """Three warnings, strongest first: a contract that ends, a low balance, a line that has left."""
    return Playbook(
        name="test",
        version="1",
        title=Text("", ""),
        fingerprint="test",
        parameters={},
        grades=(),
        stages=(),
        clusters=(),
        categories=(),
        bands=(),
        handset_bands=(),
        key_share=Decimal("0.5"),
        cohorts=(),
        attachments=(),
        silences=(),
        warnings=(EXPIRING, LOW, LAPSED),
        offers=(),
        pools=(),
        holdouts=(),
        measures=(),
        levers=(),
        kpis=(),
        assessed_sql="TRUE",
    )
