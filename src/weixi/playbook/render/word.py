"""A document as .docx on A4, as Chinese offices set their papers: 黑体 headings, 仿宋 text, the page's number below."""

import re
from io import BytesIO

from docx import Document as new_document
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.font import CT_RPr
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from weixi.playbook.render.document import Clause, Document, Grid, Heading, Signatures

HEADING_FACE, TEXT_FACE, CODE_FACE = "黑体", "仿宋", "Consolas"
WIDTH_CM = 16.6
_MARK = re.compile(r"(〔\d+〕)")
_RED = RGBColor(0xB0, 0x10, 0x10)


def to_word(document: Document) -> bytes:
    """The file's bytes. The same document gives the same text; the file bears no date and no author."""
    paper = new_document()
    _page(paper, document)
    _styles(paper, document.language)
    title = paper.add_paragraph(document.title, style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name, value in document.facts:
        line = paper.add_paragraph(f"{name}　{value}")
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.first_line_indent = Pt(0)
        for run in line.runs:
            run.font.size = Pt(10)
    for block in document.blocks:
        if isinstance(block, Heading):
            paper.add_heading(block.text, level=block.level)
        elif isinstance(block, Clause):
            paragraph = paper.add_paragraph()
            if block.lead:
                lead = paragraph.add_run(block.lead)
                _face(lead._element.get_or_add_rPr(), HEADING_FACE)
                lead.bold = True
            _marked(paragraph, block.text)
        elif isinstance(block, Grid):
            _grid(paper, block)
        else:
            _signatures(paper, block)
    stream = BytesIO()
    paper.save(stream)
    return stream.getvalue()


def _page(paper: Paper, document: Document) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.4)
    section.left_margin = section.right_margin = Cm(2.2)
    core = paper.core_properties
    core.title, core.author, core.comments = document.title, "", ""
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(f"{document.footer}　— ")
    _field(footer, "PAGE")
    footer.add_run(" / ")
    _field(footer, "NUMPAGES")
    footer.add_run(" —")
    for run in footer.runs:
        run.font.size = Pt(9)


def _field(paragraph: Paragraph, code: str) -> None:
    """A field that the word processor fills in."""
    run = paragraph.add_run()
    for kind in ("begin", None, "separate", "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {code} "
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._element.append(element)


def _styles(paper: Paper, language: str) -> None:
    sizes = {"Normal": 12, "Title": 22, "Heading 1": 16, "Heading 2": 14, "Footer": 9}
    for name, size in sizes.items():
        style = paper.styles[name]
        if not isinstance(style, ParagraphStyle):
            continue
        style.font.size = Pt(size)
        is_text = name in ("Normal", "Footer")
        _face(style.element.get_or_add_rPr(), TEXT_FACE if is_text else HEADING_FACE)
        style.font.color.rgb = _RED if name == "Title" else RGBColor(0, 0, 0)
        style.font.bold = not is_text
    normal = paper.styles["Normal"]
    if isinstance(normal, ParagraphStyle):
        # Without a language an office suite takes the glyphs and the punctuation of another one.
        spoken = OxmlElement("w:lang")
        spoken.set(qn("w:val"), "en-US")
        spoken.set(qn("w:eastAsia"), "zh-CN")
        normal.element.get_or_add_rPr().append(spoken)
        normal.paragraph_format.line_spacing = 1.35
        normal.paragraph_format.space_after = Pt(4)
        if language == "zh":
            normal.paragraph_format.first_line_indent = Pt(24)
    for border in paper.styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    for name in ("Heading 1", "Heading 2", "Title", "Footer"):
        style = paper.styles[name]
        if isinstance(style, ParagraphStyle):
            style.paragraph_format.first_line_indent = Pt(0)


def _face(properties: CT_RPr, face: str) -> None:
    """Set the face of both scripts; East Asian text takes w:eastAsia alone."""
    fonts = properties.get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    western = {HEADING_FACE: "Arial", TEXT_FACE: "Times New Roman"}.get(face, face)
    fonts.set(qn("w:ascii"), western)
    fonts.set(qn("w:hAnsi"), western)
    fonts.set(qn("w:eastAsia"), TEXT_FACE if face == CODE_FACE else face)


def _marked(
    paragraph: Paragraph,
    text: str,
    size: float | None = None,
    *,
    is_code: bool = False,
    is_cell: bool = False,
) -> None:
    """Add the text; marks of sources are raised, in a cell of their own they stay on the line."""
    for piece in _MARK.split(text):
        if not piece:
            continue
        run = paragraph.add_run(piece)
        if size is not None:
            run.font.size = Pt(size)
        if is_code:
            _face(run._element.get_or_add_rPr(), CODE_FACE)
        if _MARK.fullmatch(piece) and not is_cell:
            run.font.superscript = True


def _grid(paper: Paper, grid: Grid) -> None:
    table = paper.add_table(rows=1, cols=len(grid.headings), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    size = 8.5 if grid.is_code else 9.5
    for cell, heading in zip(table.rows[0].cells, grid.headings, strict=True):
        _cell(cell, heading, size, is_heading=True)
    _repeated(table)
    for row in grid.rows:
        line = table.add_row()
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        cells = line.cells
        for place, (cell, text) in enumerate(zip(cells, row, strict=True)):
            _cell(cell, text, size, is_code=grid.is_code and place == len(row) - 1)
    total = sum(grid.widths)
    for column, width in zip(table.columns, grid.widths, strict=True):
        column.width = Cm(WIDTH_CM * width / total)
        for cell in column.cells:
            cell.width = Cm(WIDTH_CM * width / total)
    after = paper.add_paragraph()
    after.paragraph_format.space_after = Pt(0)
    after.paragraph_format.line_spacing = Pt(8)


def _cell(cell: _Cell, text: str, size: float, *, is_heading: bool = False, is_code: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.line_spacing = 1.2
    _marked(paragraph, text, size, is_code=is_code, is_cell=True)
    if is_heading:
        for run in paragraph.runs:
            run.bold = True
            _face(run._element.get_or_add_rPr(), HEADING_FACE)
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "F3F0EC")
        cell._element.get_or_add_tcPr().append(shade)


def _repeated(table: Table) -> None:
    """The first row again at the head of every page; no row across two pages."""
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    properties.append(OxmlElement("w:cantSplit"))


def _signatures(paper: Paper, block: Signatures) -> None:
    table = paper.add_table(rows=1, cols=len(block.headings), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, heading in zip(table.rows[0].cells, block.headings, strict=True):
        _cell(cell, heading, 11, is_heading=True)
    for role in block.roles:
        row = table.add_row()
        row.height = Cm(1.6)
        _cell(row.cells[0], role, 11)
