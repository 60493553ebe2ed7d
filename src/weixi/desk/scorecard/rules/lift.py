"""What an effect that was measured against the hold-out says to a manager. Pure."""

from weixi.flow.assessment import LiftEffect, Profit, Verdict
from weixi.kernel.language import Text
from weixi.kernel.money import HOME_CURRENCY
from weixi.kernel.money import show as money
from weixi.kernel.period import Month

CHIPS = {
    Verdict.SHOWN: "chip-green",
    Verdict.HARM: "chip-red",
    Verdict.NOT_SHOWN: "chip-yellow",
    Verdict.UNKNOWN: "chip",
}
"""The classes of a verdict."""


def shown(figure: float | None) -> str:
    """Households of a hundred with one decimal, signed: `+1.8`, `−0.4`; `—` where there is none."""
    if figure is None:
        return "—"
    rounded = round(figure, 1)
    return f"{'−' if rounded < 0 else '+' if rounded > 0 else ''}{abs(rounded):.1f}"


def yuan(fen: float | None, currency: str = HOME_CURRENCY) -> str:
    """An amount in whole units of the currency; `—` where there is none."""
    return "—" if fen is None else money(round(fen / 100) * 100, currency)


def scope(effect: LiftEffect) -> Text:
    """Who is compared with whom."""
    first, last = (Month.from_number(number) for number in (effect.first_month, effect.last_month))
    months = f"{first}" if first == last else f"{first}–{last}"
    left = effect.undrawn_count + effect.small_count
    return Text(
        f"入册 {months}，满 {effect.horizon} 个月：{effect.household_count:,} 户，其中可比的 "
        f"{effect.treated_count:,} 户维系、{effect.held_count:,} 户留白"
        + (f"；另有 {left:,} 户不留白或太少，效果不知。" if left else "。"),
        f"Entered {months}, {effect.horizon} month(s) on: {effect.household_count:,} households; compared are "
        f"{effect.treated_count:,} treated and {effect.held_count:,} held out"
        + (f"; of {left:,} others, never held out or too few, the effect is not known." if left else "."),
    )


def kept(effect: LiftEffect) -> Text:
    """What may be said of the households kept, in one sentence."""
    middle, low, high = (effect.per_hundred(each) for each in (effect.effect, effect.low, effect.high))
    if effect.verdict is Verdict.UNKNOWN or middle is None or low is None or high is None:
        return why_unknown(effect)
    if effect.verdict is Verdict.SHOWN:
        return Text(
            f"每联系 100 户，比不联系多保住 {middle:.1f} 户；无论看多少次，这个“有效”都站得住。",
            f"Of 100 households contacted {middle:.1f} more stay than without contact; that holds however often one "
            "looks.",
        )
    if effect.verdict is Verdict.HARM:
        return Text(
            f"每联系 100 户，反而少保住 {abs(middle):.1f} 户：联系在赶走客户，应停下来换做法。",
            f"Of 100 households contacted {abs(middle):.1f} fewer stay: contact drives customers away. Stop and change "
            "it.",
        )
    least = effect.per_hundred(effect.detectable)
    more = (
        Text("", "")
        if least is None
        else Text(
            f"以现有户数，{least:.1f} 户以上的效果才看得出来。",
            f" With these numbers, an effect of {least:.1f} or more would show.",
        )
    )
    return Text(
        f"每联系 100 户，估计多保住 {shown(middle)} 户，但还不能排除是偶然。{more.zh}",
        f"Of 100 households contacted an estimated {shown(middle)} more stay, but that may be chance.{more.en}",
    )


def why_unknown(effect: LiftEffect) -> Text:
    """Why nothing is said of the effect, and who must do what."""
    if effect.undrawn_count == effect.household_count:
        return Text(
            "没有留白对照组，只知道风险，不知道效果。由方案策划在方案里设留白（[[holdout]] 的 share，建议 2%–5%）。",
            "Nobody is held out: the risk is known, the effect is not. The planner sets up a hold-out in the playbook "
            "(share in [[holdout]], 2–5 %).",
        )
    if effect.effect is not None and effect.draw_p_value is not None:
        return Text(
            "两组户数与留白比例不符：留白没有被遵守，不作结论。由管理者查清哪些留白户被联系过。",
            "The arms do not have the sizes of the draw: the hold-out was not kept, and nothing is concluded. Managers "
            "find out who of it was contacted.",
        )
    least = "" if effect.detectable is None else f"{100 * effect.detectable:.1f}"
    small = (
        Text("", "")
        if not least
        else Text(
            f"即使算出，也只看得出每百户 {least} 户以上的效果。",
            f" Only {least} households of a hundred or more would show.",
        )
    )
    return Text(
        f"留白的户太少，效果未知。{small.zh}继续留白，或由方案策划把留白比例提高。",
        f"Too few are held out: the effect is unknown.{small.en} Go on holding out, or the planner raises the share.",
    )


def earned(found: Profit, currency: str = HOME_CURRENCY) -> Text:
    """What the revenue says after its cost, in one sentence."""
    cost = yuan(found.cost_fen, currency)
    lines = [
        (line.cost.text, "未计" if line.fen is None else yuan(line.fen, currency)) for line in found.costs
    ]
    known = Text(
        f"成本 {cost}（{'、'.join(f'{name.zh} {said}' for name, said in lines)}）",
        f"cost {cost} ("
        + ", ".join(f"{name.en} {'not counted' if said == '未计' else said}" for name, said in lines)
        + ")",
    )
    if found.revenue is None or found.net is None:
        return Text(f"增量收入未知；{known.zh}。", f"Incremental revenue unknown; {known.en}.")
    total, low, high = (
        yuan(each, currency) for each in (found.revenue.value, found.revenue.low, found.revenue.high)
    )
    net, net_low, net_high = (
        yuan(each, currency) for each in (found.net.value, found.net.low, found.net.high)
    )
    return Text(
        f"增量收入 {total}（95% 区间 {low} 至 {high}）；{known.zh}；净增 {net}（{net_low} 至 {net_high}）。",
        f"Incremental revenue {total} (95 % interval {low} to {high}); {known.en}; net {net} ({net_low} to "
        f"{net_high}).",
    )


def takers(effect: LiftEffect) -> Text | None:
    """The before and after of those who took an offer, called what it is; None where nobody took one."""
    change = effect.taker_change
    if change is None:
        return None
    return Text(
        f"受理的 {effect.taker_count:,} 户，受理后月均出账比受理前 {100 * change:+.1f}%。",
        f"Monthly bills of the {effect.taker_count:,} households that took an offer: {100 * change:+.1f} % after "
        "against before.",
    )
