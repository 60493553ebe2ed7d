"""What each key of a playbook means, for people who write one."""

from collections.abc import Mapping

from weixi.kernel.language import Text

KEYS: Mapping[str, Text] = {
    "name": Text("代码：小写字母、数字和下划线", "the code: lower-case letters, digits, underscores"),
    "version": Text("版本号", "the version"),
    "title": Text("名称，中英文", "the title, in both languages"),
    "builds_on": Text("先读的方案", "playbooks that come before this one"),
    "replaces": Text(
        '替换前面方案的整张表（"grade"）或一条（"parameter.名称"）',
        'what it replaces of earlier ones: whole sections ("grade") or entries ("parameter.name")',
    ),
    "source": Text("出处：文件、行、原话", "where it comes from: document, line, words"),
    "document": Text(
        "文件名；default 表示方案未写、本方案的缺省", 'the document; "default": this playbook\'s own'
    ),
    "line": Text("原文行号；0 表示没有", "line of the document; 0: none"),
    "section": Text("原文章节", "section of the document"),
    "quote": Text("原话，或为什么这样定", "its words, or why it is so"),
    "zh": Text("中文", "Chinese"),
    "en": Text("英文", "English"),
    "value": Text(
        "值：参数的数值，或规则给出的标签", "the figure of a parameter, or the label that a rule gives"
    ),
    "unit": Text(
        "单位：元、天、月、个、百分数（0–100）、比例（0–1）、文字",
        "the unit of the figure; rate is 0–1, percent 0–100",
    ),
    "text": Text("给人看的文字，中英文", "the words for people, in both languages"),
    "when": Text(
        "条件：写账册的列名，参数写 $名称，金额写 yuan(80)",
        "the condition over the book's columns; $name is a parameter",
    ),
    "code": Text("代码：方案内不重复", "the code, once in a playbook"),
    "low": Text("下限（含），元", "lower edge, included, yuan"),
    "high": Text("上限（不含），元", "upper edge, not included, yuan"),
    "share": Text("比例，0 到 1；百分之二写 0.02", "a share from 0 to 1; two per cent is 0.02"),
    "hold_months": Text(
        "分级变化须连续成立的月数；1 即当月生效", "months in a row before a grade changes; 1: at once"
    ),
    "weight": Text("在总分中的权重，0 到 1", "its share of the score, from 0 to 1"),
    "detail": Text("写全的说明，供方案文本使用", "said in full, for the plan that is printed"),
    "contact": Text("哪一类联系；联系次数的上限", "which kind of contact; the most of them"),
    "most": Text("期内最多次数", "the most in the period"),
    "start": Text("开始（含），时:分", "begins, included, HH:MM"),
    "end": Text("结束（不含），时:分", "ends, not included, HH:MM"),
    "challenge": Text("挑战值，高于目标", "the value beyond the target"),
    "households": Text("一人负责的户数", "households of one person"),
    "tasks_per_day": Text("一人一天的任务数", "tasks of one person a day"),
    "dials_per_day": Text("一人一天的外呼数", "dials of one person a day"),
    "attempts": Text("对一个客户尝试联系的次数", "attempts at one customer"),
    "urgency": Text("各等级的权重：任务按在险收入×权重排先后", "weights of the levels in a task's priority"),
    "red": Text("高级（红）", "red"),
    "yellow": Text("中级（黄）", "yellow"),
    "blue": Text("低级（蓝）", "blue"),
    "respite_hours": Text("升级后再督办的小时数", "hours that an escalated task has before it goes up again"),
    "hours": Text(
        "工作时段，没有电话联系时段时用它；或小时数",
        "working hours, where no hours of contact are set; or a number of hours",
    ),
    "morning": Text("“明天、三天后”约在几点，时:分", 'the hour that "tomorrow" means, HH:MM'),
    "afternoon": Text("“今天下午”约在几点，时:分", 'the hour that "this afternoon" means, HH:MM'),
    "not_reached_after_hours": Text(
        "未接通隔多少小时再联系；不写即不隔",
        "hours after which who was not reached comes back; none: at once",
    ),
    "undecided_after_days": Text(
        "再考虑隔多少天再联系；不写即不隔", "days after which who is undecided comes back; none: at once"
    ),
    "counsel": Text("涉及法律，须法务审核", "it touches law: counsel checks it"),
    "after": Text("在什么之后", "after what"),
    "days": Text("天数", "days"),
    "within_hours": Text("时限，小时", "the time limit, hours"),
    "working_hours": Text("按工作时间计", "whether working hours count"),
    "duty": Text("岗位职责", "what the role is asked to do"),
    "life_months": Text("剩余在网时长最多算多少个月", "how many months ahead a remaining life is counted"),
    "months": Text("从多少个月的用户学习", "how many months are learnt from"),
    "rows": Text("最多用多少行学习", "how many rows are learnt from at most"),
    "levels": Text("分数达到多少为高、中，其余为低", "scores from which a line is high, medium; else low"),
    "margin": Text("各类线路的毛利率", "what is left of the revenue of each kind of line"),
    "line_type": Text("线路类型", "the kind of line"),
    "node": Text("组织树节点的代码", "code of a node of the organisation's tree"),
    "grade": Text("分级", "the grade"),
    "money": Text("全部优惠当月最多花多少，元", "the most that all offers may cost in the month, yuan"),
    "county": Text("县分自己的额度", "what a county may spend itself"),
    "county_share": Text("任一县分最多占总额的比例", "the most of the money that any county may spend"),
    "minutes": Text("一次联系占用客服多少分钟", "an agent's minutes for one contact"),
    "way": Text("各渠道一次联系的成本", "what one contact on a channel costs"),
    "missed": Text("没有联系上的一次花多少元", "yuan for one contact that reached nobody"),
    "reached": Text("联系上的一次花多少元", "yuan for one contact that reached the customer"),
    "agent_hours": Text("每个客服当月可用于维系的小时数", "hours of one agent in the month"),
    "hours_of": Text(
        "工时按维护单元还是按县分合计", "whether a unit's or a county's agents share their hours"
    ),
    "care_channel": Text("不带优惠的关怀走哪个渠道", "the channel of a care contact without an offer"),
    "offers_from": Text(
        "预警至少到哪一级才给优惠，以下只关怀", "the least urgent level that gets an offer; others get care"
    ),
    "floor": Text(
        "各等级有付费优惠可办的户，至少多少要给", "the least share of a grade that gets a paid offer"
    ),
    "least_return": Text("每花 100 元至少保住多少元", "what a hundred yuan have to keep, per cent"),
    "difference": Text(
        "任意两县户均保住价值最多差多少，元",
        "the most that the value a household may differ between counties",
    ),
    "logging_share": Text(
        "随机投放的户数比例，建议 0.01–0.05", "the share of households whose offer is drawn, 0.01–0.05"
    ),
    "effect": Text(
        "各优惠的挽留比例：假设值，未经验证；只用于没有试验的优惠",
        "what each offer is assumed to keep, not verified; used only where no trial measured it",
    ),
    "saved_share": Text(
        "要走的人里能留住多少，0 到 1", "the share of would-be leavers that it keeps, 0 to 1"
    ),
    "quota": Text(
        "该等级占考核用户的最大比例，0 到 1", "the largest share of the assessed on that level, 0 to 1"
    ),
    "part": Text("写在方案的哪一章", "the chapter of the plan that it opens"),
    "order": Text("从先到后", "from first to last"),
    "arpu": Text("ARPU 条件，与其余条件分开写", "the test of ARPU, apart from the rest"),
    "assessed": Text("是否计入考核", "whether it is assessed"),
    "task_type": Text("任务类型", "what the task is for"),
    "happens": Text("预警所指的日子，日期表达式", "the day that the warning is about, a DATE"),
    "act_before_days": Text("提前多少天行动", "days before it on which to act"),
    "window_days": Text("任务核验窗口，天", "days in which success counts"),
    "channel": Text("联系渠道", "the way to the customer"),
    "script": Text(
        "开场话术；{列名} 显示客户自己的值", "how to open; {column} shows the customer's own value"
    ),
    "channels": Text("可用渠道，优先的在前", "the ways to the customer, preferred first"),
    "level": Text("等级：红、黄、蓝，第一条成立的算", "the urgency; the first that holds counts"),
    "reason": Text("原因，一到三个", "one to three reasons"),
    "success": Text("成功标准：窗口结束时数据应满足", "the test that the data must meet in the window"),
    "families": Text("适用的优惠类别", "families of offers that it holds for"),
    "family": Text("优惠类别", "family of the offer"),
    "billing_code": Text("受理编码", "code in the billing system"),
    "pool": Text("资金池代码", "the budget that pays"),
    "cost": Text("成本，分；金额写 yuan(80)", "the cost in fen; an amount is yuan(80)"),
    "kinds": Text("回应的预警；不写即全部", "the warnings it answers; none written: all"),
    "existing": Text(
        "老用户：可否办理，或所得（元）；或资金池至少用于老用户的比例",
        "existing subscribers: may they take it, what they get in yuan, or their least share of a pool",
    ),
    "new": Text(
        "新用户：可否办理，或所得（元）", "new subscribers: may they take it, or what they get in yuan"
    ),
    "mass_market": Text("大众优惠：首次现金流须为正", "mass-market: its first cash flow must be positive"),
    "binds": Text("是否捆绑；捆绑须有期限", "whether it locks in; then it has a term"),
    "term_months": Text("合约期，月", "length of the contract, months"),
    "benefit": Text(
        "新老用户各得多少，元；老用户不少于新用户", "what either gets, yuan; existing no less than new"
    ),
    "commission": Text("发展人佣金，元；老用户不少于新用户", "commission, yuan; existing no less than new"),
    "first_cash_flow": Text("首次现金流，元", "first cash flow of one order, yuan"),
    "cash_in": Text("首次收入，元", "cash in, yuan"),
    "cash_out": Text("首次支出，元", "cash out, yuan"),
    "condition": Text("办理条件；text 说明为什么不能办", "conditions; the text says why not"),
    "amount": Text("每月额度，元；不写即不限", "the month's budget, yuan; none written: no limit"),
    "existing_first": Text("先满足老用户", "existing subscribers are funded first"),
    "offer": Text("优惠代码", "code of the offer"),
    "rule": Text("豁免的承诺：PARITY 新老同等，CEILING 贡献低不多得", "the promise that is exempted"),
    "signed_by": Text("签批人", "who signed"),
    "signed_on": Text("签批日期", "the day of the signature"),
    "group": Text("措施分组", "group of the measure"),
    "offers": Text("用到的优惠", "offers that carry it out"),
    "warnings": Text("用到的预警", "warnings that carry it out"),
    "kpi": Text("指标", "the KPI"),
    "calibre": Text("口径", "the calibre"),
    "rate": Text("目标，0 到 1；35% 写 0.35", "the target from 0 to 1; 35 % is 0.35"),
    "direction": Text("AT_LEAST 不低于，AT_MOST 不高于", "no less or no more than"),
    "period": Text("考核周期", "the period of the target"),
}
"""Key → what it means, whichever table it stands in."""
