"""What a plan's certificate says to whoever signs it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from weixi.desk.scorecard.rules.lift import yuan
from weixi.flow.decision import BasisView
from weixi.kernel.language import Text

UNITS: Mapping[str, tuple[float, Text]] = {
    "MONEY": (100.0, Text("元", "yuan")),
    "MINUTES": (60.0, Text("小时", "hours")),
    "CONTACTS": (1.0, Text("次", "contacts")),
    "FLOOR": (1.0, Text("户", "households")),
    "SHARE": (100.0, Text("元", "yuan")),
    "RETURN": (100.0, Text("元", "yuan")),
    "FAIRNESS": (100.0, Text("元/户", "yuan a head")),
}
"""Of each kind of limit: how many of its units make one that is shown, and what that is called."""

MORE_FEN = 10_000_000
"""What another sum is asked about: 100,000 yuan."""


@dataclass(frozen=True, slots=True)
class Point:
    """What the best plan would be worth were one limit `amount_fen`: at least `value_fen`, never above `bound_fen`."""

    amount_fen: float
    value_fen: float | None
    bound_fen: float


def measure(kind: str, amount: float) -> str:
    """An amount of a limit in the unit that is shown."""
    step, _ = UNITS.get(kind, (1.0, Text("", "")))
    shown = amount / step
    return f"{shown:,.0f}" if abs(shown) >= 100 or shown == int(shown) else f"{shown:,.1f}"


def worth_at(points: Sequence[Point], amount_fen: float) -> float | None:
    """The value at that amount, on the straight line between the points beside it; None outside of them."""
    known = sorted((point.amount_fen, point.value_fen) for point in points if point.value_fen is not None)
    for (low, before), (high, after) in pairwise(known):
        if low <= amount_fen <= high:
            share = (amount_fen - low) / (high - low) if high > low else 0.0
            return before + share * (after - before)
    return None


def another(points: Sequence[Point], now_fen: float, more_fen: int = MORE_FEN) -> float | None:
    """What `more_fen` beyond the amount of now would bring, in fen; None where the curve does not reach so far."""
    here, there = worth_at(points, now_fen), worth_at(points, now_fen + more_fen)
    return None if here is None or there is None else there - here


def more_said(limit: Text, gain_fen: float, currency: str) -> Text:
    """What MORE_FEN more of that limit would bring."""
    more, gain = yuan(MORE_FEN, currency), yuan(gain_fen, currency)
    if round(gain_fen / 100) <= 0:
        return Text(
            f"{limit.zh}再加 {more}，多保不了什么：钱还没有用满，别的限额才是瓶颈。",
            f"{limit.en}: another {more} would bring nothing. It is not used up; other limits bind.",
        )
    return Text(
        f"{limit.zh}再加 {more}，约多保住 {gain}（已扣优惠成本）。",
        f"{limit.en}: another {more} would bring about {gain} more, net of the offers.",
    )


def gap_said(gap: float, shown: str) -> Text:
    """How far from the best possible the plan can be at most; `shown` is that in money."""
    share = f"{100 * gap:.2f}" if gap >= 0.0001 else f"{100 * gap:.4f}"
    return Text(
        f"在全部限制之内，任何计划都不可能比它好过 {share}%（{shown}）：这个上限是算出来的，不是估的。",
        f"Within all limits no plan can be better by more than {share} % ({shown}): that bound is proved, not "
        "estimated.",
    )


def basis_said(basis: BasisView) -> Text:
    """What the values of the rows rest on."""
    return Text(
        f"效果实测的 {basis.measured_rows:,} 户，值 {yuan(basis.measured_value_fen)}；按方案假定的 "
        f"{basis.assumed_rows:,} 户，值 {yuan(basis.assumed_value_fen)}；"
        f"只有风险、效果未知的 {basis.unknown_rows:,} 户；"
        f"联系有害、不打扰的 {basis.left_alone_rows:,} 户；随机投放的 {basis.drawn_rows:,} 户。",
        f"Measured effects for {basis.measured_rows:,} rows, worth {yuan(basis.measured_value_fen)}; effects that the "
        f"playbook assumes for {basis.assumed_rows:,}, worth {yuan(basis.assumed_value_fen)}; risk only, effect "
        f"unknown for {basis.unknown_rows:,}; {basis.left_alone_rows:,} that contact harms are left alone; "
        f"{basis.drawn_rows:,} drawn by lot.",
    )
