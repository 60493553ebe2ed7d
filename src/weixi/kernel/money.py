"""Money in whole fen (cents) with a currency; shown in yuan."""

from decimal import Decimal
from fractions import Fraction

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

SIGNS = {"CNY": "¥", "USD": "US$", "HKD": "HK$"}


def fen(yuan: int | str | Decimal | float) -> int:
    """The whole fen of an amount in yuan. Raises UsageError where the amount has a fraction of a fen."""
    exact = Fraction(str(yuan)) * 100
    if exact.denominator != 1:
        raise UsageError(
            "money.fraction",
            Text(f"金额 {yuan} 元不足整分", f"{yuan} is not a whole number of cents"),
            Text("金额最多两位小数", "use at most two decimals"),
        )
    return int(exact)


def show(amount_fen: int, currency: str = "CNY") -> str:
    """An amount for people: `¥1,234.50`; whole units lose their zero cents."""
    sign = "-" if amount_fen < 0 else ""
    whole, cents = divmod(abs(amount_fen), 100)
    tail = f".{cents:02d}" if cents else ""
    return f"{sign}{SIGNS.get(currency, currency + ' ')}{whole:,}{tail}"
