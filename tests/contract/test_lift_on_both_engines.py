"""The sums and the effects of lift are the same rows on every engine."""

import hashlib
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from handmade.playbooks import SOURCE, bare_playbook
from handmade.tables import Node, put, put_tree
from weixi.engine import Engine, Partition, Store, columns_sql
from weixi.flow.assessment import LIFT, LIFT_SUM, LiftOutcome, build_lift
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.decision import PLAN, PLAN_LINE
from weixi.flow.outcome import FACT, OUTCOME
from weixi.flow.run import open_playbook
from weixi.flow.score import VALUE_SCORE
from weixi.flow.segment import LABEL
from weixi.kernel.period import Month
from weixi.playbook import ContactCost, ContactCosts, HoldoutRule, Valuation

BASE, JANUARY = Month.of(2024, 12), Month.of(2025, 1)
HOUSEHOLDS, SHARE = 120, Decimal("0.4")
TASK = {
    "line_count": 1,
    "kind": "contract_expiring",
    "task_type": "BALANCE",
    "happens_date": date(2025, 1, 20),
    "task_date": date(2025, 1, 10),
    "window_start_date": date(2025, 1, 1),
    "window_end_date": date(2025, 1, 31),
    "offer_cost_fen": 700,
    "unit_code": "U",
    "node_code": "U",
}
LABELLED = {"grade": "REGULAR", "band": "M", "stage": "STABLE", "cluster": "GENERAL", "category": "PERSONAL"}


def filled(home: Path, engine: Engine) -> Store:
    """Households of one line each, in the arm of their draw; who leaves and who is billed what follows the number."""
    home.mkdir()
    (home / "secret.key").write_text("0123456789abcdefABCDEF", encoding="ascii")
    store = Store(home, engine)
    put_tree(store, 202412, [Node("P", None, "PROVINCE"), Node("C", "P", "COUNTY"), Node("U", "C", "UNIT")])
    cut = f"{int(SHARE * 2**32):08x}"
    keys = range(1, HOUSEHOLDS + 1)
    held = {k: hashlib.sha256(f"{store.hash_key}:holdout:H{k}".encode()).hexdigest()[:8] < cut for k in keys}
    assert 10 < sum(held.values()) < HOUSEHOLDS - 10
    put(store, SUBSCRIBER_MONTH, [{"subscriber_id": k, "bill_fen": 5_000} for k in keys], month=202412)
    gone = [
        {"service_status": "EXITED", "exit_type": "PORTED_OUT"} if k % (5 + held[k]) == 0 else {}
        for k in keys
    ]
    after = [{"subscriber_id": k, "bill_fen": 4_000 + 37 * k, **gone[k - 1]} for k in keys]
    put(store, SUBSCRIBER_MONTH, after, month=202501)
    put(store, FEATURE, [{"subscriber_id": k, "complete_months": 3} for k in keys], month=202412)
    put(store, LABEL, [{"subscriber_id": k, **LABELLED} for k in keys], month=202412)
    plan = [
        {
            **TASK,
            "task_id": f"t{k}",
            "subscriber_id": k,
            "household_key": f"H{k}",
            "is_holdout": held[k],
            "level": ("RED", "YELLOW", "BLUE")[k % 3],
            "revenue_at_risk_fen": 10_000 + 91 * k,
            "offer_code": ("device", "gift", "unknown")[k % 3],
        }
        for k in keys
    ]
    put(store, PLAN, plan, month=202501)
    listed = {"kind": TASK["kind"], "happens_date": TASK["happens_date"]}
    lines = [{"subscriber_id": k, "task_id": f"t{k}", **listed} for k in keys]
    put(store, PLAN_LINE, lines, month=202501)
    outcome = [
        {
            "task_id": f"t{k}", "subscriber_id": k, "kind": TASK["kind"], "node_code": "U", "is_holdout": held[k],
            "is_contacted": not held[k], "is_verified": k % 4 == 0, "is_retained": not gone[k - 1],
        }
        for k in keys
    ]  # fmt: skip
    put(store, OUTCOME, outcome, month=202501)
    put(store, VALUE_SCORE, [worth(k) for k in keys if not gone[k - 1]], month=202501)
    facts = [
        {
            "fact_id": f"{k}-{at}",
            "task_id": f"t{k}",
            "fact_type": kind,
            "channel": channel,
            "happened_at": datetime(2025, 1, day, 8),
        }
        for k in keys
        if not held[k]
        for at, (kind, channel, day) in enumerate(DIARIES[k % len(DIARIES)])
    ]
    put(store, FACT, facts, month=202501)
    return store


def worth(k: int) -> dict[str, object]:
    """The value of the k-th line; every seventh has no complete month."""
    return {
        "subscriber_id": k,
        "stratum": "s",
        "expected_months_12_milli": 11_000,
        "remaining_life_milli": 20_000 + 31 * k,
        "expected_margin_12_fen": None if k % 7 == 0 else 9_000 + 13 * k,
    }


DIARIES = (
    (("ATTEMPTED", "PHONE", 3), ("ATTEMPTED", "PHONE", 3), ("REACHED", "PHONE", 4), ("AGREED", "PHONE", 4)),
    (("ATTEMPTED", "SMS", 5), ("AGREED", "VISIT", 6)),
    (("REACHED", "PHONE", 3), ("REACHED", "PHONE", 9), ("REFUSED", "PHONE", 9)),
    (("ATTEMPTED", None, 3), ("TICKED", None, 3)),
    (),
)
"""What the desk did with a task: an answer noted with its contact, or alone; two conversations; a channel not noted."""

CONTACTS = (3, 2, 2, 1, 0)
PRICES = (2 * 125 + 665, 5 + 5_000, 2 * 665, 125, 0)
"""How many contacts each diary holds, and what they cost in fen, counted by hand."""

PRICED = ContactCosts(
    {
        "PHONE": ContactCost(125, 665),
        "SMS": ContactCost(5, 5),
        "APP": ContactCost(0, 0),
        "WECHAT": ContactCost(0, 0),
        "OUTLET": ContactCost(0, 830),
        "VISIT": ContactCost(5_000, 5_000),
        "SOCIAL": ContactCost(85, 415),
    },
    SOURCE,
)
SHIPPED = {offer.family: offer for offer in open_playbook().offers}
OFFERS = (
    replace(SHIPPED["DEVICE_OFFER"], code="device", commission_existing_fen=900),
    replace(SHIPPED["AIRTIME_CREDIT"], code="gift", commission_existing_fen=300),
)
VALUED = Valuation(60, {"MOBILE_MAIN": Decimal("0.45")}, SOURCE)
PLAYBOOK = bare_playbook(
    holdouts=(HoldoutRule("all", "TRUE", SHARE),), offers=OFFERS, contact_cost=PRICED, value=VALUED
)


@pytest.mark.req("T14")
def test_what_was_spent_is_counted_contact_by_contact(duckdb: Engine, tmp_path: Path) -> None:
    store = filled(tmp_path / "home", duckdb)
    build_lift(store, PLAYBOOK, JANUARY)
    kept = store.require(LIFT_SUM, month=202501, horizon=1)
    arms = {row["is_holdout"]: row for row in _rows(store, kept)}
    treated = [
        row["subscriber_id"]
        for row in _rows(store, store.require(PLAN, month=202501))
        if not row["is_holdout"]
    ]
    agreed = [k for k in treated if k % len(DIARIES) in (0, 1)]
    commission = (900, 300, 0)
    expected = {
        "taker_count": len(agreed),
        "offer_cost_fen": 700 * len(agreed),
        "handset_cost_fen": 700 * sum(k % 3 == 0 for k in agreed),
        "commission_fen": sum(commission[k % 3] for k in agreed),
        "contact_count": sum(CONTACTS[k % len(DIARIES)] for k in treated),
        "contact_cost_fen": sum(PRICES[k % len(DIARIES)] for k in treated),
    }
    assert {name: arms[False][name] for name in expected} == expected
    assert {arms[True][name] for name in expected} == {0}
    bills = {row["subscriber_id"]: row["bill_fen"] for row in _rows(store, _book(store))}
    paid = expected["offer_cost_fen"] + expected["commission_fen"] + expected["contact_cost_fen"]
    assert arms[False]["net_sum"] == sum(bills[k] for k in treated) - paid
    assert arms[False]["margin_sum"] == sum(bills[k] * 45 // 100 for k in treated)
    scored = {row["subscriber_id"]: row for row in _rows(store, store.require(VALUE_SCORE, month=202501))}
    assert 0 < len(set(treated) - set(scored)) < len(treated)
    lives = sum(scored[k]["remaining_life_milli"] for k in treated if k in scored)
    assert arms[False]["life_sum"] == lives
    assert arms[False]["span_sum"] == lives + 1_000 * sum(k in scored for k in treated)
    worths = [scored[k]["expected_margin_12_fen"] or 0 for k in treated if k in scored]
    assert arms[False]["value_sum"] == sum(worths)


def _book(store: Store) -> Partition:
    return store.require(SUBSCRIBER_MONTH, month=202501)


@pytest.mark.spark
def test_lift_has_the_same_rows(duckdb: Engine, spark: Engine, tmp_path: Path) -> None:
    found = []
    for engine in (duckdb, spark):
        store = filled(tmp_path / engine.name, engine)
        build_lift(store, PLAYBOOK, JANUARY)
        parts = (store.require(LIFT, month=202501), store.require(LIFT_SUM, month=202501, horizon=1))
        found.append([_rows(store, part) for part in parts])
    assert found[0] == found[1]
    effects, sums = found[0]
    whole = next(
        row for row in effects if row["outcome"] == "RETAINED" and not row["kind"] and not row["county_code"]
    )
    assert whole["held_count"] + whole["treated_count"] == HOUSEHOLDS
    assert whole["effect"] is not None
    assert whole["taker_count"] > 10
    assert {row["outcome"] for row in effects} == {outcome.value for outcome in LiftOutcome}
    assert sum(row["household_count"] for row in sums) == HOUSEHOLDS


def _rows(store: Store, part: Partition) -> list[dict[str, object]]:
    """Every column of every row, in the order of the key."""
    text = f"SELECT {columns_sql(part.table)} FROM part ORDER BY {', '.join(part.table.key)}"
    return store.rows(text, inputs={"part": part})
