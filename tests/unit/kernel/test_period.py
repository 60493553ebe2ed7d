from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.kernel.errors import UsageError
from weixi.kernel.period import Month

months = st.integers(1900 * 12, 2998 * 12 + 11).map(Month)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2025-06", 202506),
        ("202506", 202506),
        (" 2025-12 ", 202512),
        ("1900-01", 190001),
        ("2999-12", 299912),
    ],
)
def test_a_month_is_read(text: str, number: int) -> None:
    assert Month.parse(text).number == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025",
        "2025-6",
        "25-06",
        "2025-00",
        "2025-13",
        "202500",
        "2025/06",
        "2025-06-01",
        "1899-12",
        "3000-01",
    ],
)
def test_anything_else_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        Month.parse(text)
    assert refused.value.code == "month.form"
    assert "2025-06" in refused.value.remedy.en


@pytest.mark.parametrize("number", [0, -1, 202500, 202513, 2025, 20250601])
def test_a_number_that_is_no_month_is_refused(number: int) -> None:
    with pytest.raises(UsageError, match=r"month\.form"):
        Month.from_number(number)


@given(months)
def test_every_form_comes_back(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert Month.from_number(month.number) == month
    assert Month.containing(month.first) == month
    assert Month.containing(month.last) == month


@given(months)
def test_months_are_half_open_and_leave_no_gap(month: Month) -> None:
    following = month.plus(1)
    assert month.end == following.first
    assert month.last + timedelta(days=1) == month.end
    assert Month.containing(month.end) == following
    assert 28 <= month.days == month.last.day <= 31


@given(months, st.integers(-1200, 1200))
def test_plus_comes_back_and_keeps_order(month: Month, distance: int) -> None:
    assert month.plus(distance).plus(-distance) == month
    assert month.plus(distance).index - month.index == distance
    assert (month.plus(distance) > month) == (distance > 0)


@given(months, st.integers(1, 24))
def test_back_ends_here_and_counts_itself(month: Month, count: int) -> None:
    found = month.back(count)
    assert len(found) == count
    assert found[-1] == month
    assert all(later.index - earlier.index == 1 for earlier, later in pairwise(found))


def test_the_turn_of_a_year() -> None:
    december = Month.of(2025, 12)
    assert december.end == date(2026, 1, 1)
    assert december.plus(1).number == 202601
    assert str(december.plus(-12)) == "2024-12"
    assert [month.number for month in Month.of(2026, 2).back(3)] == [202512, 202601, 202602]


@pytest.mark.parametrize(("year", "days"), [(2023, 28), (2024, 29), (1900, 28), (2000, 29)])
def test_february(year: int, days: int) -> None:
    assert Month.of(year, 2).days == days
