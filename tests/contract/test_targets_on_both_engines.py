"""Targets by difficulty are the same rows on every engine; the expected ones are worked by hand."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from handmade.tables import Node, put, put_tree
from weixi.engine import Engine, Store
from weixi.flow.assessment import (
    TARGET_CELL,
    Order,
    Split,
    acknowledge,
    build_kpi,
    issue_targets,
    read_sheet,
    what_if,
)
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.cohort import build_assignment, check_tree, freeze
from weixi.flow.decision import PLAN
from weixi.flow.outcome import OUTCOME
from weixi.flow.segment import LABEL
from weixi.kernel.period import Month
from weixi.playbook import Playbook

DECEMBER, JANUARY, FEBRUARY = Month.of(2024, 12), Month.of(2025, 1), Month.of(2025, 2)
NOW = datetime(2025, 2, 1, tzinfo=UTC)
DAY = date(2025, 2, 10)
TASK = {
    "household_key": "H", "line_count": 1, "kind": "handset_lease_expiring", "task_type": "EXPIRY", "level": "RED",
    "happens_date": DAY, "task_date": DAY, "window_start_date": DAY, "window_end_date": DAY, "offer_cost_fen": 0,
    "node_code": "U1", "is_assessed": True, "is_holdout": False, "revenue_at_risk_fen": 1,
}  # fmt: skip


def fill(store: Store, playbook: Playbook) -> None:
    """Twenty lines in two units, all of U1's ten expiring; in January six of these leave and one of U2's."""
    put_tree(store, 202412, [Node("P", None, "PROVINCE"), Node("U1", "P", "UNIT"), Node("U2", "P", "UNIT")])
    for month, gone in ((DECEMBER, ()), (JANUARY, (1, 2, 3, 4, 5, 6, 11))):
        lines = [
            {
                "subscriber_id": n,
                "unit_code": "U1" if n <= 10 else "U2",
                "payment_type": "PREPAID",
                "bill_fen": 0 if n in gone else 9000,
                "service_status": "EXITED" if n in gone else "IN_SERVICE",
            }
            for n in range(1, 21)
        ]
        put(store, SUBSCRIBER_MONTH, lines, month=month.number)
    words = {"grade": "REGULAR", "band": "B80", "cluster": "GENERAL", "category": "PERSONAL"}
    labels = [
        {"subscriber_id": n, "stage": "EXPIRING" if n <= 10 else "STABLE", **words} for n in range(1, 21)
    ]
    put(store, LABEL, labels, month=DECEMBER.number)
    for month in (JANUARY, FEBRUARY):
        tasks = [
            {**TASK, "task_id": f"{month}-{n}", "subscriber_id": n, "unit_code": "U1" if n <= 10 else "U2"}
            for n in (7, 8, 12)
        ]
        put(store, PLAN, tasks, month=month.number)
    done = {"kind": TASK["kind"], "node_code": "U1", "is_assessed": True, "is_verified": True}
    outcomes = [{**done, "task_id": f"{JANUARY}-{n}", "subscriber_id": n} for n in (7, 8, 12)]
    put(store, OUTCOME, outcomes, month=JANUARY.number, note={"has_facts": False})
    freeze(store, playbook, DECEMBER)
    build_assignment(store, playbook, JANUARY)
    build_kpi(store, playbook, JANUARY)


@pytest.fixture
def store(engine: Engine, work_plan: Playbook, tmp_path: Path) -> Store:
    opened = Store(tmp_path / "home", engine)
    fill(opened, work_plan)
    return opened


def test_targets_by_difficulty(store: Store, work_plan: Playbook) -> None:
    order = Order(FEBRUARY, Split.DIFFICULTY, "t", "t", NOW, totals={"churn_rate": 7})
    assert [c.new_count for c in what_if(store, work_plan, order).changes if c.kpi == "churn_rate"] == [
        7,
        4,
        3,
    ]
    issue_targets(store, work_plan, order)
    cells = store.rows(
        "SELECT kpi, second_trait, observed_count, event_count, chance_ppm FROM cell ORDER BY kpi, second_trait",
        inputs={"cell": store.require(TARGET_CELL, month=FEBRUARY.number, version=2)},
    )
    assert [tuple(row.values()) for row in cells] == [
        ("churn_rate", "", 20, 7, 350_000),
        ("churn_rate", "EXPIRING", 10, 6, 433_333),
        ("churn_rate", "STABLE", 10, 1, 266_666),
        ("dynamic_retention_rate", "", 20, 13, 650_000),
        ("dynamic_retention_rate", "EXPIRING", 10, 4, 566_666),
        ("dynamic_retention_rate", "STABLE", 10, 9, 733_333),
        ("warning_task_completion_rate", "", 3, 3, 1_000_000),
        ("warning_task_completion_rate", "RED", 3, 3, 1_000_000),
    ]
    rows = read_sheet(store, FEBRUARY).rows
    assert [(r.kpi, r.node_code, r.size, r.target_count, r.children_count, r.weight) for r in rows] == [
        ("churn_rate", "P", 20, 7, 7, 7000),
        ("churn_rate", "U1", 10, 4, None, 4333),
        ("churn_rate", "U2", 10, 3, None, 2667),
        ("dynamic_retention_rate", "P", 20, 20, 20, 13_000),
        ("dynamic_retention_rate", "U1", 10, 9, None, 5667),
        ("dynamic_retention_rate", "U2", 10, 11, None, 7333),
        ("warning_task_completion_rate", "P", 3, 2, 2, 3000),
        ("warning_task_completion_rate", "U1", 2, 1, None, 2000),
        ("warning_task_completion_rate", "U2", 1, 1, None, 1000),
    ]
    acknowledge(store, FEBRUARY, 2, "U1", actor="李", now=NOW)
    assert set(read_sheet(store, FEBRUARY).version.acknowledged) == {"U1"}
    assert check_tree(store, JANUARY).orphan_count == 0
