"""The deposit's day against a plain reading of the bills, its interval and its coverage; the other clocks' lists."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from handmade.tables import Node, put_tree
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, build_feature
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.warning import (
    CLOCK,
    against_rule,
    build_clock,
    calendar_of,
    calibration,
    season_percent,
    spreads,
)
from weixi.kernel.period import Month

JUNE = Month.of(2025, 6)
Put = Callable[..., Partition]


def clocks(store: Store, month: Month = JUNE) -> dict[int, dict[str, Any]]:
    rows = store.rows(
        f"SELECT {', '.join(CLOCK.types)} FROM clock", inputs={"clock": build_clock(store, month)}
    )
    return {row["subscriber_id"]: row for row in rows}


def bill(number: int) -> int:
    """The mean bill of a line, fen."""
    return 6_000 + 100 * number


def fill(store: Store, put: Put, first: Month, months: int, lines: int = 120, **more: Any) -> None:
    """So many prepaid lines; a line's bill lies between 85 and 115 % of its mean, moving from month to month."""
    for k in range(months):
        month = first.plus(k)
        put(
            SUBSCRIBER_MONTH,
            [
                {
                    "subscriber_id": n,
                    "payment_type": "PREPAID",
                    "bill_fen": bill(n) * (85 + (n * 7 + k * 13) % 31) // 100,
                    "balance_fen": bill(n) * ((n * 11 + k * 5) % 150) // 100,
                    **more,
                }
                for n in range(1, lines + 1)
            ],
            month=month.number,
        )
    for k in range(months):
        build_feature(store, first.plus(k))


@pytest.mark.req("M8")
def test_the_day_is_the_balance_over_the_expected_spend(store: Store, put: Put) -> None:
    plain = {"payment_type": "PREPAID", "bill_fen": 9_000}
    lines = [
        {"subscriber_id": 1, "balance_fen": 3_000, **plain},
        {"subscriber_id": 2, "balance_fen": 10_500, **plain},
        {"subscriber_id": 3, "balance_fen": 90_000, **plain},
        {"subscriber_id": 4, "balance_fen": 3_000, "payment_type": "POSTPAID", "bill_fen": 9_000},
        {
            "subscriber_id": 5, "balance_fen": 3_000, "subsidy_release_fen": 3_000,
            "subsidy_end_date": date(2026, 6, 1), **plain,
        },
    ]  # fmt: skip
    for k in (2, 1, 0):
        put(SUBSCRIBER_MONTH, lines, month=JUNE.plus(-k).number)
    build_feature(store, JUNE)
    days = {number: row["run_out_date"] for number, row in clocks(store).items()}
    # 31 days × 3,000 ÷ 9,000; the second spends July's 9,000 and 1,500 of the next; the fifth has July's release too.
    assert days == {1: date(2025, 7, 10), 2: date(2025, 8, 5), 5: date(2025, 7, 20)}
    assert clocks(store)[1]["run_out_low_date"] is None


@pytest.mark.req("M8")
def test_the_season_is_what_the_base_spent_in_that_month_a_year_ago(store: Store, put: Put) -> None:
    for k in range(12):
        month = JUNE.plus(-k)
        amount = 12_000 if month == Month.of(2024, 7) else 8_000
        put(
            SUBSCRIBER_MONTH,
            [{"subscriber_id": 1, "payment_type": "PREPAID", "bill_fen": amount, "balance_fen": 4_000}],
            month=month.number,
        )
    assert season_percent(store, JUNE) == 150
    assert season_percent(store, JUNE.plus(-1)) == 100
    build_feature(store, JUNE)
    assert clocks(store)[1]["run_out_date"] == date(2025, 6, 30) + timedelta(days=4_000 * 31 // 12_000)


@pytest.mark.req("M8")
def test_the_interval_holds_most_of_what_comes_and_the_spread_is_that_of_the_bills(
    store: Store, put: Put
) -> None:
    fill(store, put, JUNE.plus(-9), 10)
    known = {spread.band: spread for spread in spreads(store, JUNE)}
    assert known[-1].forecast_count == sum(s.forecast_count for band, s in known.items() if band >= 0) >= 30
    assert 700 < known[-1].low < known[-1].middle <= known[-1].high < 1_500
    covered = calibration(store, JUNE)
    whole = sum(band.forecast_count for band in covered)
    assert whole == known[-1].forecast_count
    assert 0.7 <= sum(band.within_count for band in covered) / whole <= 1
    # The same count by hand: of the forecasts made in April, those whose interval holds the day that came.
    april = JUNE.plus(-2)
    rows = clocks(store, april)
    books = {
        k: {
            row["subscriber_id"]: row
            for row in store.rows(
                "SELECT subscriber_id, bill_fen, balance_fen FROM line",
                inputs={"line": store.require(SUBSCRIBER_MONTH, month=april.plus(k).number)},
            )
        }
        for k in range(3)
    }
    inside = 0
    for number, row in rows.items():
        balance = books[0][number]["balance_fen"]
        first, second = (books[k][number]["bill_fen"] for k in (1, 2))
        if balance <= first:
            day: int | None = balance * 31 // first
        elif balance - first <= second:
            day = 31 + (balance - first) * 30 // second
        else:
            day = None
        low, high = ((row[name] - april.last).days for name in ("run_out_low_date", "run_out_high_date"))
        inside += day is not None and low <= day <= high
    assert inside == sum(band.within_count for band in covered)


@pytest.mark.req("M8")
def test_the_forecast_calls_as_many_as_the_rule_and_nearer_to_the_day(store: Store, put: Put) -> None:
    fill(store, put, JUNE.plus(-9), 10)
    rule, forecast = against_rule(store, JUNE, 3)
    assert (rule.method, forecast.method) == ("RULE", "FORECAST")
    assert rule.call_count == forecast.call_count > 30
    assert forecast.off_days < rule.off_days
    assert forecast.ran_out_count >= rule.ran_out_count


def test_without_later_months_nothing_is_claimed(store: Store, put: Put) -> None:
    fill(store, put, JUNE, 1, lines=3)
    assert spreads(store, JUNE) == calibration(store, JUNE) == against_rule(store, JUNE, 3) == ()


@pytest.mark.req("M9")
@pytest.mark.req("M10")
@pytest.mark.req("X3")
def test_leases_fall_into_weeks_bills_jump_by_the_release_and_faults_stand_beside_broadband(
    store: Store, put: Put
) -> None:
    put_tree(
        store,
        JUNE.number,
        [Node("C", None, "COUNTY"), Node("U1", "C", "UNIT"), Node("U2", "C", "UNIT")],
    )
    lease = {"contract_kind": "HANDSET_LEASE"}
    put(
        SUBSCRIBER_MONTH,
        [
            {"subscriber_id": 1, "contract_end_date": date(2025, 7, 3), **lease},
            {"subscriber_id": 2, "contract_end_date": date(2025, 7, 8), **lease},
            {"subscriber_id": 3, "contract_end_date": date(2025, 7, 9), **lease, "household_id": 7},
            {"subscriber_id": 4, "contract_end_date": date(2025, 12, 9), **lease},
            {"subscriber_id": 5, "subsidy_end_date": date(2025, 8, 1), "subsidy_release_fen": 3_000},
            {"subscriber_id": 6, "broadband_end_date": date(2025, 7, 30), "household_id": 7},
        ],
        month=JUNE.number,
    )
    money = {"complete_months": 3, "revenue_3m_fen": 27_000}
    put(
        FEATURE,
        [{"subscriber_id": n, **money, "open_repair_count": int(n == 6)} for n in range(1, 7)],
        month=JUNE.number,
    )
    put(
        ASSIGNMENT,
        [
            {
                "subscriber_id": n,
                "unit_code": f"U{1 + n % 2}",
                "node_code": f"U{1 + n % 2}",
                "rule": "HOME_UNIT",
            }
            for n in range(1, 7)
        ],
        month=JUNE.number,
    )
    build_clock(store, JUNE)
    found = calendar_of(store, JUNE)
    assert {unit.unit_code: unit.weeks[:3] for unit in found.leases} == {"U1": (0, 1, 0), "U2": (1, 1, 0)}
    (jump,) = found.jumps
    assert (jump.subscriber_id, jump.bill_before_fen, jump.bill_after_fen, jump.jump_fen) == (
        5,
        6_000,
        9_000,
        3_000,
    )
    (end,) = found.broadband
    assert (end.subscriber_id, end.open_repair_count) == (6, 1)
    assert {clock.clock: clock.within_90 for clock in found.clocks} == {
        "run_out": 0, "lease_end": 3, "subsidy_end": 1, "broadband_end": 1,
    }  # fmt: skip


def test_a_line_whose_balance_lasts_has_no_interval(store: Store, put: Put) -> None:
    """Its subsidy ends soon, so it is listed; where others have an interval it has none."""
    ends = JUNE.last + timedelta(days=40)
    fill(store, put, JUNE.plus(-5), 6, subsidy_end_date=ends, subsidy_release_fen=100)
    rows = clocks(store).values()
    lasting = [row for row in rows if row["run_out_date"] is None]
    assert lasting
    assert all(row["run_out_high_date"] is not None for row in rows if row["run_out_date"] is not None)
    assert {(row["run_out_low_date"], row["run_out_high_date"]) for row in lasting} == {(None, None)}
