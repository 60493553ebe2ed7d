"""Writes docs/glossary.md from weixi.kernel.terms; with --check says whether the page is up to date."""

import inspect
import sys
from pathlib import Path

from weixi.kernel import terms
from weixi.kernel.terms import Term

PAGE = Path(__file__).parent.parent / "docs" / "glossary.md"

HEAD = """# Glossary 词汇表

Generated from `src/weixi/kernel/terms.py` by `make docs`. Tables hold the values on the left; people read
the labels.
"""


def vocabularies() -> list[type[Term]]:
    """Every closed vocabulary, in the order of the file."""
    return [
        kind
        for kind in vars(terms).values()
        if inspect.isclass(kind) and issubclass(kind, Term) and kind is not Term
    ]


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for kind in vocabularies():
        rows = "\n".join(f"| `{term.value}` | {term.text.zh} | {term.text.en} |" for term in kind)
        meaning = " ".join((inspect.getdoc(kind) or "").split())
        parts.append(
            f"## {kind.__name__}\n\n{meaning}\n\n| value | 中文 | English |\n| --- | --- | --- |\n{rows}\n"
        )
    return "\n".join(parts)


def main() -> int:
    """Write the page, or check it. Exit 1 where the committed page is out of date."""
    text = page()
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("docs/glossary.md is out of date: run `make docs`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
