"""指标签收单: one unit's targets on A4, to be signed."""

from datetime import datetime
from functools import partial
from io import BytesIO
from xml.sax.saxutils import escape

from django.utils import timezone
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from weixi.desk.scorecard.queries.target import KpiShares, Share, TargetPage
from weixi.desk.scorecard.views.glyphs import drawable, paper_font
from weixi.flow.assessment import show
from weixi.kernel.language import Language, Text

INK, SOFT, RULE, GROUND = HexColor("#0f172a"), HexColor("#475569"), HexColor("#94a3b8"), HexColor("#eef6fb")
WIDE = A4[0] - 36 * mm


class Paper:
    """The words and shapes of one paper in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        base = {"fontName": paper_font(), "textColor": INK, "wordWrap": "CJK"}
        self.title = ParagraphStyle("title", fontSize=18, leading=26, alignment=1, **base)
        self.head = ParagraphStyle("head", fontSize=11.5, leading=18, spaceBefore=8, spaceAfter=3, **base)
        self.body = ParagraphStyle("body", fontSize=9.5, leading=14, **base)
        self.right = ParagraphStyle("right", parent=self.body, alignment=2)
        self.small = ParagraphStyle("small", parent=self.body, fontSize=8, leading=12, textColor=SOFT)

    def say(self, zh: str, en: str) -> str:
        """The text in the paper's language."""
        return zh if self.language is Language.ZH else en

    def of(self, text: Text) -> str:
        """The same for a text of the kernel."""
        return text.say(self.language)

    def cell(self, text: str, style: ParagraphStyle | None = None) -> Paragraph:
        """One cell; what the font lacks is a box."""
        return Paragraph(escape(drawable(text)), style or self.body)


def paper(page: TargetPage, language: Language) -> bytes:
    """The PDF: unit, period, KPIs, targets, calibre, version, who issued it when, who signed, lines to sign on."""
    to = Paper(language)
    stream = BytesIO()
    document = SimpleDocTemplate(
        stream,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=to.say(f"指标签收单 {page.place.name} {page.month}", f"Targets {page.place.name} {page.month}"),
        author=to.say("维系系统", "weixi"),
    )
    story = [
        Paragraph(to.say("客户维系指标签收单", "Retention targets, for signature"), to.title),
        Spacer(1, 4 * mm),
        _facts(page, to),
        Paragraph(to.say("一、本单位指标", "1. Targets of the unit"), to.head),
        _own(page, to),
        *_calibres(page, to),
        *_below(page, to),
        KeepTogether([Paragraph(to.say("签字", "Signatures"), to.head), _signatures(page, to)]),
    ]
    foot = partial(_foot, page=page, to=to)
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return stream.getvalue()


def _facts(page: TargetPage, to: Paper) -> Table:
    version = page.version
    signed = version.acknowledged.get(page.place.code)
    issued = (
        to.say("月度运行按方案自动生成", "made by the month's run from the plan")
        if not version.actor
        else f"{page.issuer}  {_local(page.issued_at)}"
    )
    rows = [
        (to.say("单位", "unit"), f"{page.place.name}（{page.place.code}，{to.of(page.place.level.text)}）"),
        (to.say("考核期", "period"), str(page.month)),
        (to.say("版本", "version"), to.say(f"第 {version.version} 版", f"version {version.version}")),
        (to.say("下达", "issued"), issued),
        (to.say("理由", "reason"), version.reason or "—"),
        (
            to.say("签收", "acknowledged"),
            f"{page.signer}  {_local(page.signed_at)}  {signed.reason}".strip()
            if signed
            else to.say("尚未签收", "not yet"),
        ),
    ]
    table = Table(
        [[to.cell(name, to.small), to.cell(value)] for name, value in rows],
        colWidths=[24 * mm, WIDE - 24 * mm],
    )
    table.setStyle(_grid(head=0))
    return table


def _own(page: TargetPage, to: Paper) -> Table:
    headings = (
        to.say("指标", "KPI"),
        to.say("分解方式", "shared"),
        to.say("基数", "size"),
        to.say("指标数（整数）", "target, whole number"),
        to.say("折合目标率", "as a rate"),
    )
    rows = [[to.cell(heading, to.small) for heading in headings]]
    for each in page.kpis:
        word = to.say("不超过", "at most") if each.is_ceiling else to.say("不低于", "at least")
        rows.append(
            [
                to.cell(to.of(each.name)),
                to.cell(to.of(each.split.text)),
                to.cell(f"{each.own.size:,}", to.right),
                to.cell(f"{word} {each.own.target_count:,}", to.right),
                to.cell(show(each.own.rate), to.right),
            ]
        )
    table = Table(rows, colWidths=[WIDE * share for share in (0.3, 0.16, 0.16, 0.22, 0.16)], repeatRows=1)
    table.setStyle(_grid(head=1))
    return table


def _calibres(page: TargetPage, to: Paper) -> list[object]:
    said = [
        to.say(
            f"{each.name.zh}（{each.calibre.id}）：分子 {each.calibre.numerator_text.zh}；"
            f"分母 {each.calibre.denominator_text.zh}；期间 {each.calibre.period.zh}；"
            f"剔除 {each.calibre.exclusions.zh}。",
            f"{each.name.en} ({each.calibre.id}): numerator {each.calibre.numerator_text.en}; denominator "
            f"{each.calibre.denominator_text.en}; {each.calibre.period.en}; without {each.calibre.exclusions.en}.",
        )
        for each in page.kpis
    ]
    return [
        Paragraph(to.say("二、口径", "2. Calibres"), to.head),
        *(to.cell(each, to.small) for each in said),
    ]


def _below(page: TargetPage, to: Paper) -> list[object]:
    """How the targets go down to the nodes right below, with their sum beside the unit's own."""
    if not any(each.children for each in page.kpis):
        return []
    codes = dict.fromkeys(share.code for each in page.kpis for share in each.children)
    by_kpi = [{share.code: share for share in each.children} for each in page.kpis]
    rows = [
        [
            to.cell(to.say("下级", "below"), to.small),
            *(
                to.cell(f"{to.of(each.name)} {to.say('指标数 / 基数', 'target / size')}", to.small)
                for each in page.kpis
            ),
        ]
    ]
    for code in codes:
        shares = [own.get(code) for own in by_kpi]
        name = next(share for share in shares if share is not None)
        rows.append([to.cell(_name(name, to)), *(to.cell(_counts(share), to.right) for share in shares)])
    rows.append([to.cell(to.say("合计", "sum")), *(to.cell(_sum(each, to), to.right) for each in page.kpis)])
    wide = WIDE * 0.34
    table = Table(rows, colWidths=[wide, *([(WIDE - wide) / len(page.kpis)] * len(page.kpis))], repeatRows=1)
    table.setStyle(_grid(head=1, foot=True))
    return [
        Paragraph(
            to.say("三、向下分解（合计 = 上级）", "3. Shared below: the sum is the unit's own"), to.head
        ),
        table,
    ]


def _signatures(page: TargetPage, to: Paper) -> Table:
    line = "＿" * 12
    rows = [
        [
            to.cell(f"{to.say('下达人（签字）', 'issued by')}：{line}"),
            to.cell(f"{to.say('日期', 'date')}：{line}"),
        ],
        [
            to.cell(f"{to.say('签收人（签字）', 'acknowledged by')}：{line}"),
            to.cell(f"{to.say('日期', 'date')}：{line}"),
        ],
        [to.cell(f"{to.say('单位（盖章）', 'unit (seal)')}：{line}"), to.cell("")],
    ]
    table = Table(rows, colWidths=[WIDE * 0.55, WIDE * 0.45], rowHeights=[14 * mm] * 3)
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return table


def _foot(canvas: Canvas, document: SimpleDocTemplate, *, page: TargetPage, to: Paper) -> None:
    canvas.saveState()
    canvas.setFont(paper_font(), 7.5)
    canvas.setFillColor(SOFT)
    seal = page.version.seal or page.version.fingerprint
    canvas.drawString(
        18 * mm, 10 * mm, drawable(to.say(f"维系系统 · 封存 {seal[:16]}", f"weixi · seal {seal[:16]}"))
    )
    canvas.drawRightString(
        A4[0] - 18 * mm, 10 * mm, to.say(f"第 {document.page} 页", f"page {document.page}")
    )
    canvas.restoreState()


def _grid(*, head: int, foot: bool = False) -> TableStyle:
    commands: list[tuple[object, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.5, RULE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
    if head:
        commands.append(("BACKGROUND", (0, 0), (-1, head - 1), GROUND))
    else:
        commands.append(("BACKGROUND", (0, 0), (0, -1), GROUND))
    if foot:
        commands.append(("BACKGROUND", (0, -1), (-1, -1), GROUND))
    return TableStyle(commands)


def _name(share: Share, to: Paper) -> str:
    return f"{share.name}{to.say('（共享池）', ' (shared pool)') if share.is_pool else ''}"


def _counts(share: Share | None) -> str:
    return "—" if share is None else f"{share.target_count:,} / {share.size:,}"


def _sum(each: KpiShares, to: Paper) -> str:
    if each.children_sum is None:
        return "—"
    said = f"{each.children_sum:,}"
    if each.reconciles:
        return to.say(f"{said} = 上级", f"{said} = its own")
    return to.say(f"{said}，差 {each.difference:+,}", f"{said}, differs by {each.difference:+,}")


def _local(moment: datetime | None) -> str:
    """A moment in the time of the business."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment is not None else ""
