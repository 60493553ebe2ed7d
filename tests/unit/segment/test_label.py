"""The five labels: one value each for every row, prospects and lapsed ones too."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from weixi.engine import Store
from weixi.flow.segment import NO_BAND, build_label, build_threshold, label_text
from weixi.kernel.period import Month
from weixi.playbook import Playbook

MAY = Month.of(2025, 5)
Book = Callable[..., None]


def _labels(store: Store, plan: Playbook) -> dict[int, dict[str, Any]]:
    build_threshold(store, plan, MAY)
    label = build_label(store, plan, MAY)
    found = store.rows(
        "SELECT subscriber_id, grade, band, stage, cluster, category FROM label", inputs={"label": label}
    )
    return {row.pop("subscriber_id"): row for row in found}


@pytest.mark.req("P3")
def test_every_row_has_one_value_of_each_label(store: Store, plan: Playbook, book: Book) -> None:
    book(
        {
            "subscriber_id": 1,
            "revenue_12m_fen": 900,
            "complete_months": 3,
            "revenue_3m_fen": 30000,
            "is_rural": True,
        },
        {"subscriber_id": 2, "open_date": date(2025, 4, 2), "household_id": 8},
        {"subscriber_id": 3, "service_status": "PROSPECT", "open_date": None},
        {"subscriber_id": 4, "service_status": "EXITED", "complete_months": 1, "revenue_3m_fen": 100},
    )
    assert _labels(store, plan) == {
        1: _row("KEY", "B80", "STABLE", "RURAL", "PERSONAL"),
        2: _row("REGULAR", NO_BAND, "ONBOARDING", "GENERAL", "FAMILY"),
        3: _row("PROSPECT", NO_BAND, "LEAD", "GENERAL", "PERSONAL"),
        4: _row("LAPSED", "B0", "EXITED", "GENERAL", "PERSONAL"),
    }


def _row(grade: str, band: str, stage: str, cluster: str, category: str) -> dict[str, str]:
    return {"grade": grade, "band": band, "stage": stage, "cluster": cluster, "category": category}


GRADES: list[tuple[dict[str, Any], str]] = [
    ({"service_status": "PROSPECT", "revenue_12m_fen": 10**6}, "PROSPECT"),
    ({"service_status": "EXITED", "revenue_12m_fen": 10**6}, "LAPSED"),
    ({"service_status": "PENDING_CANCEL", "revenue_12m_fen": 10**6}, "KEY"),
    ({"is_key_person": True}, "KEY"),
    ({"is_key_person": None}, "REGULAR"),
    ({}, "REGULAR"),
]
# Complete months, their revenue in fen, the band.
BANDS = [
    (0, 0, NO_BAND),
    (0, 99999, NO_BAND),
    (3, -100, "B0"),
    (3, 0, "B0"),
    (3, 8999, "B0"),
    (3, 9000, "B30"),
    (3, 23999, "B30"),  # a mean of 79.9967: rounding would lift it over the edge
    (3, 24000, "B80"),
    (2, 16000, "B80"),
    (1, 7999, "B30"),
    (3, 59999, "B80"),
    (3, 60000, "B200"),
    (3, 10**12, "B200"),
]


def test_grade(store: Store, plan: Playbook, book: Book) -> None:
    """Each case has a unit of its own, with a neighbour whose revenue makes the cut."""
    cases = [{"subscriber_id": n, "unit_code": f"U{n}", **columns} for n, (columns, _) in enumerate(GRADES)]
    neighbours = [
        {"subscriber_id": 100 + n, "unit_code": f"U{n}", "revenue_12m_fen": 5} for n in range(len(GRADES))
    ]
    book(*cases, *neighbours)
    found = _labels(store, plan)
    assert [found[n]["grade"] for n in range(len(GRADES))] == [grade for _, grade in GRADES]


def test_bands_are_half_open_on_three_month_sums(store: Store, plan: Playbook, book: Book) -> None:
    book(
        *(
            {"subscriber_id": n, "complete_months": months, "revenue_3m_fen": revenue_fen}
            for n, (months, revenue_fen, _) in enumerate(BANDS)
        )
    )
    found = _labels(store, plan)
    assert [found[n]["band"] for n in range(len(BANDS))] == [band for *_, band in BANDS]


def test_the_first_rule_that_holds_decides(store: Store, plan: Playbook, book: Book) -> None:
    book(
        {"subscriber_id": 1, "service_status": "EXITED", "open_date": date(2025, 5, 1), "is_key_person": True}
    )
    assert _labels(store, plan)[1]["stage"] == "EXITED"


def test_each_label_is_one_case_with_a_default(plan: Playbook) -> None:
    text = label_text(plan)
    assert text.count("CASE") - text.count("/*") >= 5
    for name in ("grade", "band", "stage", "cluster", "category"):
        assert f"END AS {name}" in text
