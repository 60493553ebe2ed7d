"""How far a figure stands from its target, in words. Pure."""

from fractions import Fraction

from weixi.flow.assessment import COMPLETION, show
from weixi.kernel.language import Text

FLOOR = "AT_LEAST"
"""The direction of a KPI that should be high; the other one is a ceiling."""

NOT_COMPUTABLE = Text("不可算", "not computable")


def room_of(direction: str, target: Fraction, numerator: int, denominator: int) -> int:
    """How many more may leave under a ceiling that is met; 0 for a floor."""
    return max(int(target * denominator) - numerator, 0) if direction != FLOOR else 0


def counted(kpi: str, count: int) -> Text:
    """`37 户` or, of tasks, `37 单`."""
    unit = "单" if kpi == COMPLETION else "户"
    noun = "task" if kpi == COMPLETION else "subscriber"
    return Text(f"{count:,} {unit}", f"{count:,} {noun}{'' if count == 1 else 's'}")


def needed(
    kpi: str, direction: str, target: Fraction, gap_count: int, numerator: int, denominator: int
) -> Text:
    """How many the figure is short of its target: `目标 100 %，还差 37 户`; where it is not: `目标 98.5 %，已达标`."""
    many, at = counted(kpi, gap_count), _short(target)
    if not denominator:
        return Text("本月没有可考核的对象", "nothing is assessed this month")
    if gap_count and direction != FLOOR:
        return Text(f"已超上限 {many.zh}", f"{many.en} above the ceiling")
    if gap_count:
        return Text(f"目标 {at}，还差 {many.zh}", f"target {at}, {many.en} short")
    if direction != FLOOR:
        left = counted(kpi, room_of(direction, target, numerator, denominator))
        return Text(f"上限内还可离网 {left.zh}", f"{left.en} may still leave")
    return Text(f"目标 {at}，已达标", f"target {at}, met")


def _short(rate: Fraction) -> str:
    """A rate without needless digits: `100 %`, `35.2 %`."""
    number = show(rate).removesuffix(" %")
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number} %"
