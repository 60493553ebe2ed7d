"""Which lines are warned of, how urgently, on which day, for which reasons."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from weixi.engine import Partition, Store
from weixi.flow.warning import WARNING, detect
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Level, Playbook, Reason

MAY = Month.of(2025, 5)
Lines = Callable[..., None]
WORDS = Text("", "")


def rows_of(store: Store, found: Partition) -> dict[int, dict[str, Any]]:
    rows = store.rows(f"SELECT {', '.join(WARNING.types)} FROM warning", inputs={"warning": found})
    return {int(row["subscriber_id"]): row for row in rows}


def warned(store: Store, playbook: Playbook) -> dict[int, dict[str, Any]]:
    return rows_of(store, detect(store, playbook, MAY))


@pytest.mark.req("M9")
def test_the_day_lies_before_the_end_of_the_contract_and_inside_the_next_month(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    lines(
        {"subscriber_id": 1, "contract_end_date": date(2025, 7, 15)},
        {"subscriber_id": 2, "contract_end_date": date(2025, 6, 10)},
        {"subscriber_id": 3, "contract_end_date": date(2025, 12, 1)},
    )
    days = {
        number: (row["happens_date"], row["task_date"]) for number, row in warned(store, playbook).items()
    }
    assert days == {
        1: (date(2025, 7, 15), date(2025, 6, 15)),
        2: (date(2025, 6, 10), date(2025, 6, 1)),
        3: (date(2025, 12, 1), date(2025, 6, 30)),
    }


@pytest.mark.req("P13")
def test_the_strongest_warning_leads_and_gives_the_level(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    end = date(2025, 7, 15)
    lines(
        {"subscriber_id": 1, "contract_end_date": end, "balance_fen": 1, "grade": "KEY"},
        {"subscriber_id": 2, "contract_end_date": end},
        {"subscriber_id": 3, "contract_end_date": end, "complete_months": 0},
        {"subscriber_id": 4, "balance_fen": 1, "grade": "KEY"},
        {"subscriber_id": 5, "balance_fen": 1000},
    )
    found = {
        n: (r["kind"], r["kinds"], r["kind_rank"], r["level"]) for n, r in warned(store, playbook).items()
    }
    assert found == {
        1: ("contract_expiring", "contract_expiring,low_balance", 1, "RED"),
        2: ("contract_expiring", "contract_expiring", 1, "YELLOW"),
        3: ("contract_expiring", "contract_expiring", 1, "BLUE"),
        4: ("low_balance", "low_balance", 2, "BLUE"),
    }


@pytest.mark.req("P13")
def test_reasons_are_the_leading_warnings_own_then_those_of_the_others_and_never_twice(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    end = date(2025, 7, 15)
    lines(
        {"subscriber_id": 1, "contract_end_date": end, "balance_fen": 1, "service_status": "ONE_WAY_STOPPED"},
        {"subscriber_id": 2, "contract_end_date": end, "balance_fen": 1},
        {"subscriber_id": 3, "contract_end_date": end, "service_status": "ONE_WAY_STOPPED"},
        {"subscriber_id": 4, "balance_fen": 1},
    )
    found = {n: [r[f"reason_{k}"] for k in (1, 2, 3)] for n, r in warned(store, playbook).items()}
    assert found == {
        1: ["ends_soon", "stopped", "balance_low"],
        2: ["ends_soon", "balance_low", "no_recharge"],
        3: ["ends_soon", "stopped", None],
        4: ["balance_low", "no_recharge", None],
    }


def test_a_day_that_is_not_known_is_the_plans_first(store: Store, playbook: Playbook, lines: Lines) -> None:
    lines({"subscriber_id": 4, "balance_fen": 1})
    (row,) = warned(store, playbook).values()
    assert (row["happens_date"], row["task_date"]) == (date(2025, 6, 1), date(2025, 6, 1))


def test_only_commercial_lines_in_service_are_warned_of_unless_the_rule_speaks_of_exits(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    gone = {"service_status": "EXITED", "exit_type": "CANCELLED", "exit_date": date(2025, 4, 2)}
    lines(
        {"subscriber_id": 1, "balance_fen": 1, "line_use": "TEST"},
        {"subscriber_id": 2, "balance_fen": 1, "service_status": "PROSPECT"},
        {"subscriber_id": 3, "balance_fen": 1, **gone},
        {"subscriber_id": 4, "balance_fen": 1, "line_use": "STAFF", **gone},
        {"subscriber_id": 5, "balance_fen": 1, "service_status": "TWO_WAY_STOPPED"},
    )
    assert {n: r["kinds"] for n, r in warned(store, playbook).items()} == {3: "lapsed", 5: "low_balance"}


def test_a_warning_whose_column_the_book_lacks_is_left_out_and_said(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    lines(
        {"subscriber_id": 1, "contract_end_date": date(2025, 7, 15), "balance_fen": None},
        missing=("balance_fen", "is_campus"),
    )
    found = detect(store, playbook, MAY)
    assert found.manifest.note["not_computable"] == {"low_balance": ["balance_fen"]}
    assert rows_of(store, found)[1]["kinds"] == "contract_expiring"


def test_a_level_or_reason_that_needs_a_missing_column_is_left_out_and_the_warning_stays(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    expiring = replace(
        playbook.warnings[0],
        levels=(Level("RED", "COALESCE(min_spend_fen, 0) = 0"), *playbook.warnings[0].levels),
        reasons=(Reason("no_calls", "COALESCE(call_count, 0) = 0", WORDS), *playbook.warnings[0].reasons),
    )
    lines(
        {"subscriber_id": 1, "contract_end_date": date(2025, 7, 15)}, missing=("call_count", "min_spend_fen")
    )
    found = detect(store, replace(playbook, warnings=(expiring,)), MAY)
    assert found.manifest.note["not_computable"] == {}
    assert found.manifest.note["partly_computable"] == {"contract_expiring": ["call_count", "min_spend_fen"]}
    row = rows_of(store, found)[1]
    assert (row["level"], row["reason_1"], row["reason_2"]) == ("YELLOW", "ends_soon", None)


def test_a_column_computed_from_a_missing_one_is_missing_too(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    low = replace(playbook.warnings[1], sql="COALESCE(run_out_days < 9, FALSE)")
    lines({"subscriber_id": 1, "contract_end_date": date(2025, 7, 15)}, missing=("balance_fen",))
    found = detect(store, replace(playbook, warnings=(playbook.warnings[0], low)), MAY)
    assert found.manifest.note["not_computable"] == {"low_balance": ["balance_fen"]}


def test_without_events_what_only_events_tell_is_missing(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    queried = replace(playbook.warnings[1], sql="port_out_query_count > 0")
    asked = replace(playbook, warnings=(queried,))
    lines({"subscriber_id": 1, "port_out_query_count": 1}, has_events=False)
    assert detect(store, asked, MAY).manifest.note["not_computable"] == {"low_balance": ["event"]}
    lines({"subscriber_id": 1, "port_out_query_count": 2})
    assert set(warned(store, asked)) == {1}


def test_a_month_in_which_nothing_can_be_computed_has_no_warnings(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    lines({"subscriber_id": 1, "balance_fen": 1}, missing=("balance_fen",))
    found = detect(store, replace(playbook, warnings=playbook.warnings[1:2]), MAY)
    assert found.manifest.rows == 0
    assert found.manifest.note["not_computable"] == {"low_balance": ["balance_fen"]}


def test_the_row_carries_the_revenue_at_risk_and_what_folds_it(
    store: Store, playbook: Playbook, lines: Lines
) -> None:
    lines({"subscriber_id": 1, "balance_fen": 1, "household_id": 9}, {"subscriber_id": 2, "balance_fen": 1})
    found = warned(store, playbook)
    assert [found[n]["household_key"] for n in (1, 2)] == ["H9", "S2"]
    assert found[1]["revenue_at_risk_fen"] == 30_000
