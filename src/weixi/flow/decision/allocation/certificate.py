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


def both(text: Text) -> dict[str, str]:
    """A text as plain JSON."""
    return {"zh": text.zh, "en": text.en}


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What the best plan would be worth were one limit's bound `amount` and all others as they are.

    No plan is worth more than `bound_fen`; one is worth `value_fen`, or None where the limits cannot be kept together.
    """

    limit: str
    amount: float
    value_fen: float | None
    bound_fen: float


@dataclass(frozen=True, slots=True)
class LimitUse:
    """One limit after the allocation: its use and bound in its own sign, and its shadow price, fen a unit of use."""

    code: str
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

    def plain(self) -> dict[str, object]:
        """The limit as plain JSON."""
        return {
            "code": self.code,
            "name": both(self.name),
            "kind": str(self.kind),
            "sense": str(self.sense),
            "bound": float(self.bound),
            "use": self.use,
            "price": self.price,
            "is_kept": self.is_kept,
            "words": both(self.words),
        }


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
    beside: tuple[Baseline, ...] = ()
    curve: tuple[CurvePoint, ...] = ()

    @property
    def gap(self) -> float:
        """(bound − value) ÷ |bound|."""
        return max(self.bound_fen - self.value_fen, 0.0) / max(abs(self.bound_fen), 1.0)

    @property
    def violated(self) -> tuple[LimitUse, ...]:
        """The limits that are not kept."""
        return tuple(limit for limit in self.limits if not limit.is_kept)

    def plain(self) -> dict[str, object]:
        """The whole proof as plain JSON: what a manifest keeps and a page shows."""
        return {
            "rows": self.rows,
            "bound_fen": self.bound_fen,
            "value_fen": self.value_fen,
            "gap": self.gap,
            "full_passes": self.full_passes,
            "limits": [limit.plain() for limit in self.limits],
            "beside": [
                {
                    "code": rule.code,
                    "name": both(rule.name),
                    "value_fen": rule.value_fen,
                    "broken": [both(name) for name in rule.broken],
                }
                for rule in self.beside
            ],
            "curve": [
                {
                    "limit": point.limit,
                    "amount_fen": point.amount,
                    "value_fen": point.value_fen,
                    "bound_fen": point.bound_fen,
                }
                for point in self.curve
            ],
        }


@dataclass(frozen=True)
class Allocation:
    """One allocation: the partition of ALLOCATION with the choices, and what it proves."""

    chosen: Partition
    certificate: Certificate


def limit_uses(problem: Problem, use: Floats, duals: Floats) -> tuple[LimitUse, ...]:
    """Every limit as it stands, in its own sign again."""
    found, excess = [], problem.excess(use)
    for j, limit in enumerate(problem.limits):
        sign = problem.sign[j]
        kept = bool(excess[j] == 0)
        found.append(_limit_use(limit, sign * float(use[j]), float(duals[j]), kept))
    return tuple(found)


def _limit_use(limit: Limit, use: float, price: float, kept: bool) -> LimitUse:
    return LimitUse(limit.code, limit.name, limit.kind, limit.sense, limit.bound, use, price, kept)
