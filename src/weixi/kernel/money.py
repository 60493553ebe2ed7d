"""Money in whole fen (cents) with a currency; shown in yuan."""

from decimal import Decimal
from fractions import Fraction

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

HOME_CURRENCY = "CNY"
"""The currency that playbooks are written in, and operators have where they say no other."""

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


def sign_of(currency: str) -> str:
    """What stands before an amount: `¥`, `US$`, or the code itself."""
    return SIGNS.get(currency, currency + " ")


def show(amount_fen: int, currency: str = HOME_CURRENCY) -> str:
    """An amount for people: `¥1,234.50`; whole units lose their zero cents."""
    sign = "-" if amount_fen < 0 else ""
    whole, cents = divmod(abs(amount_fen), 100)
    tail = f".{cents:02d}" if cents else ""
    return f"{sign}{sign_of(currency)}{whole:,}{tail}"
