"""Hand-made plans, facts, events and book months, and a playbook with three success tests."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from handmade.playbooks import WORDS, bare_playbook, bare_warning
from weixi.engine import Partition
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.decision import PLAN
from weixi.playbook import Condition, Playbook, WarningRule

Put = Callable[..., Partition]


@pytest.fixture
def line(put: Put) -> Callable[..., None]:
    """Writes one month of the book: subscriber id → the columns that differ from an ordinary line's."""

    def write(month: int, rows: Mapping[int, Mapping[str, Any]], missing: Sequence[str] = ()) -> None:
        ordinary = {"balance_fen": 0, "arrears_fen": 0, "call_count": 0, "bill_fen": 9000}
        put(
            SUBSCRIBER_MONTH,
            [{**ordinary, "subscriber_id": key, **row} for key, row in rows.items()],
            month=month,
            note={"missing_columns": list(missing)},
        )

    return write


@pytest.fixture
def plan(put: Put) -> Callable[..., None]:
    """Writes the plan of June 2025: task id → (line, warning), and what differs from an ordinary task."""

    def write(tasks: Mapping[str, tuple[int, str]], **other: Any) -> None:
        ordinary = {
            "household_key": "H1",
            "line_count": 1,
            "task_type": "WARNING",
            "level": "RED",
            "happens_date": date(2025, 6, 20),
            "task_date": date(2025, 6, 5),
            "window_start_date": date(2025, 6, 5),
            "window_end_date": date(2025, 6, 20),
            "offer_cost_fen": 0,
            "unit_code": "U1",
            "node_code": "O1",
            "is_assessed": True,
            "is_holdout": False,
            "revenue_at_risk_fen": 27000,
        }
        rows = [
            {**ordinary, "task_id": task, "subscriber_id": subscriber, "kind": kind, **other.get(task, {})}
            for task, (subscriber, kind) in tasks.items()
        ]
        put(PLAN, rows, month=202506)

    return write


def warning(code: str, sql: str, *columns: str, assessed: bool = True) -> WarningRule:
    """A warning of which only the success test matters here."""
    success = Condition(code, sql, WORDS, frozenset(columns))
    return bare_warning(code, success=success, window_days=15, assessed=assessed)


@pytest.fixture
def playbook() -> Playbook:
    """Deposit, cured arrears (state and payment), usage back; and a care kind that is not assessed."""
    return bare_playbook(
        warnings=(
            warning("run_out", "recharge_fen >= 5000", "recharge_fen"),
            warning(
                "arrears",
                "COALESCE(now_arrears_fen = 0, FALSE) AND payment_count > 0",
                "now_arrears_fen",
                "payment_count",
            ),
            warning(
                "silent",
                "COALESCE(was_call_count = 0 AND now_call_count > 0, FALSE)",
                "was_call_count",
                "now_call_count",
            ),
            warning("care", "now_is_in_service", "now_is_in_service", assessed=False),
        )
    )
