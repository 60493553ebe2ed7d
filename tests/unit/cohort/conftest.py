"""A hand-made operator: its tree, its lines, and a playbook that freezes and assesses."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from handmade.playbooks import SOURCE, WORDS, bare_playbook
from handmade.tables import Node, put_tree, split
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.kernel.period import Month
from weixi.playbook import CohortRule, KpiTarget, Playbook

DECEMBER = Month.of(2024, 12)
RULES = ("attachment", "household", "account_manager", "representative", "home", "outlet", "capacity")


@pytest.fixture
def tree(store: Store) -> Callable[..., None]:
    """Writes a tree of (code, parent, level, capacity) and its closure."""

    def write(*nodes: tuple[str, str | None, str, int | None], month: Month = DECEMBER) -> None:
        put_tree(store, month.number, [Node(*node) for node in nodes])

    return write


@pytest.fixture
def book(put: Callable[..., Partition]) -> Callable[..., None]:
    """Writes lines and their features; a row's values go to whichever of the two tables has the column."""

    def write(*rows: Mapping[str, Any], month: Month = DECEMBER) -> None:
        lines, features = split([{"bill_fen": 9000, **row} for row in rows], SUBSCRIBER_MONTH, FEATURE)
        put(SUBSCRIBER_MONTH, lines, month=month.number)
        put(FEATURE, features, month=month.number)

    return write


def kpi(name: str, rate: str, direction: str, period: str | None = None) -> KpiTarget:
    return KpiTarget(name, f"{name}@1", WORDS, Decimal(rate), direction, period, SOURCE)


@pytest.fixture
def plan() -> Playbook:
    """A playbook with the two cohorts, the three assessed KPIs and every rule of attachment."""
    main = "line_type = 'MOBILE_MAIN' AND is_in_service"
    return bare_playbook(
        cohorts=(
            CohortRule("network", WORDS, main, SOURCE),
            CohortRule(
                "arpu80",
                WORDS,
                f"{main} AND complete_months > 0 AND revenue_3m_fen >= 8000 * complete_months",
                SOURCE,
            ),
        ),
        attachments=RULES,
        kpis=(
            kpi("warning_task_completion_rate", "0.35", "AT_LEAST"),
            kpi("dynamic_retention_rate", "1", "AT_LEAST"),
            kpi("churn_rate", "0.075", "AT_MOST", "YEAR"),
        ),
    )
