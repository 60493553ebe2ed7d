"""A document as Markdown: what the HTML is made from, and what a planner keeps beside the playbook."""

import re
from collections.abc import Iterable

from weixi.playbook.render.document import Block, Clause, Document, Grid, Heading, Signatures

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def to_markdown(document: Document) -> str:
    """The whole document; nothing in its texts is taken for markup."""
    out = [f"# {escaped(document.title)}", _facts(document)]
    out += [_block(block) for block in document.blocks]
    return "\n\n".join(out) + "\n"


def escaped(text: str) -> str:
    """The text with every character escaped that Markdown would read."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))


def _facts(document: Document) -> str:
    return "  \n".join(f"**{escaped(name)}**　{escaped(value)}" for name, value in document.facts)


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * (block.level + 1)} {escaped(block.text)}"
    if isinstance(block, Clause):
        lead = f"**{escaped(block.lead.strip())}**" if block.lead else ""
        # Emphasis that ends in a full-width sign does not close before a letter: a space between them lets it.
        return f"{lead} {_numbered(escaped(block.text))}".strip()
    if isinstance(block, Grid):
        return _table(block)
    return _signatures(block)


def _numbered(text: str) -> str:
    """A text that begins like a list item, kept a text."""
    return re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", re.sub(r"^([-+])(?=\s)", r"\\\1", text))


def _table(grid: Grid) -> str:
    def code(cell: str) -> str:
        fence = "`" * (max((len(run) for run in re.findall(r"`+", cell)), default=0) + 1)
        # A space on both sides belongs to the fence: it keeps a cell's own backtick apart from it.
        space = " " if cell.startswith("`") or cell.endswith("`") else ""
        inner = cell.replace("|", "\\|")
        return f"{fence}{space}{inner}{space}{fence}"

    def cells(row: tuple[str, ...]) -> Iterable[str]:
        for place, cell in enumerate(row):
            yield code(cell) if grid.is_code and place == len(row) - 1 else escaped(cell)

    lines = [
        " | ".join(escaped(heading) for heading in grid.headings),
        " | ".join("---" for _ in grid.headings),
    ]
    lines += [" | ".join(cells(row)) for row in grid.rows]
    return "\n".join(f"| {line} |" for line in lines)


def _signatures(block: Signatures) -> str:
    blank = "　" * 8
    lines = [
        " | ".join(escaped(heading) for heading in block.headings),
        " | ".join("---" for _ in block.headings),
    ]
    lines += [" | ".join([escaped(role), *(blank for _ in block.headings[1:])]) for role in block.roles]
    return "\n".join(f"| {line} |" for line in lines)
