"""A random operator of six months: lines that leave, come back and miss months, tasks, events, facts."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from handmade.tables import Node, put, put_tree
from oracle.kpi import month_plus
from weixi.engine import Store
from weixi.flow.book import EVENT, SUBSCRIBER_MONTH
from weixi.flow.cohort import build_assignment, freeze
from weixi.flow.decision import PLAN
from weixi.flow.outcome import FACT, attribute
from weixi.kernel.period import Month
from weixi.kernel.terms import ContractKind, EventType, ExitType, FactType
from weixi.playbook import Playbook

MONTHS = [month_plus(202410, k) for k in range(6)]  # October to March
BASE, MARCH = Month.of(2024, 12), Month.of(2025, 3)
TREE = (
    Node("P", None, "PROVINCE"),
    Node("C", "P", "CITY"),
    Node("A", "C", "COUNTY"),
    Node("B", "C", "COUNTY"),
    Node("A1", "A", "UNIT"),
    Node("B1", "B", "UNIT"),
    Node("B2", "B", "UNIT"),
    Node("A1X", "A1", "OWNER"),
    Node("A1Y", "A1", "OWNER"),
    Node("B1X", "B1", "OWNER"),
)
STATES = ["IN_SERVICE"] * 12 + ["ONE_WAY_STOPPED", "SUSPENDED", "PENDING_CANCEL", *["EXITED"] * 4]


def line(draw: Random, subscriber: int, month: int) -> dict[str, Any] | None:
    """One random row; some lines miss months, lack dates, leave, come back, change their use."""
    own = Random(subscriber)
    if draw.random() < 0.05:
        return None
    opened = date(2023, 1, 1) + timedelta(days=own.randrange(900))
    if opened > date(month // 100, month % 100, 28):
        return None
    status = draw.choice(STATES)
    gone = status == "EXITED"
    return {
        "month": month,
        "subscriber_id": subscriber,
        "line_type": own.choice(["MOBILE_MAIN"] * 8 + ["MOBILE_SECONDARY", "BROADBAND"]),
        "line_use": draw.choice(["COMMERCIAL"] * 30 + ["STAFF"]),
        "service_status": "PROSPECT" if draw.random() < 0.02 else status,
        "exit_type": draw.choice([*ExitType, None]) if gone else None,
        "is_carried": gone and draw.random() < 0.5,
        "open_date": opened if own.random() < 0.85 else None,
        "payment_type": draw.choice(["PREPAID", "POSTPAID", None]),
        "customer_kind": draw.choice(["PUBLIC", "ENTERPRISE", None]),
        "contract_kind": draw.choice([*ContractKind, None]),
        "unit_code": draw.choice(["A1", "A1", "B1", "B2", "nowhere", None]),
        "owner_code": own.choice(["A1X", "A1Y", "B1X", None]),
        "bill_fen": 0 if gone else draw.choice([None, 0, 7_000, 7_999, 8_000, 8_001, 9_000, 20_000]),
        "suspect_level": draw.choice([0] * 40 + [1, 2, None]),
        "arrears_fen": draw.choice([0, 0, 100, 200, None]),
        "call_count": draw.choice([0, 10, 12, 100, None]),
        "data_kb": draw.choice([0, 1_000, 1_200, None]),
        "sms_count": draw.choice([0, 1]),
        "has_open_complaint": draw.choice([True, False, None]),
        **{
            name: draw.choice([None, date(2025, 3, 1), date(2025, 9, 1), date(2026, 9, 1)])
            for name in ("contract_end_date", "subsidy_end_date", "broadband_end_date")
        },
    }


def fill(store: Store, draw: Random, kinds: Sequence[str], lines: int) -> None:
    put_tree(store, MONTHS[0], TREE)
    for month in MONTHS:
        rows = [
            row for subscriber in range(1, lines + 1) if (row := line(draw, subscriber, month)) is not None
        ]
        put(store, SUBSCRIBER_MONTH, rows, month=month)
    tasks = []
    for subscriber in range(1, lines + 1, 2):
        start = date(2025, 3, 1) + timedelta(days=draw.randrange(5))
        kind = draw.choice(list(kinds))
        tasks.append(
            {
                "task_id": f"202503-{subscriber}-{kind}",
                "subscriber_id": subscriber,
                "household_key": f"S{subscriber}",
                "line_count": 1,
                "kind": kind,
                "task_type": "WARNING",
                "level": "RED",
                "happens_date": start,
                "task_date": start,
                "window_start_date": start,
                "window_end_date": start + timedelta(days=draw.randrange(1, 45)),
                "offer_cost_fen": 0,
                "unit_code": "A1",
                "node_code": draw.choice(["A1X", "A1Y", "B1X", "B2", "left the tree"]),
                "is_assessed": draw.random() < 0.8,
                "is_holdout": draw.random() < 0.15,
                "withdrawn_rule": "port_out_application" if draw.random() < 0.1 else None,
                "revenue_at_risk_fen": 1,
            }
        )
    put(store, PLAN, tasks, month=202503)
    for month in (202503, 202504):
        events = []
        for key in range(lines * 4):
            day = date(month // 100, month % 100, draw.randrange(1, 29))
            events.append(
                {
                    "month": month,
                    "event_id": key,
                    "subscriber_id": draw.randrange(1, lines + 1),
                    "event_type": draw.choice(list(EventType)),
                    "happened_at": datetime(day.year, day.month, day.day, 5),
                    "event_date": day,
                    "amount_fen": draw.choice([None, 1_000, 2_500, 5_000]),
                }
            )
        put(store, EVENT, events, month=month)
        facts = [
            {
                "fact_id": f"{month}-{key}",
                "task_id": draw.choice(tasks)["task_id"],
                "fact_type": draw.choice(list(FactType)),
                "happened_at": datetime(month // 100, month % 100, 1)
                + timedelta(minutes=draw.randrange(30 * 24 * 60)),
            }
            for key in range(lines)
        ]
        put(store, FACT, facts, month=month)


def assess_inputs(store: Store, playbook: Playbook, seed: int, lines: int) -> None:
    """The operator of that seed in an empty store, up to the outcomes of March."""
    fill(store, Random(seed), [rule.code for rule in playbook.warnings], lines=lines)
    build_assignment(store, playbook, BASE)
    freeze(store, playbook, BASE)
    build_assignment(store, playbook, MARCH)
    attribute(store, playbook, MARCH)
