"""The shipped work plan's own warnings, each on a line that it is meant for and on one that it is not."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from weixi.engine import Store
from weixi.flow.warning import WARNING, detect
from weixi.kernel.period import Month
from weixi.playbook import Playbook

MAY = Month.of(2025, 5)
IN_USE: dict[str, Any] = {"call_count": 30, "voice_3m_seconds": 900, "data_kb": 5, "recharge_3m_fen": 1}
Kinds = Callable[..., list[str | None]]


@pytest.fixture
def kinds(store: Store, work_plan: Playbook, lines: Callable[..., None]) -> Kinds:
    """Writes rows and gives the warnings of each, None where there is none."""

    def detected(*rows: dict[str, Any]) -> list[str | None]:
        lines(*({**IN_USE, **row, "subscriber_id": k} for k, row in enumerate(rows)))
        found = detect(store, work_plan, MAY)
        assert found.manifest.note["not_computable"] == {}
        given = {
            row["subscriber_id"]: row["kinds"]
            for row in store.rows(f"SELECT {', '.join(WARNING.types)} FROM w", inputs={"w": found})
        }
        return [given.get(k) for k in range(len(rows))]

    return detected


@pytest.mark.req("M8")
def test_a_prepaid_balance_that_runs_out_within_a_month(kinds: Kinds) -> None:
    # 300 yuan in three complete months: ten thousand fen in thirty days.
    assert kinds(
        {"balance_fen": 10_000},
        {"balance_fen": 10_334},
        {"balance_fen": 10_000, "payment_type": "POSTPAID"},
        {"balance_fen": -1},
    ) == ["prepaid_balance_running_out", None, None, "prepaid_balance_running_out"]


@pytest.mark.req("M9", "M10", "X3")
@pytest.mark.parametrize(
    ("column", "kind", "extra"),
    [
        ("contract_end_date", "handset_lease_expiring", {"contract_kind": "HANDSET_LEASE"}),
        ("contract_end_date", "contract_expiring", {"contract_kind": "PLAN_COMMITMENT"}),
        ("subsidy_end_date", "subsidy_expiring", {"subsidy_release_fen": 500}),
        ("broadband_end_date", "broadband_expiring", {}),
    ],
)
def test_a_clock_that_ends_soon(kinds: Kinds, column: str, kind: str, extra: dict[str, Any]) -> None:
    days = [date(2025, 6, 12), date(2025, 12, 31), date(2025, 5, 30), None]
    rows = [{**extra, column: day} for day in days]
    assert kinds(*rows) == [kind, None, None, None]


@pytest.mark.req("X2")
def test_a_port_out_query_leads_whatever_else_holds(kinds: Kinds) -> None:
    assert kinds({"port_out_query_count": 1, "balance_fen": 1}, {"has_open_complaint": True}) == [
        "port_out_query,prepaid_balance_running_out",
        "complaint",
    ]
