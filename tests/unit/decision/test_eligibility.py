"""Who may have which offer, and the first reason why not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from weixi.engine import Store
from weixi.flow.decision import Refusal, build_eligibility, eligibility_table, refusal
from weixi.flow.warning import detect
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Condition, Playbook

MAY = Month.of(2025, 5)
Lines = Callable[..., None]


def judged(store: Store, playbook: Playbook) -> dict[int, dict[str, Any]]:
    detect(store, playbook, MAY)
    found = build_eligibility(store, playbook, MAY)
    columns = ", ".join(eligibility_table(playbook).types)
    rows = store.rows(f"SELECT {columns} FROM e", inputs={"e": found})
    return {int(row["subscriber_id"]): row for row in rows}


def with_offer(playbook: Playbook, **changes: Any) -> Playbook:
    first, *others = playbook.offers
    return replace(playbook, offers=(replace(first, **changes), *others))


def test_an_offer_is_refused_by_its_first_condition_that_fails(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    tests = tuple(
        Condition(code, sql, Text(code, code))
        for code, sql in (("bound", "complete_months >= 3"), ("rich", "revenue_3m_fen >= 30000"))
    )
    strict = with_offer(playbook, conditions=tests, cost_sql="revenue_3m_fen // 10")
    lines(
        {"subscriber_id": 1},
        {"subscriber_id": 2, "complete_months": 1, "revenue_3m_fen": 1},
        {"subscriber_id": 3, "revenue_3m_fen": 29_999},
    )
    found = judged(store, strict)
    assert {n: row["fit_handset"] for n, row in found.items()} == {1: 0, 2: 1, 3: 2}
    assert found[1]["cost_handset"] == 3000
    assert refusal(strict.offers[0], 0) is None
    assert refusal(strict.offers[0], 2) == Text("rich", "rich")


def test_an_offer_answers_the_warnings_it_names(store: Store, playbook: Playbook, lines: Lines) -> None:
    lines({"subscriber_id": 1}, {"subscriber_id": 2, "contract_end_date": None, "balance_fen": 1})
    found = judged(store, with_offer(playbook, kinds=("expiring",)))
    assert {n: row["fit_handset"] for n, row in found.items()} == {1: 0, 2: Refusal.OTHER_KIND}


@pytest.mark.req("K14")
def test_an_open_complaint_leaves_service_alone_to_the_household_and_the_person(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    lines(
        {"subscriber_id": 1, "household_id": 5},
        {
            "subscriber_id": 2,
            "household_id": 5,
            "has_open_complaint": True,
            "contract_end_date": None,
            "party_id": 8,
        },
        {"subscriber_id": 3, "party_id": 8},
        {"subscriber_id": 4, "party_id": 9},
    )
    found = judged(store, playbook)
    assert {n: row["fit_handset"] for n, row in found.items()} == {
        1: Refusal.OPEN_COMPLAINT,
        3: Refusal.OPEN_COMPLAINT,
        4: 0,
    }
    assert {n: row["fit_care"] for n, row in found.items()} == {1: 0, 3: 0, 4: 0}


@pytest.mark.req("X2")
def test_a_port_out_application_silences_the_household_and_the_person(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    applied = {"port_out_application_date": date(2025, 5, 20), "contract_end_date": None}
    lines(
        {"subscriber_id": 1, "household_id": 5},
        {"subscriber_id": 2, "household_id": 5, "party_id": 8, **applied},
        {"subscriber_id": 3, "party_id": 8},
        {"subscriber_id": 4},
    )
    found = judged(store, playbook)
    assert {n: row["withdrawn_rule"] for n, row in found.items()} == {1: "port_out", 3: "port_out", 4: None}


def test_a_line_that_has_left_is_silenced_alone(store: Store, playbook: Playbook, lines: Lines) -> None:
    lapsed = replace(playbook.warnings[0], sql="exit_date IS NOT NULL")
    left = {
        "port_out_application_date": date(2025, 5, 20),
        "service_status": "EXITED",
        "exit_date": date(2025, 5, 25),
    }
    lines(
        {"subscriber_id": 1, "household_id": 5, "balance_fen": 1},
        {"subscriber_id": 2, "household_id": 5, **left},
    )
    found = judged(store, replace(playbook, warnings=(lapsed, playbook.warnings[1])))
    assert {n: row["withdrawn_rule"] for n, row in found.items()} == {1: None, 2: "port_out"}


def test_an_offer_without_an_open_channel_is_refused(store: Store, playbook: Playbook, lines: Lines) -> None:
    lines(
        {"subscriber_id": 1},
        {"subscriber_id": 2, "consents_to_call": False},
        {"subscriber_id": 3, "consents_to_call": None},
    )
    found = judged(store, with_offer(playbook, channels=("PHONE",)))
    assert {n: row["fit_handset"] for n, row in found.items()} == {
        1: 0,
        2: Refusal.NO_CHANNEL,
        3: Refusal.NO_CHANNEL,
    }


def test_where_the_book_has_no_consents_the_gate_is_left_to_ask_and_the_note_says_so(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    lines({"subscriber_id": 1, "consents_to_call": None}, missing=("consents_to_call",))
    phone = with_offer(playbook, channels=("PHONE",))
    assert judged(store, phone)[1]["fit_handset"] == 0
    assert build_eligibility(store, phone, MAY).manifest.note["consent_not_known"] == ["consents_to_call"]


def test_a_cost_that_cannot_be_computed_refuses_and_one_below_zero_is_nothing(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    lines({"subscriber_id": 1, "min_spend_fen": None}, {"subscriber_id": 2, "min_spend_fen": 700})
    found = judged(store, with_offer(playbook, cost_sql="min_spend_fen - 1000"))
    assert (found[1]["fit_handset"], found[1]["cost_handset"]) == (Refusal.NO_COST, None)
    assert (found[2]["fit_handset"], found[2]["cost_handset"]) == (0, 0)


def test_what_is_for_new_customers_only_is_refused_to_those_we_have(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    lines({"subscriber_id": 1})
    assert judged(store, with_offer(playbook, existing=False, new=True))[1]["fit_handset"] == Refusal.NEW_ONLY


def test_existing_means_opened_before_the_plans_year(store: Store, playbook: Playbook, lines: Lines) -> None:
    lines(
        {"subscriber_id": 1, "open_date": date(2024, 12, 31)},
        {"subscriber_id": 2, "open_date": date(2025, 1, 1)},
        {"subscriber_id": 3, "open_date": None},
    )
    assert {n: row["is_existing"] for n, row in judged(store, playbook).items()} == {
        1: True,
        2: False,
        3: True,
    }


def test_the_assessed_population_is_the_playbooks(store: Store, playbook: Playbook, lines: Lines) -> None:
    lines({"subscriber_id": 1, "revenue_3m_fen": 24_000}, {"subscriber_id": 2, "revenue_3m_fen": 23_999})
    assert {n: row["is_assessed"] for n, row in judged(store, playbook).items()} == {1: True, 2: False}
