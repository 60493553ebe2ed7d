"""The plan's chapter on how a month's means are shared out."""

from collections.abc import Iterator

from weixi.kernel.language import Text
from weixi.kernel.terms import Channel, Grade, WarningLevel
from weixi.playbook.allocation import UNVERIFIED_EN, UNVERIFIED_ZH, AllocationRule, Means
from weixi.playbook.render.people import SOURCE
from weixi.playbook.render.writer import Writer


def allocation(w: Writer) -> None:
    """择优分配."""
    rule = w.playbook.allocation
    if rule is None:
        return
    w.chapter(Text("择优分配", "Offers chosen together"))
    w.clause(
        w.words(
            "每月的优惠由系统在下列限额内统一择优：选出的组合所保住的价值最大，并附证明（最多还能好多少、每项限额值多少）。"
            "保住的价值 = 挽留效果 × 今后 12 个月预期毛利 − 优惠成本。"
            "有留白试验的用实测效果；没有的用离网概率 × 下表的挽留比例。"
            "实测有害的客户不打扰；其余每户至少有一项关怀措施。",
            "The month's offers are chosen together within the limits below, for the most value kept, with a proof of "
            "how much better it could be and what each limit is worth. Value kept = effect × expected margin of the "
            "next 12 months − cost of the offer. The effect is the measured one where a trial told it, else the "
            "chance of leaving times the share below. Whom contact is measured to harm is left alone; every other "
            "household has at least a care measure.",
        ),
        rule.source,
    )
    w.grid(
        (Text("限额", "Limit"), Text("取值", "Value"), SOURCE),
        ((name, value, w.mark(rule.source)) for name, value in _limits(w, rule)),
        (58, 30, 12),
    )
    offers = {offer.code: offer.text for offer in w.playbook.offers}
    care = Text("关怀联系（不带优惠）", "care contact without an offer")
    w.grid(
        (
            Text("措施", "Measure"),
            Text(f"挽留比例（{UNVERIFIED_ZH}）", f"Share kept ({UNVERIFIED_EN})"),
            SOURCE,
        ),
        (
            (
                w.say(offers.get(effect.offer, care) if effect.offer else care),
                w.rate(effect.saved_share),
                w.mark(effect.source),
            )
            for effect in rule.effects
        ),
        (54, 34, 12),
    )


def _limits(w: Writer, rule: AllocationRule) -> Iterator[tuple[str, str]]:
    means = rule.means
    yield from _money(w, means)
    yield from _work(w, means)
    pools = {pool.code: pool.text for pool in w.playbook.pools}
    for code, share in (means.existing_shares or {}).items():
        name = w.say(pools[code]) if code in pools else code
        yield w.words(f"{name}：至少用于老用户", f"{name}: at least for existing users"), w.rate(share)
    for grade, share in (means.floors or {}).items():
        who = w.say(Grade(grade).text)
        yield (
            w.words(
                f"{who}中有付费优惠可办的户，至少给予", f"{who}: of those who may have a paid offer, at least"
            ),
            w.rate(share),
        )
    if means.least_return_percent is not None:
        yield (
            w.words("每花 100 元至少保住的毛利", "What 100 yuan have to keep"),
            w.yuan(means.least_return_percent * 100),
        )
    if means.difference_fen is not None:
        yield (
            w.words("任意两县户均保住价值最多相差", "Difference of value a household between counties"),
            w.yuan(means.difference_fen),
        )
    yield w.words("没有客户价值的线路按收入的毛利率", "Margin of lines without a value"), w.rate(rule.margin)
    if rule.care_channel is not None:
        yield (
            w.words("不带优惠的关怀走", "Care without an offer goes by"),
            w.say(Channel(rule.care_channel).text),
        )
    if rule.offers_from is not None:
        level = w.say(WarningLevel(rule.offers_from).text)
        yield (
            w.words("给优惠的预警等级（以下只关怀）", "Warnings that get an offer (others get care)"),
            w.words(f"“{level}”及以上", f"{level} and above"),
        )
    if rule.logging_share:
        yield w.words("随机投放的户", "Households whose offer is drawn"), w.rate(rule.logging_share)


def _money(w: Writer, means: Means) -> Iterator[tuple[str, str]]:
    if means.money_fen is not None:
        yield w.words("全部优惠当月总额", "All offers of the month"), w.yuan(means.money_fen)
    if means.county_share is not None:
        yield w.words("任一县分最多占总额", "Any county, of all the money"), w.rate(means.county_share)
    for node, amount in (means.county_fen or {}).items():
        yield w.words(f"县分 {node}", f"County {node}"), w.yuan(amount)


def _work(w: Writer, means: Means) -> Iterator[tuple[str, str]]:
    for channel, minutes in (means.minutes or {}).items():
        name = w.say(Channel(channel).text)
        yield (
            w.words(f"{name}联系一次", f"One contact by {name}"),
            w.words(f"{minutes} 分钟", f"{minutes} minutes"),
        )
    if means.agent_hours is not None:
        level = w.words("维护单元", "care unit") if means.hours_of == "UNIT" else w.words("县分", "county")
        yield (
            w.words(f"每名客服当月工时（按{level}合计）", f"Hours of one agent, shared by {level}"),
            w.words(f"{means.agent_hours} 小时", f"{means.agent_hours} hours"),
        )
    for node, hours in (means.hours or {}).items():
        yield w.words(f"{node} 当月工时", f"Hours of {node}"), w.words(f"{hours} 小时", f"{hours} hours")
    for channel, most in (means.contacts or {}).items():
        name = w.say(Channel(channel).text) if channel else w.words("各渠道合计", "all channels")
        yield w.words(f"{name}联系次数", f"Contacts by {name}"), f"{most:,}"
