"""One text as one typed value, on the engine: units exact, odd forms refused."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Store, Table
from weixi.flow.extract.feeds import EVENT, SUBSCRIBER
from weixi.flow.extract.mapping import ColumnSource, Counted, Unit
from weixi.flow.extract.value import month_text, value_text
from weixi.kernel.period import Month

TEXTS = Table(
    "texts", "one text", ("part",), ("place",), (Column("place", T.BIGINT, ""), Column("x", T.VARCHAR, ""))
)


def column(name: str) -> Column:
    return next(c for feed in (SUBSCRIBER, EVENT) for c in feed.columns if c.name == name)


def read(store: Store, sql: str, texts: list[str | None]) -> list[Any]:
    batches = pa.table({"place": range(len(texts)), "x": pa.array(texts, pa.string())}).to_batches()
    part = store.put(TEXTS, {"part": "a"}, batches, origin=repr(texts))
    return [
        row["v"] for row in store.rows(f"SELECT place, {sql} AS v FROM t ORDER BY place", inputs={"t": part})
    ]


def values(store: Store, name: str, texts: list[str | None], **source: Any) -> list[Any]:
    return read(store, value_text(ColumnSource(column(name), "", column="X", **source), "x").sql, texts)


@pytest.mark.parametrize(
    ("name", "unit", "cases"),
    [
        (
            "bill_fen",
            Unit.YUAN,
            {"59": 5900, "59.005": 5901, "-0.005": -1, "0.0049999999": 0, ".5": 50, "1e-05": 0},
        ),
        (
            "bill_fen",
            Unit.YUAN,
            {
                "": None,
                "五十九元": None,
                "5.": None,
                "+": None,
                "1 2": None,
                "NaN": None,
                "12%": None,
                "#N/A": None,
            },
        ),
        (
            "bill_fen",
            Unit.YUAN,
            {
                "1,234": 123400,
                "-1,234,567.891": -123456789,
                "５９．５": 5950,
                "￥８，０００": 800000,
                "¥5": 500,
            },
        ),
        (
            "bill_fen",
            Unit.YUAN,
            {"12,34": None, "1,2345": None, ",123": None, "1,234,": None, "1.234,5": None},
        ),
        ("bill_fen", Unit.FEN, {"5900": 5900, "5900.5": 5901, "123456789012345678": 123456789012345678}),
        (
            "voice_seconds",
            Unit.MINUTES,
            {"12.5": 750, "12.3333333333": 740, "0.008333333334": 1, "0.00833333": 0},
        ),
        ("data_kb", Unit.MB, {"1": 1024, "0.5": 512, "0.00048828125": 1}),
        ("data_kb", Unit.GB, {"1.5": 1572864, "9999999999999": None}),
        ("bill_fen", Unit.YUAN, {"99999999999999999999": None}),
    ],
)
def test_units_are_exact_and_half_up(
    store: Store, name: str, unit: Unit, cases: dict[str, int | None]
) -> None:
    assert dict(zip(cases, values(store, name, list(cases), unit=unit), strict=True)) == cases


def test_a_decimal_comma(store: Store) -> None:
    cases = {
        "59,5": 5950,
        "1.234,56": 123456,
        "1.234": 123400,
        "7": 700,
        "-0,005": -1,
        "59.5": None,
        "1,2,3": None,
    }
    source = ColumnSource(column("bill_fen"), "", column="X", unit=Unit.YUAN)
    found = read(store, value_text(source, "x", ",").sql, list(cases))
    assert dict(zip(cases, found, strict=True)) == cases
    count = value_text(ColumnSource(column("call_count"), "", column="X"), "x", ",").sql
    assert read(store, count, ["1.200", "12,0", "12,5"]) == [1200, 12, None]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.decimals(-(10**9), 10**9, places=9), min_size=1, max_size=30))
def test_yuan_equals_decimal_arithmetic(store: Store, amounts: list[Decimal]) -> None:
    expected = [int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP)) for amount in amounts]
    assert values(store, "bill_fen", [f"{amount:f}" for amount in amounts], unit=Unit.YUAN) == expected


def test_whole_numbers(store: Store) -> None:
    cases = {"12": 12, "12.0": 12, "1e3": 1000, "12.5": None, "x": None, "9223372036854775808": None}
    assert dict(zip(cases, values(store, "call_count", list(cases)), strict=True)) == cases


def test_dates_and_formats(store: Store) -> None:
    day = date(2025, 2, 28)
    plain = {
        "2025-02-28": day,
        "2025-02-28 00:00:00": day,
        "2025-02-30": None,
        "20250228": day,
        "2025-2-28": day,
        "2025/2/28": day,
        "2025.02.28": day,
        "2025年2月28日": day,
        "２０２５年２月２８日": day,
        "2025/2/28 0:00": day,
        "2025-02-28 00:00:00.000": day,
        "2025/2/28 8:30": None,
        "28/2/2025": None,
        "2025/2/30": None,
        "45716": None,
        "202502": None,
    }
    assert dict(zip(plain, values(store, "open_date", list(plain)), strict=True)) == plain
    assert values(store, "open_date", ["20250228", "20251301", "2025-02-28"], format="%Y%m%d") == [
        day,
        None,
        None,
    ]
    assert values(store, "open_date", ["28/02/2025"], format="%d/%m/%Y") == [day]
    assert values(store, "open_date", ["2025年02月28日"], format="%Y年%m月%d日") == [day]


def test_moments_without_zone_are_shanghai(store: Store) -> None:
    moment = datetime(2025, 2, 28, 0, 30, 5)
    cases = {
        "2025-02-28 08:30:05": moment,
        "2025-02-28T08:30:05.999": moment,
        "2025-02-28 08:30:05+08:00": moment,
        "2025-02-28T00:30:05Z": moment,
        "2025-02-28 25:00:00": None,
        "2025-02-28 08:30:05+09:00": None,
    }
    assert dict(zip(cases, values(store, "happened_at", list(cases)), strict=True)) == cases
    assert values(store, "happened_at", ["20250228083005"], format="%Y%m%d%H%M%S") == [moment]
    assert values(store, "happened_at", ["2025-02-28"], format="%Y-%m-%d") == [datetime(2025, 2, 27, 16)]


def test_codes_flags_and_closed_vocabularies(store: Store) -> None:
    codes = {"1": "IN_SERVICE", "it's": "EXITED"}
    assert values(store, "service_status", ["1", "it's", "2", None], codes=codes) == [
        "IN_SERVICE",
        "EXITED",
        None,
        None,
    ]
    assert values(store, "service_status", ["EXITED", "GONE"]) == ["EXITED", None]
    assert values(store, "is_rural", ["Y", "N", "?"], codes={"Y": True, "N": False}) == [True, False, None]
    assert values(store, "is_rural", ["true", "FALSE", "1"]) == [True, False, None]


def test_a_tenure_becomes_a_day_of_opening(store: Store) -> None:
    found = values(store, "open_date", ["0", "1", "72", "-1", "x"], counted=Counted(Month.parse("2025-12")))
    assert found == [date(2025, 12, 1), date(2025, 11, 1), date(2019, 12, 1), None, None]


def test_the_month_a_row_tells(store: Store) -> None:
    assert read(store, month_text("x", "%Y%m"), ["202512", "202513", "2025-12", None]) == [
        202512,
        None,
        None,
        None,
    ]
    assert read(store, month_text("x", "%Y-%m-%d"), ["2025-12-31"]) == [202512]


def test_months_are_counted_onward_too(store: Store) -> None:
    found = values(
        store, "contract_end_date", ["0", "1", "13"], counted=Counted(Month.parse("2025-12"), True)
    )
    assert found == [date(2025, 12, 1), date(2026, 1, 1), date(2027, 1, 1)]
