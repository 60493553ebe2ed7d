"""A month of hand-made lines, and a small playbook."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from handmade.playbooks import SOURCE, WORDS, bare_playbook
from handmade.tables import split
from weixi.engine import Partition
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.kernel.period import Month
from weixi.playbook import Band, Playbook, Rule

MAY = Month.of(2025, 5)


@pytest.fixture
def book(put: Callable[..., Partition]) -> Callable[..., None]:
    """Writes lines and their features; a row's values go to whichever of the two tables has the column."""

    def write(*rows: Mapping[str, Any], month: Month = MAY) -> None:
        lines, features = split([{"bill_fen": 5000, **row} for row in rows], SUBSCRIBER_MONTH, FEATURE)
        put(SUBSCRIBER_MONTH, lines, month=month.number)
        put(FEATURE, features, month=month.number)

    return write


def rule(value: str, sql: str = "TRUE") -> Rule:
    return Rule(value, sql, sql, WORDS, SOURCE)


@pytest.fixture
def plan() -> Playbook:
    """A playbook with plain rules over the book's columns, and nothing but the labels."""
    bands = [("B0", 0, 3000), ("B30", 3000, 8000), ("B80", 8000, 20000), ("B200", 20000, None)]
    return bare_playbook(
        grades=(
            rule("PROSPECT", "service_status = 'PROSPECT'"),
            rule("LAPSED", "service_status = 'EXITED'"),
            rule("KEY", "is_key_revenue OR COALESCE(is_key_person, FALSE)"),
            rule("REGULAR"),
        ),
        stages=(
            rule("LEAD", "service_status = 'PROSPECT'"),
            rule("EXITED", "service_status = 'EXITED'"),
            rule("ONBOARDING", "COALESCE(open_date >= CAST('2025-03-01' AS DATE), FALSE)"),
            rule("STABLE"),
        ),
        clusters=(rule("RURAL", "COALESCE(is_rural, FALSE)"), rule("GENERAL")),
        categories=(rule("FAMILY", "household_id IS NOT NULL"), rule("PERSONAL")),
        bands=tuple(Band(code, WORDS, low, high, SOURCE) for code, low, high in bands),
    )
