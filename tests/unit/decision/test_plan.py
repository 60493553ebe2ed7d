"""One household, one task; the offers within the budgets; nobody who must be left alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from weixi.engine import Store
from weixi.flow.decision import PLAN, PLAN_LINE, build_plan
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook, Pool, Source

MAY, JUNE = Month.of(2025, 5), Month.of(2025, 6)
Warned = Callable[..., None]


def plan(store: Store, playbook: Playbook) -> dict[int, dict[str, Any]]:
    """The plan's tasks by the household's number (every household here is S or H and a number)."""
    made, _ = build_plan(store, playbook, MAY)
    rows = store.rows(f"SELECT {', '.join(PLAN.types)} FROM plan", inputs={"plan": made})
    return {int(row["household_key"][1:]): row for row in rows}


@pytest.mark.req("M11", "X3")
def test_a_household_gets_one_task_led_by_its_strongest_warning_on_its_earliest_day(
    store: Store, playbook: Playbook, warned: Warned
) -> None:
    warned(
        playbook,
        {"subscriber_id": 1, "household_key": "H7", "kind": "low_balance", "task_date": date(2025, 6, 3)},
        {"subscriber_id": 2, "household_key": "H7", "kind": "expiring", "happens_date": date(2025, 7, 9)},
        {"subscriber_id": 3, "household_key": "H7", "kind": "expiring", "happens_date": date(2025, 7, 5)},
    )
    made, lines = build_plan(store, playbook, MAY)
    (task,) = plan(store, playbook).values()
    assert task["subscriber_id"] == 3
    assert task["kind"] == "expiring"
    assert task["task_date"] == date(2025, 6, 3)
    assert task["line_count"] == 3
    assert task["revenue_at_risk_fen"] == 30_000
    assert task["task_id"] == "202506-3-expiring"
    listed = store.rows(
        f"SELECT {', '.join(PLAN_LINE.types)} FROM l ORDER BY subscriber_id", inputs={"l": lines}
    )
    assert [(row["task_id"], row["subscriber_id"]) for row in listed] == [
        (task["task_id"], k) for k in (1, 2, 3)
    ]
    assert made.manifest.seal is not None
    assert lines.manifest.seal is not None


def test_the_window_runs_from_the_plans_first_day_to_the_warnings_days_after_the_best_day(
    store: Store, playbook: Playbook, warned: Warned
) -> None:
    warned(playbook, {"subscriber_id": 1, "task_date": date(2025, 6, 20)})
    (task,) = plan(store, playbook).values()
    assert task["window_start_date"] == date(2025, 6, 1)
    assert task["window_end_date"] == date(2025, 7, 20)


def test_a_pool_serves_the_more_urgent_then_the_greater_revenue_then_the_smaller_id(
    store: Store, playbook: Playbook, warned: Warned
) -> None:
    warned(
        playbook,
        {"subscriber_id": 1, "revenue_at_risk_fen": 99_000},
        {"subscriber_id": 2, "level": "RED", "revenue_at_risk_fen": 1},
        {"subscriber_id": 3, "revenue_at_risk_fen": 50_000},
        {"subscriber_id": 4, "revenue_at_risk_fen": 50_000},
        {"subscriber_id": 5, "revenue_at_risk_fen": 40_000},
        {"subscriber_id": 6, "revenue_at_risk_fen": 30_000},
    )
    given = {number: task["offer_code"] for number, task in plan(store, playbook).items()}
    # devices pays 2,500 fen: two at 1,000; gifts pays two; care has no limit.
    assert given == {2: "handset", 1: "handset", 3: "gift", 4: "gift", 5: "care", 6: "care"}


def test_what_costs_nothing_is_given_when_the_pool_is_spent(
    store: Store, playbook: Playbook, warned: Warned
) -> None:
    warned(
        playbook,
        *({"subscriber_id": k, "revenue_at_risk_fen": 1000 - k} for k in range(1, 4)),
        {"subscriber_id": 4, "revenue_at_risk_fen": 1, "cost_handset": 0},
    )
    given = {number: task["offer_code"] for number, task in plan(store, playbook).items()}
    assert given == {1: "handset", 2: "handset", 3: "gift", 4: "handset"}


@pytest.mark.req("C9")
def test_a_pool_for_existing_users_first_gives_others_what_is_left(
    store: Store, playbook: Playbook, warned: Warned
) -> None:
    source = Source("test", 1, "")
    text = Text("", "")
    devices = Pool("devices", text, 2000, source, existing_first=True)
    strict = replace(playbook, pools=(devices, Pool("gifts", text, 1000, source)))
    warned(
        strict,
        {"subscriber_id": 1, "is_existing": False, "level": "RED"},
        {"subscriber_id": 2, "fit_handset": 0},
        {"subscriber_id": 3, "is_existing": False, "revenue_at_risk_fen": 5},
    )
    given = {number: task["offer_code"] for number, task in plan(store, strict).items()}
    assert given == {2: "handset", 1: "handset", 3: "gift"}
    warned(
        strict,
        {"subscriber_id": 1, "is_existing": False, "level": "RED"},
        {"subscriber_id": 2},
        {"subscriber_id": 3, "revenue_at_risk_fen": 5},
    )
    given = {number: task["offer_code"] for number, task in plan(store, strict).items()}
    assert given == {2: "handset", 3: "handset", 1: "gift"}


def test_held_out_and_silenced_households_get_no_offer_and_no_channel(
    store: Store, playbook: Playbook, warned: Warned
) -> None:
    warned(
        playbook,
        {"subscriber_id": 1, "is_holdout": True, "level": "RED"},
        {"subscriber_id": 2, "withdrawn_rule": "port_out", "level": "RED"},
        {"subscriber_id": 3},
    )
    tasks = plan(store, playbook)
    for number in (1, 2):
        assert tasks[number]["offer_code"] is None
        assert tasks[number]["offer_cost_fen"] == 0
        assert tasks[number]["channel"] is None
    assert tasks[3]["offer_code"] == "handset"
    assert tasks[3]["channel"] == "PHONE"


@pytest.mark.req("X2")
def test_a_line_that_must_not_be_contacted_is_not_in_its_households_task(
    store: Store, playbook: Playbook, warned: Warned
) -> None:
    warned(
        playbook,
        {"subscriber_id": 1, "household_key": "H1", "kind": "low_balance"},
        {
            "subscriber_id": 2,
            "household_key": "H1",
            "withdrawn_rule": "port_out",
            "task_date": date(2025, 6, 1),
        },
        {"subscriber_id": 3, "household_key": "H2", "withdrawn_rule": "port_out"},
        {"subscriber_id": 4, "household_key": "H2", "withdrawn_rule": "port_out"},
    )
    tasks = plan(store, playbook)
    assert (tasks[1]["subscriber_id"], tasks[1]["line_count"], tasks[1]["withdrawn_rule"]) == (1, 1, None)
    assert tasks[1]["task_date"] == date(2025, 6, 20)
    assert (tasks[2]["line_count"], tasks[2]["withdrawn_rule"], tasks[2]["channel"]) == (2, "port_out", None)
    _, lines = build_plan(store, playbook, MAY)
    listed = store.rows("SELECT subscriber_id FROM l", inputs={"l": lines})
    assert {row["subscriber_id"] for row in listed} == {1, 3, 4}


def test_a_household_is_held_out_only_when_each_lines_share_draws_it(
    store: Store, playbook: Playbook, warned: Warned
) -> None:
    warned(
        playbook,
        {"subscriber_id": 1, "household_key": "H1", "is_holdout": True},
        {"subscriber_id": 2, "household_key": "H1"},
        {"subscriber_id": 3, "household_key": "H2", "is_holdout": True},
        {"subscriber_id": 4, "household_key": "H2", "is_holdout": True},
    )
    assert {number: task["is_holdout"] for number, task in plan(store, playbook).items()} == {
        1: False,
        2: True,
    }


def test_a_sale_takes_another_channel_where_calls_are_not_agreed_to(
    store: Store, playbook: Playbook, warned: Warned
) -> None:
    warned(
        playbook,
        {"subscriber_id": 1, "may_call": False},
        {"subscriber_id": 2, "may_call": False, "fit_handset": 1, "fit_gift": 1},
    )
    tasks = plan(store, playbook)
    assert (tasks[1]["offer_code"], tasks[1]["channel"]) == ("handset", "OUTLET")
    assert (tasks[2]["offer_code"], tasks[2]["channel"]) == ("care", "PHONE")


def test_a_warning_that_is_not_assessed_leaves_its_tasks_out_of_the_rate(
    store: Store, playbook: Playbook, warned: Warned
) -> None:
    expiring, low = playbook.warnings
    half = replace(playbook, warnings=(expiring, replace(low, assessed=False)))
    warned(
        half,
        {"subscriber_id": 1},
        {"subscriber_id": 2, "kind": "low_balance"},
        {"subscriber_id": 3, "is_assessed": False},
    )
    assert {number: task["is_assessed"] for number, task in plan(store, half).items()} == {
        1: True,
        2: False,
        3: False,
    }


def test_the_same_month_planned_again_is_the_same_partition(
    store: Store, playbook: Playbook, warned: Warned
) -> None:
    warned(playbook, {"subscriber_id": 1})
    first, _ = build_plan(store, playbook, MAY)
    again, _ = build_plan(store, playbook, MAY)
    assert again.revision == first.revision == 1
    assert again.fingerprint == first.fingerprint


def test_without_offers_every_task_is_care_alone(store: Store, playbook: Playbook, warned: Warned) -> None:
    bare = replace(playbook, offers=(), pools=())
    warned(bare, {"subscriber_id": 1})
    (task,) = plan(store, bare).values()
    assert task["offer_code"] is None
    assert task["channel"] == "PHONE"
