"""Outcomes, KPIs, scorecard and explanation are the same rows on every engine; the expected ones are worked by hand."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pyarrow as pa
import pytest

from handmade.tables import Node, put, put_tree
from weixi.engine import Engine, Store
from weixi.flow.assessment import (
    KPI,
    LISTED,
    SCORECARD,
    audit,
    build_kpi,
    build_league,
    build_scorecard,
    count_ports,
    decide_appeal,
    enter_official_list,
    explain,
    explain_subscribers,
    file_appeal,
    find_calibre,
    list_misses,
    list_near,
    read_statement,
    reconcile,
)
from weixi.flow.book import EVENT, IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.cohort import build_assignment, freeze
from weixi.flow.decision import PLAN
from weixi.flow.outcome import FACT, OUTCOME, attribute
from weixi.flow.segment import LABEL
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel
from weixi.playbook import Playbook

BASE, JANUARY = Month.of(2024, 12), Month.of(2025, 1)
LINE = {
    "payment_type": "PREPAID",
    "bill_fen": 9000,
    "unit_code": "U",
}
TASK = {
    "household_key": "H",
    "line_count": 1,
    "kind": "prepaid_balance_running_out",
    "task_type": "BALANCE",
    "level": "RED",
    "happens_date": date(2025, 1, 20),
    "task_date": date(2025, 1, 10),
    "window_start_date": date(2025, 1, 1),
    "window_end_date": date(2025, 1, 31),
    "offer_cost_fen": 0,
    "unit_code": "U",
    "node_code": "U",
    "is_assessed": True,
    "is_holdout": False,
    "revenue_at_risk_fen": 9000,
}


@pytest.fixture(scope="module")
def store(engine: Engine, work_plan: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Store:
    opened = Store(tmp_path_factory.mktemp(engine.name), engine)
    fill(opened)
    freeze(opened, work_plan, BASE)
    build_assignment(opened, work_plan, JANUARY)
    attribute(opened, work_plan, JANUARY)
    build_kpi(opened, work_plan, JANUARY)
    build_scorecard(opened, work_plan, JANUARY)
    return opened


def fill(store: Store) -> None:
    """Four lines in service on date 0, one of them below 80; in January one is ported out, one rises, one is new."""
    put_tree(store, 202412, [Node("P", None, "PROVINCE"), Node("U", "P", "UNIT")])
    december = {1: {}, 2: {}, 3: {}, 4: {"bill_fen": 100}}
    january = {
        1: {},
        2: {"service_status": "EXITED", "exit_type": "PORTED_OUT", "bill_fen": 0},
        3: {"bill_fen": 10_000},
        4: {"bill_fen": 30_000},
        5: {"open_date": date(2025, 1, 7)},
    }
    for month, rows in ((202412, december), (202501, january)):
        lines = [{**LINE, "subscriber_id": key, **row} for key, row in rows.items()]
        put(store, SUBSCRIBER_MONTH, lines, month=month)
    put(
        store, PLAN, [{**TASK, "task_id": f"t{key}", "subscriber_id": key} for key in (1, 2, 3)], month=202501
    )
    event = {"event_type": "RECHARGE", "happened_at": datetime(2025, 1, 9, 16)}
    days = {1: date(2025, 1, 30), 2: date(2025, 1, 10), 3: date(2025, 1, 31)}
    put(
        store,
        EVENT,
        [
            {**event, "event_id": key, "subscriber_id": key, "event_date": day, "amount_fen": 5000}
            for key, day in days.items()
        ],
        month=202501,
    )
    ticks = {"t1": datetime(2025, 1, 30, 15, 59, 59), "t3": datetime(2025, 1, 30, 16)}
    put(
        store,
        FACT,
        [
            {"fact_id": f"f-{task}", "task_id": task, "fact_type": "TICKED", "happened_at": at}
            for task, at in ticks.items()
        ],
        month=202501,
    )


def test_outcomes(store: Store) -> None:
    found = store.rows(
        "SELECT task_id, is_verified, is_handled, is_retained FROM outcome ORDER BY task_id",
        inputs={"outcome": store.require(OUTCOME, month=202501)},
    )
    assert [tuple(row.values()) for row in found] == [
        ("t1", True, True, True),
        ("t2", False, False, False),
        ("t3", False, False, True),
    ]


def test_kpis(store: Store) -> None:
    found = store.rows(
        "SELECT calibre, numerator, denominator FROM kpi WHERE node_code = 'P'",
        inputs={"kpi": store.require(KPI, month=202501)},
    )
    values = {row["calibre"].removesuffix("@1"): (row["numerator"], row["denominator"]) for row in found}
    expected = {
        "dynamic_retention_rate.existing": (3, 3),
        "dynamic_retention_rate.with_new": (3, 3),
        "dynamic_retention_rate.exits_ported_out": (1, 3),
        "dynamic_retention_rate.rose": (1, 3),
        "dynamic_retention_rate.rolling": (2, 3),
        "churn_rate.gross": (1, 4),
        "churn_rate.net": (1, 4),
        "churn_rate.monthly_mean": (2, 8),
        "churn_rate.monthly_average": (1, 4),
        "churn_rate.prepaid": (1, 4),
        "churn_rate.new_lines": (0, 1),
        "warning_task_completion_rate.verified": (1, 3),
        "warning_task_completion_rate.handled": (1, 3),
        "warning_task_completion_rate.cured_without_contact": (1, 3),
        "revenue_retention_rate.base": (19_000, 27_000),
    }
    assert {code: values[code] for code in expected} == expected


def test_scorecard(store: Store) -> None:
    found = store.rows(
        "SELECT kpi, rate, target_rate, gap_count, light, rank FROM card WHERE node_code = 'P' ORDER BY kpi",
        inputs={"card": store.require(SCORECARD, month=202501)},
    )
    assert [tuple(row.values()) for row in found] == [
        ("churn_rate", 0.25, 0.025, 1, "RED", 1),
        ("dynamic_retention_rate", 1.0, 1.0, 0, "GREEN", 1),
        ("warning_task_completion_rate", 1 / 3, 0.35, 1, "RED", 1),
    ]


def test_explanation(store: Store) -> None:
    pair = (
        find_calibre("dynamic_retention_rate.existing"),
        find_calibre("dynamic_retention_rate.static_value"),
    )
    found = explain(store, JANUARY, *pair, "U")
    assert [(part.rows, part.example) for part in found.parts if part.contribution] == [(1, "4")]


def test_explanation_by_subscriber(store: Store) -> None:
    pair = (
        find_calibre("dynamic_retention_rate.existing"),
        find_calibre("dynamic_retention_rate.static_value"),
    )
    found = explain_subscribers(store, JANUARY, *pair)
    assert found.summed == found.difference == Fraction(1, 3)
    rows = found.listing.table.to_pylist()
    assert [(row["subscriber_id"], row["share"]) for row in rows] == [(4, 1), (1, 0), (2, 0), (3, 0)]


def test_lists_leagues_and_checks(store: Store) -> None:
    existing = find_calibre("dynamic_retention_rate.existing")
    put(
        store,
        LABEL,
        [
            {
                "subscriber_id": key,
                "grade": "REGULAR",
                "band": "M",
                "stage": "STABLE",
                "cluster": "GENERAL",
                "category": "PERSONAL",
            }
            for key in (1, 2, 3, 4)
        ],
        month=202412,
    )
    assert list_misses(store, JANUARY, existing).by_reason == {"PORTED_OUT": 1}
    near = list_near(store, JANUARY, "churn_rate", OrgLevel.UNIT)
    assert [(node.node_code, node.gap_count, node.risk_count) for node in near.nodes] == [
        ("P", 1, 0),
        ("U", 1, 0),
    ]
    assert len(list_near(store, JANUARY, "dynamic_retention_rate", OrgLevel.UNIT).listing) == 0
    league = build_league(store, JANUARY, existing, OrgLevel.UNIT, highest_first=True)
    assert [(each.expected, each.adjusted) for each in league.standings] == [(3, 1)]
    assert [(c.node_code, c.out_month, c.out_year) for c in count_ports(store, JANUARY, OrgLevel.UNIT)] == [
        ("P", 1, 1),
        ("U", 1, 1),
    ]
    counts = {
        each.check.value: None if each.listing is None else len(each.listing)
        for each in audit(store, JANUARY)
    }
    # Line 5 is new and its use is not known: no use is on record.
    assert counts == {"LATE_RECHARGE": 0, "IDLE_CARD": 1, "REJOINED": 0, "EMPTY_TICK": 1, "SAME_DEVICE": None}


def test_disputes(store: Store) -> None:
    existing, now = find_calibre("dynamic_retention_rate.existing"), datetime(2025, 2, 3, tzinfo=UTC)
    put(
        store,
        IDENTITY,
        [{"subscriber_id": key, "source_key": f"u{key}"} for key in (1, 2, 3, 5)],
        month=202412,
    )
    names = [column.name for column in LISTED.columns]
    listed = [(1, "u1", True, True), (2, "u2", False, True), (3, "u5", True, False), (4, "?", True, True)]
    rows = [dict(zip(names, row, strict=True)) for row in listed]
    enter_official_list(store, JANUARY, existing.kpi, pa.Table.from_pylist(rows))
    found = reconcile(store, JANUARY, existing)
    assert found is not None
    assert (found.ours, found.listed, found.summed) == (Fraction(1), Fraction(1), Fraction(0))
    assert sorted((g.side.value, g.rows) for g in found.groups) == [
        ("ALIKE", 1),
        ("ALIKE", 1),
        ("OURS_ONLY", 1),
        ("OURS_ONLY", 1),
        ("THEIRS_ONLY", 1),
        ("THEIRS_ONLY", 1),
    ]
    file_appeal(store, JANUARY, [2], node_code="U", evidence="t", actor="u", now=now)
    decide_appeal(store, JANUARY, 1, accept=True, why="t", actor="p", now=now)
    statement = read_statement(store, JANUARY)
    assert statement.corrected is not None
    value = statement.corrected[existing.id, "P"]
    assert (value.numerator, value.denominator) == (3, 2)
