"""Features of twelve months, by hand, and against a plain reading of their meaning."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handmade.tables import put
from weixi.engine import Store
from weixi.flow import book
from weixi.kernel.period import Month

JUNE = Month.parse("2025-06")


def lines(store: Store, months: dict[Month, list[dict[str, Any]]]) -> None:
    for month, rows in months.items():
        put(store, book.SUBSCRIBER_MONTH, rows, month=month.number)


def feature(store: Store, month: Month = JUNE) -> dict[int, dict[str, Any]]:
    part = book.build_feature(store, month)
    names = ", ".join(book.FEATURE.types)
    return {row["subscriber_id"]: row for row in store.rows(f"SELECT {names} FROM f", inputs={"f": part})}


def one(bill: int | None, **more: Any) -> list[dict[str, Any]]:
    return [{"subscriber_id": 1, "bill_fen": bill, **more}]


def test_only_complete_months_make_the_arpu(store: Store) -> None:
    opened = {"open_date": date(2025, 4, 10)}
    lines(
        store,
        {JUNE.plus(-2): one(3000, **opened), JUNE.plus(-1): one(9000, **opened), JUNE: one(8000, **opened)},
    )
    found = feature(store)[1]
    assert (found["complete_months"], found["revenue_3m_fen"], found["revenue_12m_fen"]) == (2, 17000, 20000)
    assert (found["previous_bill_fen"], found["seen_months"], found["billed_months_12m"]) == (9000, 3, 3)


def test_a_line_opened_on_the_first_has_no_complete_month_yet(store: Store) -> None:
    lines(store, {JUNE: one(8000, open_date=JUNE.first)})
    assert feature(store)[1]["complete_months"] == 0


def test_without_a_day_of_opening_the_months_after_the_first_seen_are_complete(store: Store) -> None:
    lines(store, {JUNE.plus(-1): one(9000, open_date=None), JUNE: one(8000, open_date=None)})
    found = feature(store)[1]
    assert (found["complete_months"], found["revenue_3m_fen"]) == (1, 8000)


def test_carried_months_and_months_without_a_bill_are_not_complete(store: Store) -> None:
    lines(store, {JUNE.plus(-2): one(9000), JUNE.plus(-1): one(None), JUNE: one(0, is_carried=True)})
    found = feature(store)[1]
    assert (found["complete_months"], found["revenue_3m_fen"]) == (1, 9000)


def test_windows_of_three_six_and_twelve_months(store: Store) -> None:
    lines(
        store, {JUNE.plus(-back): one(100 * (back + 1), data_kb=back, voice_seconds=1) for back in range(14)}
    )
    found = feature(store)[1]
    assert (found["revenue_3m_fen"], found["revenue_previous_3m_fen"]) == (100 + 200 + 300, 400 + 500 + 600)
    assert found["revenue_12m_fen"] == sum(100 * (back + 1) for back in range(12))
    assert (found["data_3m_kb"], found["data_previous_3m_kb"], found["previous_data_kb"]) == (3, 12, 1)
    assert (found["voice_3m_seconds"], found["voice_previous_3m_seconds"]) == (3, 3)


def test_discount_silence_and_stops(store: Store) -> None:
    silent = {"call_count": 0, "data_kb": 0, "sms_count": None}
    lines(
        store,
        {
            JUNE.plus(-2): one(100, bill_before_discount_fen=150, service_status="TWO_WAY_STOPPED", **silent),
            JUNE.plus(-1): one(100, complaint_count=2),
            JUNE: one(100, service_status="ONE_WAY_STOPPED", call_count=1),
        },
    )
    found = feature(store)[1]
    assert (found["silent_months"], found["stopped_months_3m"], found["complaints_3m"]) == (1, 2, 2)
    assert found["revenue_3m_before_discount_fen"] == 350


def test_events_of_three_months_and_of_the_month(store: Store) -> None:
    lines(store, {JUNE: one(100)})
    plain = {
        "happened_at": datetime(2025, 1, 1),
        "event_date": date(2025, 6, 3),
        "subscriber_id": 1,
        "amount_fen": 500,
    }
    kinds = {
        JUNE.plus(-3): ["RECHARGE"],
        JUNE.plus(-2): ["RECHARGE", "PORT_OUT_APPLICATION", "ORDER", "REPAIR"],
        JUNE: ["RECHARGE", "PORT_OUT_QUERY", "REPAIR", "REPAIR", "REPAIR_DONE"],
    }
    for month, names in kinds.items():
        events = [{**plain, "event_id": k, "event_type": name} for k, name in enumerate(names, 1)]
        put(store, book.EVENT, events, month=month.number)
    found = feature(store)[1]
    assert (found["recharge_3m_fen"], found["order_3m_count"]) == (1000, 1)
    assert (found["port_out_query_count"], found["open_repair_count"]) == (1, 1)
    assert found["port_out_application_date"] == date(2025, 6, 3)


def test_without_events_their_features_are_empty(store: Store) -> None:
    lines(store, {JUNE: one(100)})
    found = feature(store)[1]
    assert (found["recharge_3m_fen"], found["port_out_application_date"]) == (0, None)


def test_only_lines_of_the_month_have_features(store: Store) -> None:
    lines(store, {JUNE.plus(-1): [{"subscriber_id": 1}, {"subscriber_id": 2}], JUNE: [{"subscriber_id": 2}]})
    assert sorted(feature(store)) == [2]


history = st.dictionaries(
    st.integers(0, 11),
    st.tuples(
        st.integers(-500, 20_000) | st.none(), st.sampled_from([None, date(2024, 12, 15), date(2025, 5, 2)])
    ),
).filter(lambda months: 0 in months)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(history, min_size=1, max_size=30))
def test_revenue_and_complete_months_equal_their_definition(
    store: Store, histories: list[dict[int, Any]]
) -> None:
    for back in range(12):
        rows = [
            {"subscriber_id": k, "bill_fen": months[back][0], "open_date": months[back][1]}
            for k, months in enumerate(histories)
            if back in months
        ]
        lines(store, {JUNE.plus(-back): rows})
    found = feature(store)
    for k, months in enumerate(histories):
        complete = [
            bill
            for back, (bill, opened) in months.items()
            if back < 3 and bill is not None
            and (opened < JUNE.plus(-back).first if opened is not None else back < max(months))
        ]  # fmt: skip
        assert found[k]["complete_months"] == len(complete)
        assert found[k]["revenue_3m_fen"] == sum(complete)
        assert found[k]["revenue_12m_fen"] == sum(bill or 0 for bill, _ in months.values())


def test_a_month_that_is_not_in_the_book_is_named(store: Store) -> None:
    with pytest.raises(Exception, match="subscriber_month"):
        book.build_feature(store, JUNE)
