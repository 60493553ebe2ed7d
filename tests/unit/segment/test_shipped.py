"""The labels as the shipped work plan defines them, on customers made for each definition."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from weixi.engine import Store
from weixi.flow.segment import build_label, build_threshold
from weixi.kernel.period import Month
from weixi.playbook import Playbook

MAY = Month.of(2025, 5)
Book = Callable[..., None]
Cases = list[tuple[dict[str, Any], str]]


def _check(store: Store, playbook: Playbook, book: Book, dimension: str, cases: Cases) -> None:
    """Each case is one customer of one month and the value of the label that he must get."""
    # A far larger customer in the same unit holds the cut, so that nobody else is key by revenue.
    book(
        *({"subscriber_id": n, **columns} for n, (columns, _) in enumerate(cases, start=1)),
        {"subscriber_id": 10_000, "revenue_12m_fen": 10**12},
    )
    build_threshold(store, playbook, MAY)
    found = store.rows(
        f"SELECT subscriber_id, {dimension} AS word FROM label WHERE subscriber_id < 10000",
        inputs={"label": build_label(store, playbook, MAY)},
    )
    words = {row["subscriber_id"]: row["word"] for row in found}
    assert [words[n] for n in range(1, len(cases) + 1)] == [word for _, word in cases]


@pytest.mark.req("G3", "G4", "G5")
def test_grades(store: Store, work_plan: Playbook, book: Book) -> None:
    _check(
        store,
        work_plan,
        book,
        "grade",
        [
            ({"service_status": "PROSPECT", "open_date": None}, "PROSPECT"),
            ({"service_status": "EXITED", "exit_date": date(2025, 5, 2), "is_key_person": True}, "LAPSED"),
            ({"is_key_person": True}, "KEY"),
            ({"complete_months": 3, "revenue_3m_fen": 90000}, "KEY"),
            ({"complete_months": 3, "revenue_3m_fen": 30000}, "REGULAR"),
            ({"service_status": "TWO_WAY_STOPPED"}, "REGULAR"),
        ],
    )


@pytest.mark.req("P6")
def test_stages_and_their_precedence(store: Store, work_plan: Playbook, book: Book) -> None:
    falling = {"complete_months": 3, "revenue_previous_3m_fen": 10000, "revenue_3m_fen": 6999}
    _check(
        store,
        work_plan,
        book,
        "stage",
        [
            ({"service_status": "PROSPECT", "open_date": None}, "LEAD"),
            ({"service_status": "EXITED", "exit_date": date(2025, 1, 10)}, "WIN_BACK"),
            ({"service_status": "EXITED", "exit_date": date(2024, 6, 1)}, "EXITED"),
            ({"service_status": "EXITED", "exit_date": date(2024, 6, 1), **falling}, "EXITED"),
            (falling, "DECLINING"),
            ({**falling, "revenue_3m_fen": 7000}, "STABLE"),
            ({**falling, "contract_end_date": date(2025, 7, 1)}, "DECLINING"),
            ({"contract_end_date": date(2025, 7, 1)}, "EXPIRING"),
            ({"contract_end_date": date(2025, 7, 1), "open_date": date(2025, 4, 1)}, "EXPIRING"),
            ({"contract_end_date": date(2025, 5, 1)}, "STABLE"),
            ({"open_date": date(2025, 4, 1)}, "ONBOARDING"),
            ({"open_date": date(2024, 9, 1)}, "GROWING"),
            ({}, "STABLE"),
            ({"open_date": None}, "STABLE"),
        ],
    )


@pytest.mark.req("P7")
def test_clusters(store: Store, work_plan: Playbook, book: Book) -> None:
    _check(
        store,
        work_plan,
        book,
        "cluster",
        [
            ({"corporate_account_id": 1, "is_campus": True}, "CORPORATE_MEMBER"),
            ({"is_campus": True, "birth_year": 1950}, "CAMPUS"),
            ({"birth_year": 1950, "is_rural": True}, "SENIOR"),
            ({"roaming_day_count": 25}, "MIGRANT_WORKER"),
            ({"call_peer_count": 120, "roaming_day_count": 8}, "BUSINESS"),
            ({"is_rural": True, "household_id": 3}, "RURAL"),
            ({"household_id": 3}, "FAMILY"),
            ({}, "GENERAL"),
        ],
    )


@pytest.mark.req("P8", "G6", "G7", "G8")
def test_categories(store: Store, work_plan: Playbook, book: Book) -> None:
    _check(
        store,
        work_plan,
        book,
        "category",
        [
            ({"corporate_kind": "LARGE", "customer_kind": "ENTERPRISE"}, "LARGE_ENTERPRISE"),
            ({"corporate_kind": "GOVERNMENT", "customer_kind": "ENTERPRISE"}, "GOVERNMENT"),
            ({"corporate_kind": "SME"}, "SME"),
            ({"customer_kind": "ENTERPRISE"}, "SME"),
            ({"household_id": 3, "call_peer_count": 120, "roaming_day_count": 8}, "FAMILY"),
            ({"is_converged": True}, "FAMILY"),
            ({"call_peer_count": 120, "roaming_day_count": 8}, "PERSONAL_BUSINESS"),
            ({}, "PERSONAL"),
        ],
    )
