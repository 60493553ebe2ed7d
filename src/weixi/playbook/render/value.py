"""The plan's chapters on what a subscriber is worth, and on what it costs to contact him."""

from weixi.kernel.language import Text
from weixi.kernel.terms import Channel, LineType
from weixi.playbook.render.people import SOURCE
from weixi.playbook.render.writer import Writer


def value(w: Writer) -> None:
    """客户价值与在网时长."""
    plan = w.playbook.value
    if plan is None:
        return
    w.chapter(Text("客户价值与在网时长", "What a subscriber is worth, and for how long he stays"))
    w.clause(
        w.words(
            "客户价值 = 月均毛利 × 今后 12 个月预期在网月数。月均毛利为近三个月完整月的平均收入乘以毛利率；"
            "预期在网月数按线路类型、合约剩余月份、在网时长和收入档次，由近一年实际离网情况推算。",
            "A subscriber's value is the monthly margin times the expected months in service of the next 12. The "
            "monthly margin is the mean revenue of the complete months of the last three times the share below; the "
            "expected months follow from how lines of the same kind, months to the contract's end, tenure and "
            "band left in the past year.",
        ),
        plan.source,
    )
    w.grid(
        (Text("线路类型", "Kind of line"), Text("毛利率", "Margin"), SOURCE),
        (
            (w.say(LineType(kind).text), w.rate(share), w.mark(plan.source))
            for kind, share in plan.margins.items()
        ),
        (50, 38, 12),
    )
    w.clause(
        w.words(
            f"剩余在网时长最多算到 {plan.life_months} 个月。",
            f"A remaining life is counted for at most {plan.life_months} months.",
        ),
        plan.source,
    )


def contact_cost(w: Writer) -> None:
    """联系成本."""
    plan = w.playbook.contact_cost
    if plan is None:
        return
    w.chapter(Text("联系成本", "What contacts cost"))
    w.clause(
        w.words(
            "成效核算时，从增量收入里减去：每一次联系按下表计成本，以登记的联系为准。",
            "What the plan brings is reckoned after these: every contact on record costs what the table says.",
        ),
        plan.source,
    )
    w.grid(
        (
            Text("渠道", "Channel"),
            Text("未联系上，每次", "Nobody reached, each"),
            Text("联系上，每次", "Customer reached, each"),
            SOURCE,
        ),
        (
            (
                w.say(Channel(code).text),
                w.yuan(cost.missed_fen),
                w.yuan(cost.reached_fen),
                w.mark(plan.source),
            )
            for code, cost in plan.channels.items()
        ),
        (34, 27, 27, 12),
    )
