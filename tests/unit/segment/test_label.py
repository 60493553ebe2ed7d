"""The five labels: one value each for every row, prospects and lapsed ones too."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from weixi.engine import Store
from weixi.flow.segment import NO_BAND, build_label, build_threshold
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


# Grade by the rules month by month, the grade held, the months that a change has waited.
HELD = [
    (2, "RRKKR", "RRRKK", "00101"),
    (2, "KRKRR", "KKKKR", "01010"),
    (2, "RKLKR", "RRLKK", "01001"),  # leaving and returning are facts and take effect at once
    (1, "RKRK", "RKRK", "0000"),
    (3, "KRRRKK", "KKKRRR", "012012"),
]
WORDS_OF = {"K": "KEY", "R": "REGULAR", "L": "LAPSED"}


@pytest.mark.req("G2")
@pytest.mark.parametrize(("hold", "rules", "held", "pending"), HELD)
def test_a_grade_changes_when_the_rules_have_said_so_long_enough(
    store: Store, plan: Playbook, book: Book, hold: int, rules: str, held: str, pending: str
) -> None:
    found = []
    for place, letter in enumerate(rules):
        month = MAY.plus(place)
        state = "EXITED" if letter == "L" else "IN_SERVICE"
        book({"subscriber_id": 1, "is_key_person": letter == "K", "service_status": state}, month=month)
        build_threshold(store, plan, month)
        label = build_label(store, replace(plan, hold_months=hold), month)
        found += store.rows("SELECT rule_grade, grade, pending_months FROM label", inputs={"label": label})
    assert [row["rule_grade"] for row in found] == [WORDS_OF[letter] for letter in rules]
    assert [row["grade"] for row in found] == [WORDS_OF[letter] for letter in held]
    assert [row["pending_months"] for row in found] == [int(digit) for digit in pending]


def test_a_month_after_a_gap_is_graded_by_its_rules_alone(store: Store, plan: Playbook, book: Book) -> None:
    for month, is_key in ((MAY, True), (MAY.plus(2), False)):
        book({"subscriber_id": 1, "is_key_person": is_key}, month=month)
        build_threshold(store, plan, month)
        label = build_label(store, replace(plan, hold_months=2), month)
    assert store.rows("SELECT grade FROM label", inputs={"label": label}) == [{"grade": "REGULAR"}]
