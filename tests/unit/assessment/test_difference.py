"""The difference between two calibres is explained row by row, and the parts sum to the whole."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest

from weixi.engine import Store
from weixi.flow.assessment import build_kpi, explain, find_calibre
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.period import Month
from weixi.playbook import Playbook

JANUARY = Month.of(2025, 1)
GONE = {"service_status": "EXITED", "exit_type": "PORTED_OUT"}
Write = Callable[..., None]


PAIRS = [
    ("dynamic_retention_rate.existing", "dynamic_retention_rate.static_value"),
    ("dynamic_retention_rate.with_new", "dynamic_retention_rate.static_in_service"),
    ("churn_rate.gross", "churn_rate.net"),
    ("churn_rate.gross", "churn_rate.monthly_mean"),
    ("warning_task_completion_rate.verified", "warning_task_completion_rate.handled"),
]


def test_the_parts_sum_to_the_difference(
    store: Store, operator: Write, outcome: Write, playbook: Playbook
) -> None:
    base = {
        key: {"unit_code": "B1" if key % 2 else "A1", "bill_fen": 9000 if key % 5 else 1000}
        for key in range(1, 41)
    }
    base[41] = GONE
    now = {key: {**row, **(GONE if key % 7 == 0 else {})} for key, row in base.items()}
    now[10] = {"bill_fen": 30000}
    now[41] = {}
    now[42] = {"open_date": date(2025, 1, 3)}
    operator(base, {JANUARY: now})
    outcome(JANUARY, {"a": {}, "b": {"is_verified": False}, "c": {"is_withdrawn": True, "node_code": "B1"}})
    build_kpi(store, playbook, JANUARY)
    for pair in PAIRS:
        first, second = (find_calibre(name) for name in pair)
        for node in ("", "P", "A", "B1"):
            found = explain(store, JANUARY, first, second, node)
            rates = [rate or Fraction(0) for rate in found.rates]
            parts = sum((part.contribution for part in found.parts), Fraction(0))
            assert parts == rates[0] - rates[1], (pair, node)
        whole = explain(store, JANUARY, first, second)
        assert whole.rates[0] != whole.rates[1], pair
        assert any(part.contribution and part.rows and part.example for part in whole.parts), pair


def test_lines_and_tasks_are_not_compared_and_a_missing_input_is_named(
    store: Store, operator: Write, playbook: Playbook
) -> None:
    operator({1: {}}, {JANUARY: {1: {}}})
    build_kpi(store, playbook, JANUARY)
    gross, verified = find_calibre("churn_rate.gross"), find_calibre("warning_task_completion_rate.verified")
    with pytest.raises(UsageError, match=r"explain\.grain"):
        explain(store, JANUARY, gross, verified)
    with pytest.raises(DataError, match=r"plan \(2025-01\)"):
        explain(store, JANUARY, verified, find_calibre("warning_task_completion_rate.retained"))
