"""What an action can carry and what a lot has shown of it, in one line each. Pure."""

from weixi.desk.scorecard.rules.lift import shown
from weixi.flow.learning import ChannelCapacity, Drawn, OfferCapacity
from weixi.kernel.language import Text
from weixi.kernel.money import show as money
from weixi.playbook import ContactCost


def cost_said(found: ContactCost, currency: str) -> Text:
    """What one contact on a channel costs."""
    missed, reached = money(found.missed_fen, currency), money(found.reached_fen, currency)
    if found.missed_fen == found.reached_fen:
        return Text(f"每次 {reached}", f"{reached} each")
    return Text(f"接通 {reached}，未接通 {missed}", f"{reached} reached, {missed} not reached")


def channel_said(found: ChannelCapacity) -> Text:
    """A channel's capacity in a month and what the month took of it."""
    took = Text(f"用了 {found.used:,} 次", f"{found.used:,} used")
    if found.minutes:
        took = Text(
            f"{took.zh}（{found.used_hours:,.0f} 工时，每次 {found.minutes} 分钟）",
            f"{took.en} ({found.used_hours:,.0f} hours, {found.minutes} minutes each)",
        )
    if found.most is None:
        return Text(f"方案未设上限；{took.zh}", f"no limit in the playbook; {took.en}")
    if found.contacts is not None and found.most == found.contacts:
        return Text(f"最多 {found.most:,} 次；{took.zh}", f"at most {found.most:,}; {took.en}")
    hours = (found.agent_minutes or 0) / 60
    return Text(
        f"全部工时 {hours:,.0f} 小时（各渠道共用），最多 {found.most:,} 次；{took.zh}",
        f"{hours:,.0f} hours of all agents, shared by the channels: at most {found.most:,}; {took.en}",
    )


def offer_said(found: OfferCapacity, currency: str) -> Text:
    """What the pool of an offer has in a month, and what the month took of it."""
    own = money(found.own_fen, currency)
    if found.pool_fen is None:
        return Text(f"方案未设资金上限；用了 {own}", f"no limit of money in the playbook; {own} used")
    pool, used = money(found.pool_fen, currency), money(found.pool_used_fen, currency)
    return Text(
        f"资金池每月 {pool}；池里用了 {used}，其中本项 {own}",
        f"its pool has {pool} a month; {used} of it used, {own} by this one",
    )


def drawn_said(found: Drawn) -> Text:
    """What the lot shows of an offer beside care alone."""
    if not found.is_told:
        return Text(
            f"随机投放太少：给了 {found.offered_count:,} 户，只关怀 {found.care_count:,} 户",
            f"too few by lot: {found.offered_count:,} got it, {found.care_count:,} care alone",
        )
    low, high = found.interval
    return Text(
        f"随机投放：给了 {found.offered_count:,} 户，只关怀 {found.care_count:,} 户，"
        f"每 100 户比只关怀多保住 {shown(found.effect)} 户（{shown(low)} … {shown(high)}）",
        f"by lot: {found.offered_count:,} got it, {found.care_count:,} care alone; {shown(found.effect)} of 100 more "
        f"stay than by care alone ({shown(low)} … {shown(high)})",
    )
