"""The gate before launch: a policy is published only where logged evidence shows it better, within its budget."""

from dataclasses import dataclass

from weixi.flow.assessment.lift.policy_value import PolicyValue
from weixi.kernel.language import Text
from weixi.kernel.money import show
from weixi.kernel.terms import Term


class Gate(Term):
    """What the gate says of a policy."""

    PUBLISHED = "PUBLISHED", "证据充分，可以发布", "shown better: may be published"
    NOT_SHOWN = "NOT_SHOWN", "尚不能证明更好，不予发布", "not shown better: is not published"
    OVER_BUDGET = (
        "OVER_BUDGET",
        "成本上限超出预算，不予发布",
        "may cost more than its budget: is not published",
    )


NO_CONTACT = Text("不联系", "no contact")
"""What a policy is compared with where the rows were logged without contact as well."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The gate's answer, with the figures it rests on, in words a manager can repeat; no `budget_fen`: no limit."""

    gate: Gate
    value: PolicyValue
    budget_fen: float | None
    text: Text


def decide(value: PolicyValue, budget_fen: float | None, against: Text = NO_CONTACT) -> Decision:
    """Published where the effect's lower bound is above 0 and the cost's upper bound within the budget a subscriber.

    `against` names action 0 of the log, with which the policy is compared.
    """
    if budget_fen is not None and value.cost_high_fen > budget_fen:
        gate = Gate.OVER_BUDGET
    else:
        gate = Gate.PUBLISHED if value.low_fen > 0 else Gate.NOT_SHOWN
    effect, low, high, cost, promised = (
        show(round(each))
        for each in (value.effect_fen, value.low_fen, value.high_fen, value.cost_high_fen, value.promised_fen)
    )
    limit = Text("不限", "no limit") if budget_fen is None else Text(each := show(round(budget_fen)), each)
    text = Text(
        f"{gate.text.zh}：与{against.zh}相比，每户多带来 {effect}，95% 区间 {low} 至 {high}"
        f"（{value.row_count:,} 行随机投放记录）；每户成本不超过 {cost}，预算 {limit.zh}。"
        f"优化器自己的估计是 {promised}，不作依据",
        f"{gate.text.en}: against {against.en} {effect} more a subscriber, 95 % interval {low} to {high} "
        f"({value.row_count:,} rows drawn at random); it costs at most {cost} a subscriber, budget {limit.en}. "
        f"The optimiser itself says {promised}, which is no evidence",
    )
    return Decision(gate, value, budget_fen, text)
