"""An offer's order in words: what the lot says of two offers, and else what their acceptance says, as what it is."""

from weixi.flow.learning.candidate import place_of
from weixi.flow.learning.lot import FEWEST, FEWEST_LOST, Rivals
from weixi.flow.learning.order import Pair
from weixi.flow.learning.proposal import ACCEPTANCE, FEN_A_TASK, Evidence, Proposal, ProposalKind
from weixi.flow.learning.stakes import Ground
from weixi.flow.learning.threshold import Outcome
from weixi.kernel.language import Text
from weixi.kernel.money import show
from weixi.playbook import Playbook


def lot_proposal(playbook: Playbook, found: Rivals, currency: str) -> Proposal:
    """What the lot says of a pair: put the later before the earlier, or that it is not shown to keep more."""
    earlier, later = (playbook.offers[place].text for place in (found.earlier, found.later))

    def told(place: int) -> tuple[str, str, str]:
        return f"{found.counts[place]:,}", f"{found.kept[place]:.1%}", f"{found.taken[place]:.1%}"

    a, b = told(0), told(1)
    effect, low, high = (
        show(round(each or 0), currency) for each in (found.effect_fen, found.low_fen, found.high_fen)
    )
    words = Text(
        f"随机投放：“{earlier.zh}”{a[0]} 户，留住 {a[1]}，受理 {a[2]}；"
        f"“{later.zh}”{b[0]} 户，留住 {b[1]}，受理 {b[2]}。"
        f"后者比前者每户多带来 {effect}（95% 区间 {low} 至 {high}，与本月所有同类比较一并成立）："
        "按留住的价值减去受理的成本计，用抽签当时存下的概率，双重稳健估计；受理率不作依据",
        f"By lot: “{earlier.en}” to {a[0]}, {a[1]} stayed, {a[2]} took it; “{later.en}” to {b[0]}, {b[1]} stayed, "
        f"{b[2]} took it. The later brings {effect} a task more (95 % interval {low} to {high}, together with all such "
        "pairs of the month): worth kept less the cost of what was taken, doubly robust with the probabilities stored "
        "when the lot was drawn; acceptance is no part of it",
    )
    return _proposal(
        playbook,
        found.earlier,
        found.later,
        found.outcome,
        Evidence(
            words,
            {
                "drawn_earlier": found.counts[0],
                "drawn_later": found.counts[1],
                "kept_earlier": round(found.kept[0], 6),
                "kept_later": round(found.kept[1], 6),
                "acceptance_earlier": round(found.taken[0], 6),
                "acceptance_later": round(found.taken[1], 6),
            },
            found.effect_fen,
            found.low_fen,
            found.high_fen,
            FEN_A_TASK,
            Ground.DRAWN,
        ),
    )


def order_proposal(playbook: Playbook, pair: Pair, drawn: tuple[int, int] | None = None) -> Proposal:
    """What the acceptance says of a pair, as what it is: no effect. `drawn`: how many of each the lot gave so far."""
    earlier, later = (playbook.offers[place].text for place in (pair.earlier, pair.later))
    told = Text(
        f"“{earlier.zh}”联系 {pair.counts[0]:,} 户，受理 {pair.rates[0]:.1%}，单户成本 {_yuan(pair.costs[0])}；"
        f"“{later.zh}”联系 {pair.counts[1]:,} 户，受理 {pair.rates[1]:.1%}，单户成本 {_yuan(pair.costs[1])}",
        f"“{earlier.en}”: {pair.counts[0]:,} contacted, {pair.rates[0]:.1%} took it, {_yuan(pair.costs[0])} each; "
        f"“{later.en}”: {pair.counts[1]:,} contacted, {pair.rates[1]:.1%} took it, {_yuan(pair.costs[1])} each",
    )
    if pair.difference is not None and pair.low is not None and pair.high is not None:
        lot = _lacking(drawn)
        told = Text(
            f"{told.zh}。同一预警、同一级别内比，受理率相差 {100 * pair.difference:+.1f} 个百分点"
            f"（区间 {100 * pair.low:+.1f} 至 {100 * pair.high:+.1f}，另一半家庭上验证）。"
            f"只是受理率，不是效果：谁得到哪项优惠由条件决定，受理率高也不等于留得住；{lot.zh}",
            f"{told.en}. Within one warning and urgency the acceptance differs by {100 * pair.difference:+.1f} points "
            f"(interval {100 * pair.low:+.1f} to {100 * pair.high:+.1f}, confirmed on the other half of the "
            "households). That is acceptance and no effect: conditions decided who was offered what, and taking is not "
            f"staying; {lot.en}",
        )
    return _proposal(
        playbook,
        pair.earlier,
        pair.later,
        pair.outcome,
        Evidence(
            told,
            {
                "contacted_earlier": pair.counts[0],
                "contacted_later": pair.counts[1],
                "acceptance_earlier": round(pair.rates[0], 6),
                "acceptance_later": round(pair.rates[1], 6),
                "cost_fen_earlier": round(pair.costs[0]),
                "cost_fen_later": round(pair.costs[1]),
            },
            pair.difference,
            pair.low,
            pair.high,
            ACCEPTANCE if pair.difference is not None else "",
            Ground.OBSERVED,
        ),
    )


def _lacking(drawn: tuple[int, int] | None) -> Text:
    """Why the lot does not say it."""
    if drawn is None or not any(drawn):
        return Text(
            "在方案 [allocation] 写 logging_share 随机投放后，改按留住的价值比较",
            "with logging_share in the playbook's [allocation] the lot would tell what each keeps",
        )
    return Text(
        f"随机投放至今只有 {drawn[0]:,} 户和 {drawn[1]:,} 户（各要 {FEWEST} 户，共流失 {FEWEST_LOST} 户以上），"
        "够了就改按留住的价值比较",
        f"the lot has given them to {drawn[0]:,} and {drawn[1]:,} so far ({FEWEST} each are needed, {FEWEST_LOST} lost "
        "among them): then what each keeps decides",
    )


def _proposal(playbook: Playbook, earlier: int, later: int, outcome: Outcome, evidence: Evidence) -> Proposal:
    first, second = playbook.offers[earlier], playbook.offers[later]
    file, line = place_of(second.source)
    is_better = outcome is Outcome.BETTER
    pairing = Text(f"“{second.text.zh}”与“{first.text.zh}”", f"“{second.text.en}” and “{first.text.en}”")
    text = (
        Text(
            f"把优惠“{second.text.zh}”排到“{first.text.zh}”之前",
            f"put the offer “{second.text.en}” before “{first.text.en}”",
        )
        if is_better
        else Text(
            f"{pairing.zh}的次序：{outcome.text.zh}，不建议改",
            f"the order of {pairing.en}: {outcome.text.en}; no change is proposed",
        )
    )
    return Proposal(
        code=f"order:{second.code}:{first.code}",
        kind=ProposalKind.OFFER_ORDER,
        outcome=outcome,
        file=file,
        line=line,
        path=f"offer:{second.code}",
        value_now=playbook.offers[later - 1].code,
        value_proposed=first.code if is_better else "",
        text=text,
        evidence=evidence,
    )


def _yuan(fen: float) -> str:
    return show(100 * round(fen / 100))
