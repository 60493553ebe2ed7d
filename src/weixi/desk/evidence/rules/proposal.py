"""What a proposal is foretold to bring, in words. Pure."""

from weixi.desk.scorecard.rules.lift import yuan
from weixi.flow.learning import FEN_A_MONTH, FEN_A_TASK
from weixi.kernel.language import Text


def effect_said(effect: float | None, low: float | None, high: float | None, unit: str) -> Text | None:
    """The effect with its interval; None where none is foretold. A difference in acceptance is said to be one."""
    if effect is None:
        return None
    if unit == FEN_A_MONTH:
        middle, ends = yuan(effect), None if low is None or high is None else (yuan(low), yuan(high))
        said = Text(f"预计每月多得 {middle}", f"foretold to bring {middle} a month")
    elif unit == FEN_A_TASK:
        middle, ends = yuan(effect), None if low is None or high is None else (yuan(low), yuan(high))
        said = Text(f"每户多带来 {middle}", f"brings {middle} a household more")
    else:
        middle = f"{100 * effect:+.1f}"
        ends = None if low is None or high is None else (f"{100 * low:+.1f}", f"{100 * high:+.1f}")
        said = Text(f"受理率相差 {middle} 个百分点", f"acceptance differs by {middle} points")
    if ends is None:
        return said
    # The bounds hold together with all that the month asked: at least 95 %, one-sided for what is foretold.
    return Text(f"{said.zh}（区间 {ends[0]} 至 {ends[1]}）", f"{said.en} (interval {ends[0]} to {ends[1]})")
