"""What became of every offer for one task, in words."""

from weixi.flow.decision.allocate import budget_of
from weixi.flow.decision.allotment.words import chosen_together, passed_over
from weixi.flow.decision.eligibility import Refusal, cost_column, fit_column, refusal
from weixi.flow.decision.evidence import Row
from weixi.flow.decision.explanation import OfferView
from weixi.flow.decision.wording import filled
from weixi.kernel.language import Text
from weixi.playbook import Playbook


def offer_views(
    playbook: Playbook,
    task: Row,
    found: Row | None,
    leading: Row,
    absent: frozenset[str],
    currency: str,
    weighed: Row | None,
) -> tuple[OfferView, ...]:
    """Every offer in the plan's order with what became of it; judged on the line that leads the task.

    `weighed` is the task's row of the allocation, None where the rounds gave the offers.
    """
    if found is None:
        return ()
    codes = [offer.code for offer in playbook.offers]
    chosen = codes.index(task["offer_code"]) if task["offer_code"] in codes else None
    pools = {pool.code: pool.text for pool in playbook.pools}
    views = []
    for place, offer in enumerate(playbook.offers):
        refused = refusal(offer, int(found[fit_column(offer)]), absent)
        budget = budget_of(playbook, offer)
        if weighed is not None and place == chosen:
            why = chosen_together(weighed, currency)
        elif place == chosen:
            why = Text(
                "可办优惠中排序最前，预算足够", "the first in the plan's order that fits, within the budget"
            )
        elif refused is not None:
            why = filled(refused, leading, currency)
        elif task["withdrawn_rule"] is not None or task["is_holdout"]:
            why = Text("可办，但本户本月不联系", "it fits, but the household is not contacted this month")
        elif weighed is not None:
            why = passed_over(weighed, str(task["level"]), playbook.allocation)
        elif chosen is not None and place > chosen:
            why = Text("可办，排在所选优惠之后", "it fits, but comes after the one chosen")
        else:
            pool = pools[budget.code] if budget else Text("", "")
            why = Text(
                f"可办，但“{pool.zh}”预算已用于更紧急、价值更高的任务",
                f"it fits, but the budget “{pool.en}” went to tasks more urgent or worth more",
            )
        cost = found[cost_column(offer)]
        views.append(
            OfferView(
                code=offer.code,
                text=offer.text,
                billing_code=offer.billing_code,
                cost_fen=None if cost is None else int(cost),
                is_chosen=place == chosen,
                answers=int(found[fit_column(offer)]) != Refusal.OTHER_KIND,
                why=why,
            )
        )
    return tuple(views)
