"""What a proposal is foretold to bring, in words. Pure."""

from weixi.desk.scorecard.rules.lift import yuan
from weixi.kernel.language import Text

MONEY = "FEN_A_MONTH"
"""The unit of an effect in fen a month."""


def effect_said(effect: float | None, low: float | None, high: float | None, unit: str) -> Text | None:
    """The effect with its interval; None where none is foretold."""
    if effect is None:
        return None
    if unit == MONEY:
        middle, ends = yuan(effect), None if low is None or high is None else (yuan(low), yuan(high))
        said = Text(f"预计每月多得 {middle}", f"foretold to bring {middle} a month")
    else:
        middle = f"{100 * effect:.1f} %"
        ends = None if low is None or high is None else (f"{100 * low:.1f} %", f"{100 * high:.1f} %")
        said = Text(f"预计 {middle}", f"foretold: {middle}")
    if ends is None:
        return said
    return Text(
        f"{said.zh}（95% 区间 {ends[0]} 至 {ends[1]}）", f"{said.en} (95 % interval {ends[0]} to {ends[1]})"
    )
