"""A hand-made operator over some months: its tree, its lines, its tasks, and a playbook that assesses."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from handmade.playbooks import SOURCE, WORDS, bare_playbook
from handmade.tables import Node, put_tree
from weixi.engine import Partition, Store
from weixi.flow.assessment import KPI, build_kpi
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.cohort import build_assignment, freeze
from weixi.flow.outcome import OUTCOME
from weixi.kernel.period import Month
from weixi.playbook import CohortRule, KpiTarget, Playbook

BASE = Month.of(2024, 12)
TREE = (
    Node("P", None, "PROVINCE"),
    Node("C", "P", "CITY"),
    Node("A", "C", "COUNTY"),
    Node("B", "C", "COUNTY"),
    Node("A1", "A", "UNIT"),
    Node("B1", "B", "UNIT"),
    Node("A1X", "A1", "OWNER"),
    Node("A1Y", "A1", "OWNER"),
)
HIGH = "is_billed AND complete_months > 0 AND revenue_3m_fen >= 8000 * complete_months"
Rows = Mapping[int, Mapping[str, Any]]


@pytest.fixture
def tree(store: Store) -> None:
    """Province P, city C, counties A and B, a unit in each, two owners in A's."""
    put_tree(store, BASE.number, TREE)


@pytest.fixture
def lines(put: Callable[..., Partition]) -> Callable[..., None]:
    """Writes one month: subscriber id → the columns that differ from an ordinary line's of ¥90 in unit A1."""

    def write(month: Month, rows: Rows, missing: Sequence[str] = ()) -> None:
        ordinary = {
            "payment_type": "PREPAID",
            "customer_kind": "PUBLIC",
            "contract_kind": "NONE",
            "bill_fen": 9000,
            "unit_code": "A1",
            "suspect_level": 0,
        }
        lacking = dict.fromkeys(missing)
        values = [{**ordinary, "subscriber_id": key, **row, **lacking} for key, row in rows.items()]
        put(SUBSCRIBER_MONTH, values, month=month.number, note={"missing_columns": list(missing)})

    return write


@pytest.fixture
def playbook() -> Playbook:
    """The three assessed KPIs, churn with a ceiling of 7.5 % a quarter."""
    return bare_playbook(
        cohorts=(
            CohortRule("network", WORDS, "is_counted AND is_in_service", SOURCE),
            CohortRule(
                "arpu80",
                WORDS,
                f"is_counted AND is_in_service AND {HIGH}",
                SOURCE,
                frozenset({"is_counted", "is_in_service", "is_billed", "revenue_3m_fen", "complete_months"}),
            ),
        ),
        attachments=("attachment",),
        kpis=(
            KpiTarget(
                "warning_task_completion_rate", "verified", WORDS, Decimal("0.35"), "AT_LEAST", None, SOURCE
            ),
            KpiTarget("dynamic_retention_rate", "existing", WORDS, Decimal("1"), "AT_LEAST", None, SOURCE),
            KpiTarget("churn_rate", "gross", WORDS, Decimal("0.075"), "AT_MOST", "QUARTER", SOURCE),
        ),
        assessed_sql=HIGH,
    )


@pytest.fixture
def operator(store: Store, tree: None, lines: Callable[..., None], playbook: Playbook) -> Callable[..., None]:
    """Writes the base month, freezes it, then writes and assigns the months after; month → rows."""

    def write(
        base: Rows, months: Mapping[Month, Rows], missing: Mapping[Month, Sequence[str]] | None = None
    ) -> None:
        lacks = missing or {}
        lines(BASE, base, lacks.get(BASE, ()))
        freeze(store, playbook, BASE)
        for month, rows in months.items():
            lines(month, rows, lacks.get(month, ()))
            build_assignment(store, playbook, month)

    return write


@pytest.fixture
def outcome(put: Callable[..., Partition]) -> Callable[..., None]:
    """Writes the outcomes of one month: task id → what differs from a verified, contacted, assessed task of A1X."""

    def write(
        month: Month,
        tasks: Mapping[str, Mapping[str, Any]],
        *,
        has_facts: bool = True,
        left_out: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        ordinary = {
            "subscriber_id": 1,
            "kind": "run_out",
            "node_code": "A1X",
            "is_assessed": True,
            "is_holdout": False,
            "is_withdrawn": False,
            "is_handled": True,
            "is_reached": True,
            "is_verified": True,
            "is_contacted": True,
            "is_retained": True,
        }
        rows = [{**ordinary, "task_id": task, **row} for task, row in tasks.items()]
        put(OUTCOME, rows, month=month.number, note={"has_facts": has_facts, "left_out": left_out or {}})

    return write


@pytest.fixture
def value(store: Store, playbook: Playbook) -> Callable[..., tuple[int, int] | None]:
    """Gives (numerator, denominator) of a month's KPI at one node, computed where need be; None: not computable."""

    def read(month: Month, calibre: str, node: str = "P") -> tuple[int, int] | None:
        found = store.rows(
            "SELECT numerator, denominator FROM kpi WHERE calibre = $calibre AND node_code = $node",
            inputs={"kpi": store.current(KPI, month=month.number) or build_kpi(store, playbook, month)},
            parameters={"calibre": f"{calibre}@1", "node": node},
        )
        return (found[0]["numerator"], found[0]["denominator"]) if found else None

    return read
