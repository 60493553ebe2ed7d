"""What an allocation proves: the bound, the value, and what one more unit of every limit would be worth."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.engine import Partition
from weixi.flow.decision.allocation.baseline import Baseline
from weixi.flow.decision.allocation.problem import Floats, Kind, Limit, Problem, Sense
from weixi.kernel.language import Text
from weixi.kernel.money import show

STEPS: Mapping[Kind, tuple[float, Text, Text]] = {
    Kind.MONEY: (100.0, Text("每增加 1 元", "one more yuan"), Text("元", "yuan")),
    Kind.MINUTES: (60.0, Text("每增加 1 小时", "one more hour"), Text("小时", "hours")),
    Kind.CONTACTS: (1.0, Text("每增加 1 次接触", "one more contact"), Text("次", "contacts")),
    Kind.FLOOR: (1.0, Text("少要求 1 户", "one household fewer"), Text("户", "households")),
    Kind.SHARE: (100.0, Text("放宽 1 元", "one yuan less"), Text("元", "yuan")),
    Kind.RETURN: (100.0, Text("放宽 1 元", "one yuan less"), Text("元", "yuan")),
    Kind.FAIRNESS: (
        100.0,
        Text("户均差距放宽 1 元", "one yuan more of difference a head"),
        Text("元/户", "yuan a head"),
    ),
}
"""Of each kind: the natural step in use units, the step in words, and the unit in words."""


@dataclass(frozen=True, slots=True)
class LimitUse:
    """One limit after the allocation: its use and bound in its own sign, and its shadow price, fen a unit of use."""

    name: Text
    kind: Kind
    sense: Sense
    bound: float
    use: float
    price: float
    is_kept: bool

    @property
    def words(self) -> Text:
        """The shadow price in words: what one more natural step of the limit is worth; empty where it is free."""
        step, more, _ = STEPS[self.kind]
        worth = show(round(self.price * step))
        if round(self.price * step) == 0:
            return Text(f"{self.name.zh}：不紧，放宽也不增值", f"{self.name.en}: not binding")
        return Text(f"{self.name.zh}{more.zh}，可多保 {worth}", f"{self.name.en}: {more.en} is worth {worth}")


@dataclass(frozen=True)
class Certificate:
    """One allocation's proof: nothing within the limits is worth more than `bound_fen`.

    The allocation is worth `value_fen`; `full_passes` counts how often all rows were read until that was known.
    """

    rows: int
    bound_fen: float
    value_fen: float
    full_passes: int
    limits: tuple[LimitUse, ...]

    @property
    def gap(self) -> float:
        """(bound − value) ÷ |bound|."""
        return max(self.bound_fen - self.value_fen, 0.0) / max(abs(self.bound_fen), 1.0)

    @property
    def violated(self) -> tuple[LimitUse, ...]:
        """The limits that are not kept."""
        return tuple(limit for limit in self.limits if not limit.is_kept)

    def note(self) -> dict[str, object]:
        """What a manifest says of it."""
        return {
            "rows": self.rows,
            "bound_fen": self.bound_fen,
            "value_fen": self.value_fen,
            "gap": self.gap,
            "limits": {limit.name.en: {"use": limit.use, "price": limit.price} for limit in self.limits},
        }


@dataclass(frozen=True)
class Allocation:
    """One allocation: the partition of ALLOCATION with the choices, what it proves, and rules of thumb beside it."""

    chosen: Partition
    certificate: Certificate
    beside: tuple[Baseline, ...] = ()


def limit_uses(problem: Problem, use: Floats, duals: Floats) -> tuple[LimitUse, ...]:
    """Every limit as it stands, in its own sign again."""
    found, excess = [], problem.excess(use)
    for j, limit in enumerate(problem.limits):
        sign = problem.sign[j]
        kept = bool(excess[j] == 0)
        found.append(_limit_use(limit, sign * float(use[j]), float(duals[j]), kept))
    return tuple(found)


def _limit_use(limit: Limit, use: float, price: float, kept: bool) -> LimitUse:
    return LimitUse(limit.name, limit.kind, limit.sense, limit.bound, use, price, kept)
