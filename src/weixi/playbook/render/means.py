"""The plan's chapters on means: offers, money, hold-outs; and what is signed."""

from weixi.kernel.language import Text
from weixi.kernel.terms import OfferFamily
from weixi.playbook.offer import Offer
from weixi.playbook.render.document import Signatures
from weixi.playbook.render.people import REST, SOURCE
from weixi.playbook.render.writer import Writer

_PROMISES = {
    "PARITY": Text("新老用户同等", "the same for old and new"),
    "CEILING": Text("贡献高者所得上限不低于贡献低者", "no richer ceiling for who contributes less"),
}


def offers(w: Writer) -> None:
    """优惠与新老同等."""
    w.chapter(Text("优惠目录与新老用户同等", "Offers, the same for old and new"))
    w.clause(
        w.words(
            "以下优惠按优先顺序排列；凡新用户可办的，老用户不换号同样可办，所得优惠和发展人佣金均不低于新用户。",
            "Offers in order of preference. What a new user may take, an old one may take without changing "
            "number, with "
            "no smaller benefit and no smaller commission for the seller.",
        )
    )
    w.grid(
        (
            Text("优惠（受理编码）", "Offer (billing code)"),
            Text("面向", "For"),
            Text("用户所得", "Benefit"),
            Text("发展人佣金", "Commission"),
            Text("成本与约束", "Cost and terms"),
            SOURCE,
        ),
        (_offer(w, offer) for offer in w.playbook.offers),
        (22, 24, 14, 14, 17, 9),
    )


def exemptions(w: Writer) -> None:
    """签署的豁免: what breaks a promise of the plan, and who answers for it."""
    if not w.playbook.exemptions:
        return
    w.section(Text("签署的豁免", "Signed exemptions"))
    names = {offer.code: offer.text for offer in w.playbook.offers}
    w.grid(
        (
            Text("优惠", "Offer"),
            Text("豁免的要求", "Promise"),
            Text("理由", "Why"),
            Text("签署", "Signed"),
            SOURCE,
        ),
        (
            (
                w.say(names[item.offer]) if item.offer in names else item.offer,
                w.say(_PROMISES[item.rule]),
                w.say(item.text),
                f"{item.signed_by} {item.signed_on.isoformat()}",
                w.mark(item.source),
            )
            for item in w.playbook.exemptions
        ),
        (26, 20, 28, 16, 10),
    )


def pools(w: Writer) -> None:
    """预算与资金池."""
    if not w.playbook.pools:
        return
    w.chapter(Text("预算与资金池", "Budgets"))
    w.grid(
        (Text("资金池", "Pool"), Text("每月额度", "Amount a month"), Text("使用顺序", "Order"), SOURCE),
        (
            (
                w.say(pool.text),
                w.words("不设上限", "no ceiling") if pool.amount_fen is None else w.yuan(pool.amount_fen),
                w.words("老用户优先：有老用户未满足时不用于新用户", "existing users first")
                if pool.existing_first
                else w.words("按紧急程度、在险收入", "by urgency, then revenue at risk"),
                w.mark(pool.source),
            )
            for pool in w.playbook.pools
        ),
        (30, 20, 38, 12),
    )


def holdouts(w: Writer) -> None:
    """留白对照."""
    if w.playbook.holdouts:
        w.chapter(Text("留白对照组", "Hold-out"))
        w.clause(
            w.words(
                "为量化维系效果，按户随机留出以下比例不作联系；留白对照组退出完成率的分母。",
                "To measure the effect, these shares of households, drawn at random, are left without contact; "
                "they leave "
                "the denominator of the completion rate.",
            )
        )
        w.grid(
            (Text("人群", "Who"), Text("条件", "Rule"), Text("比例", "Share"), SOURCE),
            (
                (w.say(rule.text), w.condition(rule.when, REST), w.rate(rule.share), w.mark(rule.source))
                for rule in w.playbook.holdouts
            ),
            (32, 42, 14, 12),
        )
    campaigns = w.playbook.service.campaign_holdouts
    if campaigns:
        w.section(Text("营销活动的留白", "Hold-out of campaigns"))
        w.grid(
            (
                Text("活动", "Campaign"),
                Text("人群", "Who"),
                Text("渠道", "Channels"),
                Text("比例", "Share"),
                SOURCE,
            ),
            (
                (
                    w.say(rule.text),
                    w.condition(rule.when, REST),
                    w.channels(rule.channels),
                    w.rate(rule.share),
                    w.mark(rule.source),
                )
                for rule in campaigns
            ),
            (26, 30, 18, 14, 12),
        )
        w.clause(
            w.words(
                "营销活动的留白在活动组织时执行；月度运行没有活动，不据此抽取。",
                "It is drawn when a campaign is made; the month's run has no campaigns and draws nothing by it.",
            )
        )


def signatures(w: Writer) -> None:
    """签署."""
    w.chapter(Text("签署", "Signatures"))
    plan = w.playbook
    w.clause(
        w.words(
            f"本方案由方案文件“{plan.name}”（版本 {plan.version}，指纹 {plan.fingerprint[:16]}）生成；"
            "文字与程序执行的规则同出一处，"
            "任何数字或规则变更都会改变指纹。",
            f"This plan was made from the playbook “{plan.name}” (version {plan.version}, fingerprint "
            f"{plan.fingerprint[:16]}), which the program runs; any change of a figure or rule changes the "
            "fingerprint.",
        )
    )
    w.blocks.append(
        Signatures(
            (w.words("", ""), w.words("签字", "Signature"), w.words("日期", "Date")),
            (
                w.words("编制", "Prepared by"),
                w.words("审核", "Reviewed by"),
                w.words("批准", "Approved by"),
            ),
        )
    )


def _pair(w: Writer, existing: int | None, new: int | None) -> str:
    if existing is None and new is None:
        return "—"
    return w.words(
        f"老用户 {w.yuan(existing)}；新用户 {w.yuan(new)}", f"old {w.yuan(existing)}; new {w.yuan(new)}"
    )


def _offer(w: Writer, offer: Offer) -> tuple[str, ...]:
    rules = {rule.code: rule.text for rule in w.playbook.warnings}
    pools_ = {pool.code: pool.text for pool in w.playbook.pools}
    who = w.words("；", "; ").join(w.condition(condition.when) for condition in offer.conditions)
    if not offer.new:
        who = w.words("；", "; ").join(filter(None, (w.words("仅限老用户", "existing users only"), who)))
    answers = w.listing(w.say(rules[kind]) for kind in offer.kinds)
    terms = [w.words("成本 ", "cost ") + w.say(w.wording.value(offer.cost))]
    if offer.pool is not None:
        terms.append(w.words(f"由“{w.say(pools_[offer.pool])}”列支", f"from “{w.say(pools_[offer.pool])}”"))
    if offer.term_months is not None:
        terms.append(w.words(f"期限 {offer.term_months} 个月", f"binds for {offer.term_months} months"))
    if offer.first_cash_flow is not None:
        cash_in, cash_out = offer.first_cash_flow
        balance = w.yuan(cash_in - cash_out)
        terms.append(
            w.words(
                f"首次现金流：收 {w.yuan(cash_in)}、支 {w.yuan(cash_out)}，净 {balance}（为正）",
                f"first cash flow: {w.yuan(cash_in)} in, {w.yuan(cash_out)} out, {balance} net",
            )
        )
    family = w.say(OfferFamily(offer.family).text)
    return (
        w.words(
            f"{w.say(offer.text)}（{offer.billing_code}，{family}）",
            f"{w.say(offer.text)} ({offer.billing_code}, {family})",
        ),
        (who or w.words("全部用户", "everyone"))
        + (w.words(f"。回应预警：{answers}", f". Answers: {answers}") if answers else ""),
        _pair(w, offer.benefit_existing_fen, offer.benefit_new_fen),
        _pair(w, offer.commission_existing_fen, offer.commission_new_fen),
        w.words("；", "; ").join(terms),
        w.mark(offer.source),
    )
