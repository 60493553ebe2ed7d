"""Warned lines with their eligibility, put by hand, and a playbook of a few offers and pools."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from handmade.playbooks import SOURCE, bare_playbook, bare_warning
from handmade.tables import Node, put, put_tree, split
from weixi.engine import Engine, Store
from weixi.flow.book import FEATURE, IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.decision import build_eligibility, build_plan, eligibility_table
from weixi.flow.segment import LABEL
from weixi.flow.warning import WARNING, detect
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Condition, Level, Offer, Playbook, Pool, Reason, Silence, WarningRule

MAY = Month.of(2025, 5)
Row = Mapping[str, Any]
HASH_KEY = "ab" * 32
"""A key under which no line of these tests is drawn into the hold-out."""


def word(text: str) -> Text:
    return Text(text, text)


def warning(code: str, sql: str) -> WarningRule:
    told = word(f"{code} 余额 {{balance_fen}}")
    return bare_warning(
        code,
        sql=sql,
        happens_sql="CAST('2025-06-30' AS DATE)",
        act_before_days=10,
        levels=(Level("BLUE", "TRUE"),),
        reasons=(Reason(f"{code}_reason", "TRUE", told, frozenset({"balance_fen"})),),
    )


def offer(code: str, pool: str | None, **changes: Any) -> Offer:
    made = Offer(
        code=code,
        text=word(code),
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


@pytest.fixture
def playbook() -> Playbook:
    """Two warnings; a dear handset, a gift and care without limit."""
    return bare_playbook(
        silences=(
            Silence("port_out", word("已申请携出"), "days_since_port_out_application IS NOT NULL", SOURCE),
        ),
        warnings=(
            warning("expiring", "COALESCE(days_to_contract_end BETWEEN 0 AND 60, FALSE)"),
            warning("low_balance", "COALESCE(balance_fen < 1000, FALSE)"),
        ),
        offers=(
            offer(
                "handset",
                "devices",
                conditions=(Condition("rich", "complete_months > 0", word("无完整账期")),),
            ),
            offer("gift", "gifts"),
            offer("care", None, family="SERVICE", cost_sql="0"),
        ),
        pools=(
            Pool("devices", word("devices"), 2500, SOURCE),
            Pool("gifts", word("gifts"), 2000, SOURCE),
        ),
        assessed_sql="revenue_3m_fen >= 8000 * complete_months AND complete_months > 0",
    )


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
        tables = (WARNING, eligibility_table(playbook), ASSIGNMENT)
        for table, values in zip(tables, split(full, *tables), strict=True):
            put(store, table, values, month=MAY.number)

    return write


LINE: dict[str, Any] = {
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
TREE = (
    Node("P", None, "PROVINCE"),
    Node("C", "P", "CITY"),
    Node("Q1", "C", "COUNTY"),
    Node("U1", "Q1", "UNIT"),
    Node("O1", "U1", "OWNER"),
    Node("Q2", "C", "COUNTY"),
    Node("U2", "Q2", "UNIT"),
)


def _put_lines(store: Store, *rows: Row, missing: tuple[str, ...] = (), has_events: bool = True) -> None:
    tables = (SUBSCRIBER_MONTH, FEATURE, LABEL, ASSIGNMENT)
    notes = {
        SUBSCRIBER_MONTH: {"missing_columns": list(missing)},
        FEATURE: {"event_months": [MAY.number] if has_events else []},
    }
    for table, values in zip(tables, split([{**LINE, **row} for row in rows], *tables), strict=True):
        put(store, table, values, note=notes.get(table), month=MAY.number)
    put(store, IDENTITY, [_person(int(row["subscriber_id"])) for row in rows], month=MAY.number)
    put_tree(store, MAY.number, TREE)


def _plan(store: Store, playbook: Playbook, *rows: Row, missing: tuple[str, ...] = ()) -> None:
    _put_lines(store, *rows, missing=missing)
    detect(store, playbook, MAY)
    build_eligibility(store, playbook, MAY)
    build_plan(store, playbook, MAY)


def _person(number: int) -> Row:
    return {
        "subscriber_id": number,
        "source_key": f"USER{number:04d}",
        "msisdn": f"1300000{number:04d}",
        "name": "王小明",
    }


@pytest.fixture
def lines(store: Store) -> Callable[..., None]:
    """Puts a month of lines with everything beside them: features, labels, assignment, tree, identity."""
    return partial(_put_lines, store)


@pytest.fixture
def planned(store: Store) -> Callable[..., None]:
    """Puts lines and runs them through warnings, eligibility and the plan of June."""
    return partial(_plan, store)


@pytest.fixture(scope="module")
def june(duckdb: Engine, work_plan: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with the shipped playbook's plan of June: a lease that ends, a debtor, a quiet line, a port-out."""
    home = tmp_path_factory.mktemp("june")
    (home / "secret.key").write_text(HASH_KEY)
    made = Store(home, duckdb)
    lease = {
        "contract_kind": "HANDSET_LEASE",
        "contract_end_date": date(2025, 7, 10),
        "handset_month_count": 30,
    }
    quiet = {"contract_end_date": None, "call_count": 9, "voice_3m_seconds": 9, "data_kb": 9}
    _plan(
        made,
        work_plan,
        {"subscriber_id": 1, **quiet, **lease},
        {"subscriber_id": 2, **quiet, "arrears_fen": 99_900, "arrears_month_count": 3},
        {"subscriber_id": 3, **quiet},
        {"subscriber_id": 4, **quiet, **lease, "port_out_application_date": date(2025, 5, 20)},
    )
    return made
