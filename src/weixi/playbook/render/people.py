"""The plan's chapters on people: why, who does what, who the customers are, which list the year is assessed on."""

from collections.abc import Sequence

from weixi.kernel.language import Text
from weixi.kernel.terms import Category, Cluster, Grade, OrgLevel, Stage, Term
from weixi.playbook.model import Band, Rule
from weixi.playbook.render.writer import Writer

SOURCE = Text("出处", "Source")
REST = Text("其余用户", "all others")
ATTACHMENTS = {
    "attachment": Text("运营商已有的挂靠关系", "the operator's own attachment"),
    "household": Text("同一家庭的主线路", "the household's main line"),
    "account_manager": Text("集团客户经理", "the account manager"),
    "representative": Text("专属服务代表", "the dedicated representative"),
    "home": Text("常住地所属维护单元", "the care unit of the home"),
    "outlet": Text("最近办理业务的网点", "the last outlet"),
    "capacity": Text("按责任人余力均分", "free capacity of the owners"),
}


def purpose(w: Writer) -> None:
    """目的与原则."""
    if w.has_statements("PURPOSE", "PRINCIPLE"):
        w.chapter(Text("目的与原则", "Purpose and principles"))
        w.statements("PURPOSE")
        w.statements("PRINCIPLE")


def organisation(w: Writer) -> None:
    """组织与职责."""
    w.chapter(Text("组织与职责", "Organisation and duties"))
    levels = w.words("—", " – ").join(w.say(level.text) for level in OrgLevel)
    w.clause(
        w.words(
            f"指标与任务按{levels}逐级分解、逐级负责，各级之和与上级相等。",
            f"Targets and tasks are broken down along {levels}; the parts of every level sum to the whole above.",
        )
    )
    w.grid(
        (Text("角色", "Role"), Text("职责", "Duty"), SOURCE),
        ((w.say(role.text), w.say(role.duty), w.mark(role.source)) for role in w.playbook.roles),
        (22, 66, 12),
    )
    load = w.playbook.service.load
    if load is not None:
        w.clause(
            w.words(
                f"工作量：每名客户代表维系不超过 {load.households} 户；网格人员每天不超过 {load.tasks_per_day} "
                "个任务；"
                f"外呼坐席每天不超过 {load.dials_per_day} 次拨打；同一任务联系不超过 {load.attempts} "
                "次仍未接通即转下一渠道。",
                f"Load: at most {load.households} households a representative, {load.tasks_per_day} tasks a "
                "day in the grid, "
                f"{load.dials_per_day} dials a day for a seat; after {load.attempts} attempts the task goes to "
                "the next channel.",
            ),
            load.source,
        )
        w.clause(
            w.words(
                "户数上限由月度运行在分解时执行（组织架构写明责任人容量的，以其为准）；每天任务数、"
                "拨打数和联系次数由工作台执行，"
                "工作台上线前由维护单元自行掌握。",
                "The month's run holds to the number of households when lines are given to owners (an owner's "
                "own capacity in "
                "the organisation comes first); tasks, dials and attempts are for the desk, until then for the "
                "care unit.",
            )
        )


def labels(w: Writer) -> None:
    """客户与用户分类（五分）."""
    plan = w.playbook
    w.chapter(
        Text(
            "“五分”体系：分级、分档、分期、分群、分类",
            "The five labels: grade, band, stage, cluster, category",
        )
    )
    w.statements("LABEL")
    w.clause(
        w.words(
            "每个用户每月在五个维度上各有且只有一个取值；各表自上而下判定，先符合者为准。",
            "Every line has exactly one value in each of the five every month; rules are read from the top, "
            "the first "
            "that holds counts.",
        )
    )
    w.section(Text("分级", "Grades"))
    _rules(w, plan.grades, Grade)
    if plan.key_share:
        w.clause(
            w.words(
                "“合计贡献大部分收入的用户”指：在本维护单元内按近一年收入由高到低排列，"
                f"合计收入超过 {w.rate(plan.key_share)} 的最小一组用户。",
                "“Those who make the larger part of revenue” are the smallest set of lines of a care unit, by "
                "revenue of "
                f"a year from the highest, that together exceed {w.rate(plan.key_share)} of its revenue.",
            )
        )
    if plan.hold_months > 1:
        w.clause(
            w.words(
                f"重要客户与普通客户之间，连续 {plan.hold_months} 个月符合新的取值才变更，以免反复。",
                "Between important and ordinary a customer changes when the rules say so for "
                f"{plan.hold_months} months "
                "in a row.",
            )
        )
    if plan.stars:
        w.section(Text("价值星级（分级之外）", "Value stars (beside the grade)"))
        _bands(w, plan.stars)
    w.section(Text("分档（近三个月平均 ARPU，左闭右开）", "Bands (mean ARPU of three months, half-open)"))
    _bands(w, plan.bands)
    w.section(Text("分期", "Stages"))
    _rules(w, plan.stages, Stage)
    w.section(Text("分群", "Clusters"))
    _rules(w, plan.clusters, Cluster)
    w.section(Text("分类", "Categories"))
    _rules(w, plan.categories, Category)
    if plan.handset_bands:
        w.section(Text("终端价位（左闭右开）", "Handset prices (half-open)"))
        _bands(w, plan.handset_bands)


def cohorts(w: Writer) -> None:
    """拍照与分解."""
    plan = w.playbook
    w.chapter(Text("拍照与分解", "Sealed cohorts and apportioning"))
    w.statements("COHORT")
    w.grid(
        (
            Text("拍照人群", "Cohort"),
            Text("纳入条件（上年 12 月末）", "Who is in (at the end of December before)"),
            SOURCE,
        ),
        ((w.say(rule.text), w.condition(rule.when), w.mark(rule.source)) for rule in plan.cohorts),
        (28, 60, 12),
    )
    w.clause(
        w.words(
            "拍照名单一经封存不再变更，名单、人数和指纹可随时核验。",
            "A sealed list does not change any more; its lines, its size and its fingerprint can be verified "
            "at any time.",
        )
    )
    order = w.words("、", ", ").join(
        f"{place}. {w.say(ATTACHMENTS[rule])}"
        if w.language == "en"
        else f"{place}.{w.say(ATTACHMENTS[rule])}"
        for place, rule in enumerate(plan.attachments, start=1)
    )
    w.clause(
        w.words(
            f"每个用户归属且只归属一个维护单元，有责任人的落实到责任人。归属依次按：{order}。",
            "Every line belongs to exactly one care unit, and to an owner where there is one, in this order: "
            f"{order}.",
        )
    )


def _rules(w: Writer, rules: Sequence[Rule], names: type[Term]) -> None:
    w.grid(
        (Text("取值", "Value"), Text("说明", "Meaning"), Text("判定条件", "Rule"), SOURCE),
        (
            (
                w.say(names(rule.value).text),
                _meaning(w, rule, names),
                w.condition(rule.when, REST),
                w.mark(rule.source),
            )
            for rule in rules
        ),
        (14, 32, 43, 11),
    )


def _meaning(w: Writer, rule: Rule, names: type[Term]) -> str:
    """The rule's text and its detail; a text that only repeats the value's name is left out before a detail."""
    said = w.say(rule.text)
    if rule.detail is None:
        return said
    detail = w.say(rule.detail)
    return detail if said == w.say(names(rule.value).text) else f"{said}{w.words('。', '. ')}{detail}"


def _bands(w: Writer, bands: Sequence[Band]) -> None:
    def edges(band: Band) -> str:
        if band.low_fen is None and band.high_fen is None:
            return w.words("不限", "any")
        if band.low_fen is None:
            return w.words(f"低于 {w.yuan(band.high_fen)}", f"below {w.yuan(band.high_fen)}")
        if band.high_fen is None:
            return w.words(f"不低于 {w.yuan(band.low_fen)}", f"at least {w.yuan(band.low_fen)}")
        return w.words(
            f"不低于 {w.yuan(band.low_fen)}、低于 {w.yuan(band.high_fen)}",
            f"at least {w.yuan(band.low_fen)}, below {w.yuan(band.high_fen)}",
        )

    w.grid(
        (Text("档", "Band"), Text("说明", "Meaning"), Text("范围", "Range"), SOURCE),
        ((band.code, w.say(band.text), edges(band), w.mark(band.source)) for band in bands),
        (14, 36, 39, 11),
    )
