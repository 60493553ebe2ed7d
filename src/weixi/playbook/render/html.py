"""A document as one HTML page that needs nothing else: for the screen, the phone and A4 paper."""

import re
from html import escape
from importlib.resources import files

from markdown_it import MarkdownIt

from weixi.playbook.render.document import Document, Grid, Heading, Signatures
from weixi.playbook.render.markdown import to_markdown

_MARK = re.compile(r"〔(\d+)〕")
_TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
_HEADING = re.compile(r"<h([23])>")
_ROW = re.compile(r"<tr>\n<td>(\d+)</td>")


def to_html(document: Document) -> str:
    """The page. The texts are escaped; the only markup is what the Markdown of the document makes."""
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(to_markdown(document))
    grids = [block for block in document.blocks if isinstance(block, Grid | Signatures)]
    tables = iter(grids)
    body = _TABLE.sub(lambda found: _table(found[1], next(tables)), body)
    count = iter(range(1, body.count("<h2>") + body.count("<h3>") + 1))
    body = _HEADING.sub(lambda found: f'<h{found[1]} id="part-{next(count)}">', body)
    # A word joiner before the mark: it does not begin a line alone.
    body = _MARK.sub("\u2060" + r'<sup><a href="#source-\1">\1</a></sup>', body)
    head, rest = body.split("</p>", 1)
    body = f"{head}</p>\n<nav>{_contents(document)}</nav>{rest}"
    style = (files("weixi.playbook.render") / "plan.css").read_text(encoding="utf-8")
    language = "zh-CN" if document.language == "zh" else "en"
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(document.title)}</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}</main>
<footer>{escape(document.footer)}</footer>
</body>
</html>
"""


def _contents(document: Document) -> str:
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    lines = [
        f'<li><a href="#part-{place}">{escape(heading.text)}</a></li>'
        for place, heading in enumerate(headings, start=1)
        if heading.level == 1
    ]
    return f"<ol>{''.join(lines)}</ol>"


def _table(rows: str, block: Grid | Signatures) -> str:
    """One table with its columns' widths; a list of sources gets the anchors that marks point to."""
    if isinstance(block, Signatures):
        return f'<div class="table"><table class="signatures">{rows}</table></div>'
    total = sum(block.widths)
    columns = "".join(f'<col style="width:{100 * width / total:.1f}%">' for width in block.widths)
    if all(row[0] == str(place) for place, row in enumerate(block.rows, start=1)):
        rows = _ROW.sub(r'<tr id="source-\1">' + "\n" + r"<td>\1</td>", rows)
    kind = ' class="wide"' if len(block.headings) > 4 or block.is_code else ""
    return f'<div class="table"><table{kind}><colgroup>{columns}</colgroup>{rows}</table></div>'
