"""Warned lines with their eligibility, put by hand, and a playbook of a few offers and pools."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from weixi.engine import Partition, Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.book import FEATURE, IDENTITY, ORG_NODE, ORG_PATH, SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.decision import build_eligibility, build_plan, eligibility_table
from weixi.flow.segment import LABEL
from weixi.flow.warning import WARNING, detect
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import (
    Condition,
    HoldoutRule,
    Level,
    Offer,
    Playbook,
    Pool,
    Reason,
    Silence,
    Source,
    WarningRule,
)

MAY = Month.of(2025, 5)
SOURCE = Source("test", 1, "")
Write = Callable[..., Partition]
Row = Mapping[str, Any]


def words(text: str) -> Text:
    return Text(text, text)


def warning(code: str, sql: str, **changes: Any) -> WarningRule:
    rule = WarningRule(
        code=code,
        text=words(code),
        task_type="WARNING",
        sql=sql,
        happens_sql="CAST('2025-06-30' AS DATE)",
        act_before_days=10,
        window_days=30,
        levels=(Level("BLUE", "TRUE"),),
        reasons=(
            Reason(
                f"{code}_reason", "TRUE", words(f"{code} 余额 {{balance_fen}}"), frozenset({"balance_fen"})
            ),
        ),
        success=Condition("done", "TRUE", words("done")),
        columns=frozenset(),
        channel="PHONE",
        source=SOURCE,
    )
    return replace(rule, **changes)


def offer(code: str, pool: str | None, **changes: Any) -> Offer:
    made = Offer(
        code=code,
        text=words(code),
        family="PREPAY_BONUS",
        billing_code=f"BC-{code}",
        pool=pool,
        cost_sql="1000",
        conditions=(),
        channels=("PHONE", "OUTLET"),
        kinds=(),
        source=SOURCE,
    )
    return replace(made, **changes)


def plain_playbook(**changes: Any) -> Playbook:
    """Two warnings; a dear handset, a gift and care without limit."""
    book = Playbook(
        name="test",
        version="1",
        title=words("test"),
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
        silences=(
            Silence("port_out", words("已申请携出"), "days_since_port_out_application IS NOT NULL", SOURCE),
        ),
        warnings=(
            warning("expiring", "COALESCE(days_to_contract_end BETWEEN 0 AND 60, FALSE)"),
            warning("low_balance", "COALESCE(balance_fen < 1000, FALSE)"),
        ),
        offers=(
            offer(
                "handset",
                "devices",
                conditions=(Condition("rich", "complete_months > 0", words("无完整账期")),),
            ),
            offer("gift", "gifts"),
            offer("care", None, family="SERVICE", cost_sql="0"),
        ),
        pools=(
            Pool("devices", words("devices"), 2500, SOURCE),
            Pool("gifts", words("gifts"), 2000, SOURCE),
        ),
        holdouts=(),
        measures=(),
        levers=(),
        kpis=(),
        assessed_sql="revenue_3m_fen >= 8000 * complete_months AND complete_months > 0",
    )
    return replace(book, **changes)


@pytest.fixture
def playbook() -> Playbook:
    return plain_playbook()


def put(
    store: Store, table: Table, month: Month, rows: Sequence[Row], note: Mapping[str, Any] | None = None
) -> Partition:
    schema = arrow_schema(table)
    batch = pa.RecordBatch.from_pylist([{n: row.get(n) for n in schema.names} for row in rows], schema=schema)
    return store.put(table, {"month": month.number}, [batch], origin=repr(rows), note=note)


@pytest.fixture
def warned(store: Store) -> Callable[..., None]:
    """Puts warned lines with what they are eligible for: `fit_*` 0 and `cost_*` 1000 where a row does not say."""

    def write(playbook: Playbook, *rows: Row) -> None:
        full = []
        for row in rows:
            number = row["subscriber_id"]
            kind = row.get("kind", "expiring")
            base: dict[str, Any] = {
                "household_key": f"S{number}",
                "kind": kind,
                "kinds": kind,
                "kind_rank": [rule.code for rule in playbook.warnings].index(kind) + 1,
                "level": "BLUE",
                "happens_date": date(2025, 6, 30),
                "task_date": date(2025, 6, 20),
                "revenue_at_risk_fen": 10_000,
                "is_assessed": True,
                "is_existing": True,
                "is_holdout": False,
                "has_complaint": False,
                "may_call": True,
                "may_sms": True,
                "unit_code": "U1",
                "owner_code": "O1",
                "node_code": "O1",
                "rule": "attachment",
            }
            base |= {f"fit_{offer.code}": 0 for offer in playbook.offers}
            base |= {f"cost_{offer.code}": 0 if offer.pool is None else 1000 for offer in playbook.offers}
            full.append(base | dict(row))
        put(store, WARNING, MAY, full)
        put(store, eligibility_table(playbook), MAY, full)
        put(store, ASSIGNMENT, MAY, full)

    return write


def holdout(share: str, sql: str = "TRUE") -> HoldoutRule:
    return HoldoutRule("share", sql, Decimal(share))


LINE: dict[str, Any] = {
    "month": MAY.number,
    "line_type": "MOBILE_MAIN",
    "line_use": "COMMERCIAL",
    "service_status": "IN_SERVICE",
    "is_carried": False,
    "open_date": date(2020, 1, 1),
    "payment_type": "PREPAID",
    "consents_to_call": True,
    "consents_to_sms": True,
    "contract_end_date": date(2025, 6, 30),
    "balance_fen": 123_456,
    "grade": "KEY",
    "band": "B80",
    "stage": "STABLE",
    "cluster": "GENERAL",
    "category": "PERSONAL",
    "complete_months": 3,
    "revenue_3m_fen": 30_000,
    "unit_code": "U1",
    "owner_code": "O1",
    "node_code": "O1",
    "rule": "attachment",
}
TREE = [("P", None, "PROVINCE"), ("C", "P", "CITY"), ("Q1", "C", "COUNTY"), ("U1", "Q1", "UNIT"), ("O1", "U1", "OWNER"),
        ("Q2", "C", "COUNTY"), ("U2", "Q2", "UNIT")]  # fmt: skip


@pytest.fixture
def lines(store: Store) -> Callable[..., None]:
    """Puts a month of lines with everything beside them: features, labels, assignment, tree, identity."""

    def write(*rows: Row, missing: tuple[str, ...] = (), has_events: bool = True) -> None:
        zeros = {c.name: 0 for c in FEATURE.columns if c.required}
        full = [{**zeros, **LINE, **row} for row in rows]
        note = {"missing_columns": list(missing)}
        put(store, SUBSCRIBER_MONTH, MAY, full, note)
        put(store, FEATURE, MAY, full, {"event_months": [MAY.number] if has_events else []})
        for table in (LABEL, ASSIGNMENT):
            put(store, table, MAY, full)
        put(store, IDENTITY, MAY, [_person(int(row["subscriber_id"])) for row in rows])
        _plant(store)

    return write


def _person(number: int) -> Row:
    return {
        "month": MAY.number,
        "subscriber_id": number,
        "source_key": f"USER{number:04d}",
        "msisdn": f"1300000{number:04d}",
        "name": "王小明",
    }


def _plant(store: Store) -> None:
    parents = {code: parent for code, parent, _ in TREE}
    levels = {code: level for code, _, level in TREE}
    nodes = [
        {"month": MAY.number, "node_code": code, "parent_code": parent, "level": level, "name": f"节点{code}"}
        for code, parent, level in TREE
    ]
    paths = []
    for code in parents:
        above: str | None = code
        steps = 0
        while above is not None:
            paths.append(
                {
                    "node_code": code,
                    "ancestor_code": above,
                    "ancestor_level": levels[above],
                    "distance": steps,
                }
            )
            above, steps = parents[above], steps + 1
    put(store, ORG_NODE, MAY, nodes)
    put(store, ORG_PATH, MAY, paths)


@pytest.fixture
def planned(store: Store, lines: Callable[..., None]) -> Callable[..., None]:
    """Puts lines and runs them through warnings, eligibility and the plan of June."""

    def run(playbook: Playbook, *rows: Row, missing: tuple[str, ...] = ()) -> None:
        lines(*rows, missing=missing)
        detect(store, playbook, MAY)
        build_eligibility(store, playbook, MAY)
        build_plan(store, playbook, MAY)

    return run
