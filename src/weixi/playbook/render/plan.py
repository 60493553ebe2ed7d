"""The plan as a document, chapter by chapter, from the playbook alone."""

from decimal import Decimal

from weixi.kernel.language import Language, Text
from weixi.playbook.model import Parameter, Playbook, Vocabulary
from weixi.playbook.render import means, people, standards, work
from weixi.playbook.render.allocation import allocation
from weixi.playbook.render.comparison import UNITS, number
from weixi.playbook.render.document import Document
from weixi.playbook.render.value import contact_cost
from weixi.playbook.render.value import value as worth
from weixi.playbook.render.writer import Writer

CHAPTERS = (
    people.purpose,
    people.organisation,
    people.labels,
    people.cohorts,
    work.assessment,
    worth,
    work.measures,
    work.clocks,
    work.warnings,
    means.offers,
    means.exemptions,
    means.pools,
    allocation,
    contact_cost,
    means.holdouts,
    standards.contact,
    standards.time_limits,
    standards.tasks,
    work.levers,
    work.tools_and_team,
    means.signatures,
)
"""What the plan says, in order; a chapter that the playbook has nothing for is left out."""


def document(playbook: Playbook, vocabulary: Vocabulary, language: Language) -> Document:
    """The whole plan in one language, with its parameters, expressions and sources as appendices."""
    w = Writer(playbook, vocabulary, language)
    for chapter in CHAPTERS:
        chapter(w)
    _parameters(w)
    _expressions(w)
    _sources(w)
    title = w.say(playbook.titles[-1] if playbook.titles else playbook.title)
    before = w.listing(w.say(name) for name in playbook.titles[:-1])
    stands_on = ((w.words("依据", "Stands on"), before),) if before else ()
    return Document(
        title=title,
        language=language.value,
        facts=(
            *stands_on,
            (w.words("方案代码", "Playbook"), playbook.name),
            (w.words("版本", "Version"), playbook.version),
            (w.words("指纹", "Fingerprint"), playbook.fingerprint),
        ),
        footer=f"{title}　{w.words('版本', 'version')} {playbook.version}　{playbook.fingerprint[:12]}",
        blocks=tuple(w.blocks),
    )


def _parameters(w: Writer) -> None:
    w.appendix(1, Text("参数表", "Parameters"))

    def value(parameter: Parameter) -> str:
        if isinstance(parameter.value, bool | str) or not isinstance(parameter.value, int | Decimal):
            return str(parameter.value)
        if parameter.unit == "rate":
            return w.rate(Decimal(parameter.value))
        return f"{number(parameter.value)} {w.say(UNITS[parameter.unit])}".rstrip()

    w.grid(
        (Text("参数", "Parameter"), Text("取值", "Value"), Text("出处", "Source"), Text("名称", "Name")),
        (
            (w.say(item.text), value(item), w.mark(item.source), f"${item.name}")
            for item in w.playbook.parameters.values()
        ),
        (42, 15, 11, 32),
        is_code=True,
    )


def _expressions(w: Writer) -> None:
    """Every condition as the program reads it, for who wants to check the words above."""
    plan = w.playbook
    w.appendix(2, Text("判定条件的算式", "The rules as the program reads them"))
    rows: list[tuple[str, str, str]] = []

    def add(kind: Text, name: Text, *expressions: str) -> None:
        rows.extend(
            (w.say(kind), w.say(name), " ".join(text.split()))
            for text in expressions
            if text.strip().upper() != "TRUE"
        )

    for kind, rules in (
        (Text("分级", "grade"), plan.grades),
        (Text("分期", "stage"), plan.stages),
        (Text("分群", "cluster"), plan.clusters),
        (Text("分类", "category"), plan.categories),
    ):
        for rule in rules:
            add(kind, rule.text, rule.when)
    for cohort in plan.cohorts:
        add(Text("拍照", "cohort"), cohort.text, cohort.when)
    for silence in plan.silences:
        add(Text("静默", "silence"), silence.text, silence.when)
    for warning in plan.warnings:
        add(Text("预警", "warning"), warning.text, warning.when, warning.happens)
        for level in warning.levels:
            add(Text(f"等级 {level.level}", f"level {level.level}"), warning.text, level.when)
        add(Text("成功标准", "success"), warning.success.text, warning.success.when)
    for offer in plan.offers:
        add(Text("优惠成本", "cost"), offer.text, offer.cost)
        for condition in offer.conditions:
            add(Text("优惠条件", "condition"), offer.text, condition.when)
    for holdout in plan.holdouts:
        add(Text("留白", "hold-out"), holdout.text, holdout.when)
    for campaign in plan.service.campaign_holdouts:
        add(Text("活动留白", "campaign hold-out"), campaign.text, campaign.when)
    for measure in plan.measures:
        add(Text("措施", "measure"), measure.text, measure.when)
    w.grid(
        (Text("类别", "Kind"), Text("名称", "Name"), Text("算式", "Expression")),
        dict.fromkeys(rows),
        (13, 29, 58),
        is_code=True,
    )


def _sources(w: Writer) -> None:
    w.appendix(3, Text("出处", "Sources"))
    names = w.playbook.documents
    rows = []
    for place, source in enumerate(w.sources.values(), start=1):
        if source.line:
            document_ = w.say(names[source.document]) if source.document in names else source.document
            where = w.words(f"第 {source.line} 行", f"line {source.line}")
        else:
            document_ = w.words("本方案的缺省设定", "default of this playbook")
            where = w.words("须经法务核对", "counsel checks") if source.counsel else "—"
        rows.append((str(place), document_, where, source.section or "—", source.quote))
    w.grid(
        (
            Text("序号", "No."),
            Text("文件", "Document"),
            Text("位置", "Line"),
            Text("章节", "Section"),
            Text("原文", "Words"),
        ),
        rows,
        (8, 20, 12, 14, 46),
    )
