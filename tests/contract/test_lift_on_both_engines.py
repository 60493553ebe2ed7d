"""The sums and the effects of lift are the same rows on every engine."""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from handmade.playbooks import bare_playbook
from handmade.tables import Node, put, put_tree
from weixi.engine import Engine, Partition, Store, columns_sql
from weixi.flow.assessment import LIFT, LIFT_SUM, build_lift
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.decision import PLAN, PLAN_LINE
from weixi.flow.outcome import FACT, OUTCOME
from weixi.flow.segment import LABEL
from weixi.kernel.period import Month
from weixi.playbook import HoldoutRule

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
    took = [k for k in keys if not held[k] and k % 3 == 0]
    agreed = {"fact_type": "AGREED", "happened_at": datetime(2025, 1, 9, 8)}
    put(store, FACT, [{"fact_id": f"f{k}", "task_id": f"t{k}", **agreed} for k in took], month=202501)
    return store


@pytest.mark.spark
def test_lift_has_the_same_rows(duckdb: Engine, spark: Engine, tmp_path: Path) -> None:
    playbook = bare_playbook(holdouts=(HoldoutRule("all", "TRUE", SHARE),))
    found = []
    for engine in (duckdb, spark):
        store = filled(tmp_path / engine.name, engine)
        build_lift(store, playbook, JANUARY)
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
    assert sum(row["household_count"] for row in sums) == HOUSEHOLDS


def _rows(store: Store, part: Partition) -> list[dict[str, object]]:
    """Every column of every row, in the order of the key."""
    text = f"SELECT {columns_sql(part.table)} FROM part ORDER BY {', '.join(part.table.key)}"
    return store.rows(text, inputs={"part": part})
