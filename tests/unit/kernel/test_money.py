from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.kernel.errors import UsageError
from weixi.kernel.money import fen, show, sign_of

amounts = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [
        (80, 8000),
        ("79.99", 7999),
        (Decimal("0.01"), 1),
        (0.1, 10),
        (-0.29, -29),
        (1.1, 110),
        (0, 0),
        ("1e3", 100_000),
        ("80.500", 8050),
    ],
)
def test_yuan_become_whole_fen(yuan: int | str | Decimal | float, expected: int) -> None:
    assert fen(yuan) == expected


@pytest.mark.parametrize("yuan", ["0.001", 79.999, Decimal("0.005"), "1e-3", 0.1 + 0.2])
def test_a_fraction_of_a_fen_is_refused_not_rounded(yuan: str | Decimal | float) -> None:
    with pytest.raises(UsageError) as refused:
        fen(yuan)
    assert refused.value.code == "money.fraction"


@given(amounts)
def test_no_amount_changes_on_the_way(amount: int) -> None:
    assert fen(Decimal(amount) / 100) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (0, "CNY", "¥0"),
        (5, "CNY", "¥0.05"),
        (-5, "CNY", "-¥0.05"),
        (123_450, "CNY", "¥1,234.50"),
        (100_000_000, "CNY", "¥1,000,000"),
        (-10_001, "USD", "-US$100.01"),
        (1000, "XOF", "XOF 10"),
    ],
)
def test_an_amount_is_shown(amount: int, currency: str, expected: str) -> None:
    assert show(amount, currency) == expected


@given(amounts)
def test_what_is_shown_is_the_amount(amount: int) -> None:
    assert fen(show(amount).replace("¥", "").replace(",", "")) == amount


def test_a_currency_without_a_sign_shows_its_code() -> None:
    assert sign_of("USD") == "US$"
    assert show(-123_450, "EUR") == "-EUR 1,234.50"
