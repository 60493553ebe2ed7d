"""A month of hand-made lines, and a small playbook."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from weixi.engine import Partition, Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Band, Playbook, Rule, Source

MAY = Month.of(2025, 5)
SOURCE = Source("test", 1, "")
WORDS = Text("", "")

LINE = {
    "line_type": "MOBILE_MAIN",
    "line_use": "COMMERCIAL",
    "service_status": "IN_SERVICE",
    "is_carried": False,
    "open_date": date(2020, 1, 1),
    "bill_fen": 5000,
}
Rows = Sequence[Mapping[str, Any]]


@pytest.fixture
def book(store: Store) -> Callable[..., None]:
    """Writes lines and their features; a row's values go to whichever of the two tables has the column."""

    def write(*rows: Mapping[str, Any], month: Month = MAY) -> None:
        numbers = {c.name: 0 for c in FEATURE.columns if c.required}
        lines = [{**LINE, "month": month.number, **row} for row in rows]
        features = [{**numbers, **row} for row in rows]
        _put(store, SUBSCRIBER_MONTH, month, lines)
        _put(store, FEATURE, month, features)

    return write


def _put(store: Store, table: Table, month: Month, rows: Rows) -> Partition:
    schema = arrow_schema(table)
    values = [{name: row.get(name) for name in schema.names} for row in rows]
    batch = pa.RecordBatch.from_pylist(values, schema=schema)
    return store.put(table, {"month": month.number}, [batch], origin=repr(values))


def rule(value: str, sql: str = "TRUE") -> Rule:
    return Rule(value, sql, sql, WORDS, SOURCE)


@pytest.fixture
def plan() -> Playbook:
    """A playbook with plain rules over the book's columns, and nothing but the labels."""
    bands = [("B0", 0, 3000), ("B30", 3000, 8000), ("B80", 8000, 20000), ("B200", 20000, None)]
    return Playbook(
        name="test",
        version="1",
        title=WORDS,
        fingerprint="test",
        parameters={},
        grades=(
            rule("PROSPECT", "service_status = 'PROSPECT'"),
            rule("LAPSED", "service_status = 'EXITED'"),
            rule("KEY", "is_key_revenue OR COALESCE(is_key_person, FALSE)"),
            rule("REGULAR"),
        ),
        stages=(
            rule("LEAD", "service_status = 'PROSPECT'"),
            rule("EXITED", "service_status = 'EXITED'"),
            rule("ONBOARDING", "COALESCE(open_date >= CAST('2025-03-01' AS DATE), FALSE)"),
            rule("STABLE"),
        ),
        clusters=(rule("RURAL", "COALESCE(is_rural, FALSE)"), rule("GENERAL")),
        categories=(rule("FAMILY", "household_id IS NOT NULL"), rule("PERSONAL")),
        bands=tuple(Band(code, WORDS, low, high, SOURCE) for code, low, high in bands),
        handset_bands=(),
        key_share=Decimal("0.5"),
        cohorts=(),
        attachments=(),
        silences=(),
        warnings=(),
        offers=(),
        pools=(),
        holdouts=(),
        measures=(),
        levers=(),
        kpis=(),
        assessed_sql="TRUE",
    )
