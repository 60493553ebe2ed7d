"""What a person types to issue targets, read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from weixi.flow.assessment import KPI_NAMES, Split, official_rate
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

HIGHEST_RATE = Fraction(2)
"""A dynamic retention may lie above 100 %; a rate above 200 % is a slip of the pen."""


@dataclass(frozen=True)
class Typed:
    """What the form says: how all KPIs are shared, which of them otherwise, own rates and own totals by KPI."""

    split: Split
    splits: Mapping[str, Split] = field(default_factory=dict)
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)


def typed(given: Mapping[str, str], kpis: tuple[str, ...]) -> Typed:
    """The form's fields `split`, `split_<kpi>`, `rate_<kpi>`, `total_<kpi>`; an empty one says nothing.

    Raises UsageError naming the KPI whose field cannot be read.
    """
    general = _split(given.get("split", ""), "")
    found: dict[str, Split] = {}
    rates: dict[str, Decimal] = {}
    totals: dict[str, int] = {}
    for kpi in kpis:
        own = given.get(f"split_{kpi}", "").strip()
        if own and _split(own, kpi) is not general:
            found[kpi] = _split(own, kpi)
        if rate := given.get(f"rate_{kpi}", "").strip():
            rates[kpi] = _rate(kpi, rate)
        if total := given.get(f"total_{kpi}", "").strip():
            totals[kpi] = _total(kpi, total)
    return Typed(general, found, rates, totals)


def _split(word: str, kpi: str) -> Split:
    try:
        return Split(word)
    except ValueError:
        name = KPI_NAMES.get(kpi, Text("全部指标", "all KPIs"))
        raise UsageError(
            "target.split",
            Text(f"没有选“{name.zh}”的分解方式", f"no way of sharing is chosen for {name.en}"),
            Text("选按规模或按难度", "choose by size or by difficulty"),
        ) from None


def _rate(kpi: str, text: str) -> Decimal:
    try:
        rate = official_rate(text)
    except UsageError:
        rate = HIGHEST_RATE + 1
    if rate > HIGHEST_RATE:
        raise UsageError(
            "target.rate",
            Text(f"“{KPI_NAMES[kpi].zh}”的目标率“{text}”不可能", f"a rate of “{text}” cannot be"),
            Text("写成 0.98 或 98%", "write 0.98 or 98%"),
        )
    return Decimal(rate.numerator) / Decimal(rate.denominator)


def _total(kpi: str, text: str) -> int:
    bare = text.replace(",", "").replace("，", "")
    if not (bare.isascii() and bare.isdecimal() and len(bare) < 16):
        raise UsageError(
            "target.total",
            Text(f"“{KPI_NAMES[kpi].zh}”的总数“{text}”不是整数", f"“{text}” is no whole number"),
            Text("写一个整数，如 300", "write a whole number, such as 300"),
        )
    return int(bare)
