"""Why the allocation gave one task its offer and not another."""

from collections.abc import Mapping
from typing import Any

from weixi.flow.decision.basis import Basis
from weixi.kernel.language import Text
from weixi.kernel.money import show
from weixi.kernel.terms import WarningLevel
from weixi.playbook import AllocationRule

Row = Mapping[str, Any]


def chosen_together(weighed: Row, currency: str) -> Text:
    """Why a task has the offer that it has; `weighed` is its row of ALLOCATION."""
    basis = Basis(str(weighed["basis"])).text
    worth = show(int(weighed["value_fen"]), currency)
    if weighed["is_drawn"]:
        share = f"{int(weighed['propensity_ppm']) / 1_000_000:.1%}"
        return Text(
            f"随机投放抽中（可选项中抽到它的概率 {share}），用来检验哪种优惠真有效果",
            f"drawn by lot (with probability {share} among the open choices), to learn what really works",
        )
    return Text(
        f"在限额内与各户统一择优选出：扣除成本预计保住 {worth}（{basis.zh}）",
        f"chosen together with all households within the limits: worth {worth} net of cost ({basis.en})",
    )


def passed_over(weighed: Row, level: str, rule: AllocationRule | None) -> Text:
    """Why an offer that fits a task warned of at `level` was not given."""
    if rule is not None and rule.offers_from is not None and level not in rule.offered_levels:
        least, own = WarningLevel(rule.offers_from).text, WarningLevel(level).text
        return Text(
            f"可办，但本户预警为“{own.zh}”，“{least.zh}”及以上才给优惠：还不急，先关怀",
            f"it fits, but the warning is {own.en} and offers are given from {least.en} up: not urgent yet, care first",
        )
    if weighed["is_drawn"]:
        return Text(
            "可办，本户随机投放抽中了别的", "it fits, but the lot drew another choice for the household"
        )
    return Text(
        "可办，但本户另一选择保住的更多，或它要占用的费用、工时给别户更值",
        "it fits, but another choice keeps more here, or the money and hours it takes keep more elsewhere",
    )
