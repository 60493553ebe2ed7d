"""Derived columns of a subscriber."""

from datetime import date
from typing import Any

from handmade.tables import put
from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow import book
from weixi.kernel.period import Month

JUNE = Month.parse("2025-06")


def subscriber(store: Store, line: dict[str, Any], feature: dict[str, Any] | None = None) -> dict[str, Any]:
    plain = {"subscriber_id": 7, "open_date": None}
    inputs = {
        "line": put(store, book.SUBSCRIBER_MONTH, [plain | line], month=JUNE.number),
        "feature": put(store, book.FEATURE, [{"subscriber_id": 7} | (feature or {})], month=JUNE.number),
    }
    pipeline = Pipeline()
    book.subscriber_pieces(pipeline)
    text = pipeline.text(f"SELECT {', '.join(book.SUBSCRIBER_COLUMNS)} FROM subscriber")
    table = store.arrow(text, inputs=inputs, parameters={"as_of": JUNE.last})
    (row,) = table.to_pylist()
    return row


def test_the_vocabulary_is_what_the_piece_gives(store: Store) -> None:
    assert list(subscriber(store, {})) == list(book.SUBSCRIBER_COLUMNS)


def test_only_what_is_named_is_read(store: Store) -> None:
    inputs = {
        "line": put(
            store, book.SUBSCRIBER_MONTH, [{"subscriber_id": 7, "open_date": None}], month=JUNE.number
        ),
        "feature": put(store, book.FEATURE, [{"subscriber_id": 7, "order_3m_count": 4}], month=JUNE.number),
    }
    for columns, views in (
        ({"party_id", "household_key"}, {"line"}),
        ({"order_3m_count"}, {"feature"}),
        ({"run_out_days", "no_column"}, {"line", "feature"}),
    ):
        text = book_text(columns)
        own = {view: inputs[view] for view in views}
        (row,) = store.rows(text, inputs=own, parameters={"as_of": JUNE.last})
        assert row.keys() == (columns - {"no_column"}) | {"subscriber_id", "as_of"}
        assert row["subscriber_id"] == 7
        assert row.get("order_3m_count", 4) == 4
    assert book.needs_feature({"party_id", "run_out_days"})
    assert not book.needs_feature({"party_id", "is_in_service", "NOT"})


def book_text(columns: set[str]) -> str:
    pipeline = Pipeline()
    book.subscriber_pieces(pipeline, "few", columns)
    return pipeline.text(
        f"SELECT {', '.join(sorted(columns - {'no_column'} | {'subscriber_id', 'as_of'}))} FROM few"
    )


def test_states(store: Store) -> None:
    expected = {
        "IN_SERVICE": (True, False), "ONE_WAY_STOPPED": (True, True), "TWO_WAY_STOPPED": (True, True),
        "SUSPENDED": (True, False), "PENDING_CANCEL": (True, False),
        "EXITED": (False, False), "PROSPECT": (False, False),
    }  # fmt: skip
    for status, flags in expected.items():
        found = subscriber(store, {"service_status": status})
        assert (found["is_in_service"], found["is_stopped"]) == flags, status
    test_line = subscriber(store, {"line_use": "TEST"})
    assert (test_line["is_in_service"], test_line["is_counted"]) == (False, False)
    secondary = subscriber(store, {"line_type": "MOBILE_SECONDARY"})
    assert (secondary["is_in_service"], secondary["is_counted"]) == (True, False)


def test_use_is_not_known_without_any_figure(store: Store) -> None:
    assert subscriber(store, {})["is_used"] is None
    assert subscriber(store, {"sms_count": 0})["is_used"] is False
    assert subscriber(store, {"sms_count": 0, "data_kb": 1})["is_used"] is True
    assert subscriber(store, {})["is_billed"] is False
    assert subscriber(store, {"bill_fen": 1})["is_billed"] is True


def test_dates_count_from_the_last_day(store: Store) -> None:
    found = subscriber(
        store,
        {
            "open_date": date(2024, 12, 31), "birth_year": 1980, "contract_end_date": date(2025, 7, 30),
            "subsidy_end_date": date(2025, 6, 30), "broadband_end_date": date(2025, 6, 1),
            "exit_date": date(2025, 6, 20),
        },
        {"port_out_application_date": date(2025, 6, 28)},
    )  # fmt: skip
    assert (found["tenure_months"], found["age"]) == (6, 45)
    assert (found["days_to_contract_end"], found["days_to_subsidy_end"], found["days_to_broadband_end"]) == (
        30,
        0,
        -29,
    )
    assert (found["days_since_exit"], found["days_since_port_out_application"]) == (10, 2)
    assert found["as_of"] == date(2025, 6, 30)
    nothing = subscriber(store, {})
    assert (nothing["tenure_months"], nothing["days_to_contract_end"]) == (None, None)


def test_a_balance_runs_out_by_the_mean_daily_spend(store: Store) -> None:
    spend = {"complete_months": 3, "revenue_3m_fen": 27_000}
    prepaid = {"payment_type": "PREPAID", "balance_fen": 3_000}
    found = subscriber(store, prepaid, spend)
    assert (found["run_out_days"], found["run_out_date"]) == (10, date(2025, 7, 10))
    assert subscriber(store, prepaid | {"balance_fen": -50}, spend)["run_out_days"] == 0
    assert subscriber(store, prepaid | {"balance_fen": 10**15}, spend)["run_out_days"] == 3650
    unknown = [
        (prepaid | {"payment_type": "POSTPAID"}, spend),
        (prepaid, {}),
        ({"payment_type": "PREPAID"}, spend),
    ]
    for line, feature in unknown:
        assert subscriber(store, line, feature)["run_out_date"] is None


def test_lines_fold_by_household_and_else_stand_alone(store: Store) -> None:
    assert subscriber(store, {"household_id": 3})["household_key"] == "H3"
    assert subscriber(store, {})["household_key"] == "S7"
