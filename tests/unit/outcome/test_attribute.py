"""A task succeeds when its own test is met inside its window, in the data, and by nothing else."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import pytest

from weixi.engine import Partition, Store
from weixi.flow.book import EVENT
from weixi.flow.outcome import FACT, OUTCOME, OUTCOME_COLUMNS, attribute
from weixi.kernel.errors import DataError
from weixi.kernel.period import Month
from weixi.playbook import Playbook

JUNE = Month.of(2025, 6)
Put = Callable[..., Partition]
Write = Callable[..., None]


def event(key: int, subscriber: int, kind: str, day: date, amount: int | None = None) -> dict[str, Any]:
    return {
        "month": day.year * 100 + day.month,
        "event_id": key,
        "subscriber_id": subscriber,
        "event_type": kind,
        "happened_at": datetime(day.year, day.month, day.day, 4),
        "event_date": day,
        "amount_fen": amount,
    }


def fact(key: str, task: str, kind: str, at: datetime) -> dict[str, Any]:
    return {"fact_id": key, "task_id": task, "fact_type": kind, "happened_at": at}


def outcomes(store: Store, playbook: Playbook, month: Month = JUNE) -> Mapping[str, dict[str, Any]]:
    attribute(store, playbook, month)
    found = store.rows(
        "SELECT task_id, is_assessed, is_holdout, is_withdrawn, is_handled, is_reached, is_verified, is_contacted,"
        " is_retained, missing_column FROM outcome",
        inputs={"outcome": store.require(OUTCOME, month=202506)},
    )
    return {row["task_id"]: row for row in found}


@pytest.mark.req("P11")
def test_events_count_inside_the_window_alone(
    store: Store, put: Put, line: Write, plan: Write, playbook: Playbook
) -> None:
    for month in (202505, 202506):
        line(month, {key: {} for key in range(1, 7)})
    plan({f"t{key}": (key, "run_out") for key in range(1, 6)})
    put(
        EVENT,
        [
            event(1, 1, "RECHARGE", date(2025, 6, 5), 5000),  # the first day counts
            event(2, 2, "RECHARGE", date(2025, 6, 4), 9000),  # a day early
            event(3, 3, "RECHARGE", date(2025, 6, 20), 9000),  # the first day after
            event(4, 4, "RECHARGE", date(2025, 6, 19), 2000),  # two together make it
            event(5, 4, "RECHARGE", date(2025, 6, 6), 3000),
            event(6, 6, "RECHARGE", date(2025, 6, 6), 9000),  # another line's
            event(7, 5, "PAYMENT", date(2025, 6, 6), 9000),  # another kind of money
        ],
        month=202506,
    )
    verified = {task: row["is_verified"] for task, row in outcomes(store, playbook).items()}
    assert verified == {"t1": True, "t2": False, "t3": False, "t4": True, "t5": False}


@pytest.mark.req("K2")
def test_the_agents_tick_makes_a_task_handled_and_never_verified(
    store: Store, put: Put, line: Write, plan: Write, playbook: Playbook
) -> None:
    line(202505, {1: {}, 2: {}, 3: {}})
    line(202506, {1: {}, 2: {"service_status": "EXITED", "exit_type": "CANCELLED"}, 3: {}})
    plan({"t1": (1, "run_out"), "t2": (2, "run_out"), "t3": (3, "run_out")})
    put(EVENT, [event(1, 3, "RECHARGE", date(2025, 6, 10), 6000)], month=202506)
    put(
        FACT,
        [
            fact("a", "t1", "REACHED", datetime(2025, 6, 6, 3)),
            fact(
                "b", "t1", "TICKED", datetime(2025, 6, 19, 15, 59)
            ),  # 23:59 in Shanghai, the window's last minute
            fact("c", "t2", "ATTEMPTED", datetime(2025, 6, 7, 3)),
            fact("d", "t2", "TICKED", datetime(2025, 6, 19, 16, 0)),  # midnight in Shanghai: too late
        ],
        month=202506,
    )
    found = outcomes(store, playbook)
    shown = ("is_handled", "is_reached", "is_contacted", "is_verified", "is_retained")
    assert {task: tuple(row[name] for name in shown) for task, row in found.items()} == {
        "t1": (True, True, True, False, True),
        "t2": (False, False, True, False, False),
        "t3": (False, False, False, True, True),
    }


def test_state_before_and_after_decides_where_the_test_names_it(
    store: Store, put: Put, line: Write, plan: Write, playbook: Playbook
) -> None:
    line(202505, {1: {}, 2: {"call_count": 3}, 3: {"arrears_fen": 100}, 4: {"arrears_fen": 100}})
    line(202506, {1: {"call_count": 2}, 2: {"call_count": 2}, 3: {}, 4: {}})
    plan({"t1": (1, "silent"), "t2": (2, "silent"), "t3": (3, "arrears"), "t4": (4, "arrears")})
    put(EVENT, [event(1, 3, "PAYMENT", date(2025, 6, 9), 100)], month=202506)
    verified = {task: row["is_verified"] for task, row in outcomes(store, playbook).items()}
    assert verified == {"t1": True, "t2": False, "t3": True, "t4": False}


def test_hold_out_and_withdrawal_are_carried_and_a_kind_may_be_unassessed(
    store: Store, put: Put, line: Write, plan: Write, playbook: Playbook
) -> None:
    for month in (202505, 202506):
        line(month, {key: {} for key in range(1, 6)})
    plan(
        {
            "t1": (1, "run_out"),
            "t2": (2, "run_out"),
            "t3": (3, "run_out"),
            "t4": (4, "care"),
            "t5": (5, "run_out"),
        },
        t1={"is_holdout": True},
        t2={"withdrawn_rule": "port_out_application"},
        t5={"is_assessed": False},
    )
    put(EVENT, [], month=202506)
    put(FACT, [fact("a", "t3", "WITHDRAWN", datetime(2025, 6, 6, 3))], month=202506)
    found = outcomes(store, playbook)
    assert [found[t]["is_holdout"] for t in sorted(found)] == [True, False, False, False, False]
    assert [found[t]["is_withdrawn"] for t in sorted(found)] == [False, True, True, False, False]
    assert [found[t]["is_assessed"] for t in sorted(found)] == [True, True, True, False, False]
    assert found["t4"]["is_verified"]


def test_a_test_whose_input_is_missing_is_named_and_never_verified(
    store: Store, put: Put, line: Write, plan: Write, playbook: Playbook
) -> None:
    line(202505, {1: {"call_count": None}, 2: {}, 3: {}, 4: {}}, missing=["call_count"])
    line(202506, {1: {"call_count": 5}, 2: {}, 3: {}, 4: {}})
    plan({"t1": (1, "silent"), "t2": (2, "run_out"), "t3": (3, "care"), "t4": (4, "retired_kind")})
    found = outcomes(store, playbook)
    assert {task: row["missing_column"] for task, row in found.items()} == {
        "t1": "was.call_count",
        "t2": "event",
        "t3": None,
        "t4": "playbook.retired_kind",
    }
    assert [task for task, row in found.items() if row["is_verified"]] == ["t3"]
    put(EVENT, [], month=202506, note={"missing_columns": ["amount_fen"]})
    assert outcomes(store, playbook)["t2"]["missing_column"] == "event.amount_fen"


def test_a_window_that_reaches_on_is_attributed_again_with_the_next_month(
    store: Store, put: Put, line: Write, plan: Write, playbook: Playbook
) -> None:
    for month in (202505, 202506, 202507):
        line(month, {1: {}, 2: {}})
    plan(
        {"t1": (1, "run_out"), "t2": (2, "run_out")},
        t1={"window_end_date": date(2025, 7, 4)},
        t2={"window_end_date": date(2025, 7, 4)},
    )
    put(EVENT, [], month=202506)
    assert not any(row["is_verified"] for row in outcomes(store, playbook).values())
    put(
        EVENT,
        [event(1, 1, "RECHARGE", date(2025, 7, 3), 5000), event(2, 2, "RECHARGE", date(2025, 7, 4), 5000)],
        month=202507,
    )
    put(FACT, [fact("a", "t2", "TICKED", datetime(2025, 7, 2))], month=202507)
    found = outcomes(store, playbook, JUNE.plus(1))
    assert {task: row["is_verified"] for task, row in found.items()} == {"t1": True, "t2": False}
    assert found["t2"]["is_handled"]
    assert store.require(OUTCOME, month=202506).revision == 2


def test_without_a_plan_there_is_nothing_and_without_the_book_an_error(
    store: Store, put: Put, line: Write, plan: Write, playbook: Playbook
) -> None:
    assert attribute(store, playbook, JUNE) == []
    plan({"t1": (1, "care")})
    line(202506, {1: {}})
    with pytest.raises(DataError, match=r"subscriber_month \(month=202505\)"):
        attribute(store, playbook, JUNE)


def test_the_vocabulary_holds_what_a_success_test_may_name() -> None:
    assert OUTCOME_COLUMNS["was_contract_end_date"] == "DATE"
    assert OUTCOME_COLUMNS["now_has_open_complaint"] == "BOOLEAN"
    assert OUTCOME_COLUMNS["recharge_fen"] == "BIGINT"
    assert len(OUTCOME_COLUMNS) == 37
