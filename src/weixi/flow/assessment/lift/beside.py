"""What a plan is held against before launch: the limits it was made within, and the rounds in its stead."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from weixi.engine import Partition
from weixi.flow.assessment.lift.logged import Decided
from weixi.flow.assessment.lift.policy_value import PolicyValue
from weixi.flow.decision import Kind
from weixi.kernel.language import Text
from weixi.kernel.money import show
from weixi.playbook import Playbook


@dataclass(frozen=True, slots=True)
class MoneyLimit:
    """One limit of money of a month's plan, fen: what may be spent, and what the plan spends where all agree.

    `code` is `money` for all offers together, else that of a county or a pool.
    """

    code: str
    name: Text
    bound_fen: float
    use_fen: float


@dataclass(frozen=True, slots=True)
class BesideRounds:
    """The plan against the priority rounds on the same drawn tasks, fen a task.

    `value` is what the plan brings more; `cost_fen` and `rounds_cost_fen` what either gives away where all agree.
    `unknown_count` are tasks of the plan to which the rounds would give what the lot could not have drawn: the rounds
    are judged without them.
    """

    value: PolicyValue
    cost_fen: float
    rounds_cost_fen: float
    unknown_count: int

    @property
    def text(self) -> Text:
        """The comparison in words, both costs beside it."""
        value = self.value
        effect, low, high, own, other = (
            show(round(each))
            for each in (value.effect_fen, value.low_fen, value.high_fen, self.cost_fen, self.rounds_cost_fen)
        )
        said = Text(
            f"与按优先顺序分轮相比，每户多带来 {effect}，95% 区间 {low} 至 {high}；每户优惠成本 {own}，分轮 {other}",
            f"against the priority rounds {effect} more a task, 95 % interval {low} to {high}; offers cost {own} a "
            f"task, by rounds {other}",
        )
        if not self.unknown_count:
            return said
        return Text(
            f"{said.zh}；分轮会给 {self.unknown_count:,} 户本月不可选的优惠，无从比较，未计入",
            f"{said.en}; to {self.unknown_count:,} the rounds would give what was not open: not compared",
        )


def money_limits(allocation: Partition) -> tuple[MoneyLimit, ...]:
    """The limits of money in the plan's own certificate; none where it has none."""
    limits = allocation.manifest.note.get("certificate", {}).get("limits", [])
    return tuple(
        MoneyLimit(
            each["code"],
            Text(each["name"]["zh"], each["name"]["en"]),
            float(each["bound"]),
            float(each["use"]),
        )
        for each in limits
        if each["kind"] == Kind.MONEY
    )


def as_rounds(planned: Decided, rounds: pa.Table, playbook: Playbook) -> tuple[Decided, int]:
    """The plan's tasks as the rounds would decide them, and how many of them the lot could not have decided so."""
    places = {offer.code: place for place, offer in enumerate(playbook.offers, start=1)}
    _, own, theirs = np.intersect1d(
        planned.subscriber_id, rounds["subscriber_id"].to_numpy(), return_indices=True
    )
    codes, costs = rounds["offer_code"].to_pylist(), rounds["offer_cost_fen"].to_numpy().astype(np.float64)
    action = np.array([places.get(codes[place], 0) for place in theirs], dtype=np.int64)
    could = planned.open[own, action]
    kept = np.zeros(len(planned), dtype=np.bool_)
    kept[own[could]] = True
    order = np.argsort(own[could])
    made = replace(planned.rows(kept), action=action[could][order], cost_fen=costs[theirs][could][order])
    return made, len(planned) - int(could.sum())
