"""Hand-made labelled lines of one month, and warnings over them."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from handmade.playbooks import bare_playbook, bare_warning
from handmade.tables import split
from weixi.engine import Partition
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.segment import LABEL
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Level, Playbook, Reason, WarningRule

MAY = Month.of(2025, 5)
LINE = {
    "payment_type": "PREPAID",
    "grade": "REGULAR",
    "band": "B80",
    "stage": "STABLE",
    "cluster": "GENERAL",
    "category": "PERSONAL",
    "complete_months": 3,
    "revenue_3m_fen": 30_000,
}


@pytest.fixture
def lines(put: Callable[..., Partition]) -> Callable[..., None]:
    """Puts lines with their features and labels; a value goes to whichever table has its column."""

    def write(*rows: Mapping[str, Any], missing: tuple[str, ...] = (), has_events: bool = True) -> None:
        full = [{**LINE, **row} for row in rows]
        line, feature, label = split(full, SUBSCRIBER_MONTH, FEATURE, LABEL)
        put(SUBSCRIBER_MONTH, line, note={"missing_columns": list(missing)}, month=MAY.number)
        put(FEATURE, feature, note={"event_months": [MAY.number] if has_events else []}, month=MAY.number)
        put(LABEL, label, month=MAY.number)

    return write


def rule(code: str, sql: str, **changes: Any) -> WarningRule:
    parts = {"happens_sql": "contract_end_date", "act_before_days": 30, **changes}
    return bare_warning(code, sql=sql, **parts)


def reason(code: str, sql: str = "TRUE") -> Reason:
    return Reason(code, sql, Text(code, code))


EXPIRING = rule(
    "contract_expiring",
    "COALESCE(contract_end_date >= CAST('2025-06-01' AS DATE), FALSE)",
    levels=(Level("RED", "grade = 'KEY'"), Level("YELLOW", "complete_months > 0")),
    reasons=(reason("ends_soon"), reason("stopped", "service_status <> 'IN_SERVICE'")),
)
LOW = rule(
    "low_balance",
    "COALESCE(balance_fen < 1000, FALSE)",
    happens_sql="CAST(NULL AS DATE)",
    act_before_days=3,
    reasons=(
        reason("balance_low"),
        reason("stopped", "service_status <> 'IN_SERVICE'"),
        reason("no_recharge"),
    ),
)
LAPSED = rule(
    "lapsed",
    "COALESCE(exit_type = 'CANCELLED', FALSE)",
    happens_sql="exit_date",
)


@pytest.fixture
def playbook() -> Playbook:
    """Three warnings, strongest first: a contract that ends, a low balance, a line that has left."""
    return bare_playbook(warnings=(EXPIRING, LOW, LAPSED))
