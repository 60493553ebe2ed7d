"""What `weixi plan explain` says to who makes the contact: worth, household, channels, what not to say."""

from functools import partial

from weixi.cli.session import Session
from weixi.flow.decision import Explanation
from weixi.kernel.language import Text
from weixi.kernel.money import show as amount


def show_worth(session: Session, told: Explanation) -> None:
    """What is at stake and what the offer costs against it; how long until it happens."""
    worth, days = told.worth, told.days_ahead
    if worth is None or days is None:
        return
    money = partial(amount, currency=told.origin.currency)
    session.say(
        Text(
            f"离发生还有 {days} 天（自联系日起）"
            if days > 0
            else "联系当天即发生"
            if days == 0
            else f"已发生 {-days} 天",
            f"{days} days are left from that day" if days >= 0 else f"it happened {-days} days before",
        )
    )
    if not any(offer.is_chosen for offer in told.offers):
        cost = Text("不带优惠", "no offer goes with it")
    elif not worth.cost_fen:
        cost = Text("优惠不花钱", "the offer costs nothing")
    elif worth.payback_months is None:
        cost = Text(f"优惠成本 {money(worth.cost_fen)}", f"the offer costs {money(worth.cost_fen)}")
    elif worth.payback_months == 1:
        cost = Text(
            f"优惠成本 {money(worth.cost_fen)}，不到 1 个月的收入",
            f"the offer costs {money(worth.cost_fen)}, less than a month of that",
        )
    else:
        cost = Text(
            f"优惠成本 {money(worth.cost_fen)}，约 {worth.payback_months} 个月的收入",
            f"the offer costs {money(worth.cost_fen)}, about {worth.payback_months} months of that",
        )
    session.say(
        Text(
            f"值不值：涉险收入近三月 {money(worth.at_risk_3m_fen)}，近十二月 {money(worth.revenue_12m_fen)}；{cost.zh}",
            f"worth: revenue at risk {money(worth.at_risk_3m_fen)} in three months, {money(worth.revenue_12m_fen)} "
            f"in twelve; {cost.en}",
        )
    )


def show_briefing(session: Session, told: Explanation) -> None:
    """The other lines of the household, the ways that are open, and what not to say."""
    money = partial(amount, currency=told.origin.currency)
    if told.other_lines:
        session.say(Text("同户其他线路：", "other lines of the household:"))
    for line in told.other_lines:
        warned = line.warning or Text("无预警", "no warning")
        listed = Text("，并入本任务", ", in this task") if line.in_task else Text("", "")
        person = Text("，他人名下", ", another person's") if line.other_person else Text("", "")
        session.say(
            Text(
                f"  · {line.subscriber_id} {line.line_type.zh}，{line.status.zh}，近三月 {money(line.revenue_3m_fen)}，"
                f"{warned.zh}{listed.zh}{person.zh}",
                f"  · {line.subscriber_id} {line.line_type.en}, {line.status.en}, three months "
                f"{money(line.revenue_3m_fen)}, {warned.en}{listed.en}{person.en}",
            )
        )
    if told.channels:
        opened = [c for c in told.channels if c.may_sell]
        shut = [c for c in told.channels if not c.may_sell]
        session.say(
            Text(
                f"可以营销的渠道：{'、'.join(c.channel.zh for c in opened) or '无'}",
                f"something may be sold by: {', '.join(c.channel.en for c in opened) or 'none'}",
            )
        )
        for why in dict.fromkeys(c.why for c in shut):
            names = [c.channel for c in shut if c.why == why]
            session.say(
                Text(
                    f"  不可营销：{'、'.join(n.zh for n in names)}（{why.zh}）",
                    f"  not by: {', '.join(n.en for n in names)} ({why.en})",
                )
            )
    if told.not_to_say:
        session.say(Text("不该说的：", "what not to say:"))
    for caution in told.not_to_say:
        session.say(Text(f"  ✗ {caution.text.zh}", f"  ✗ {caution.text.en}"))
