"""Lines of totals, which reports have below or between their records."""

import re
from collections.abc import Iterator, Sequence

_AFTER = re.compile(r"[:：(（].*$")
_BLANKS = re.compile(r"\s+")
_LONGEST = 24


def written_forms(word: str) -> Iterator[str]:
    """How a file may write the word: an English one in three cases, a Chinese one with blanks between."""
    if word.isascii():
        yield from dict.fromkeys((word, word.upper(), word.capitalize(), word.title()))
    else:
        yield from (blank.join(word) for blank in ("", " ", "  ", "\u3000"))


def is_total(cell: str, words: Sequence[str]) -> bool:
    """Whether a line whose first filled cell is this one is a line of totals.

    The cell is one of the words, or ends with one that is Chinese (城东支局小计); blanks between characters, and what
    follows a colon or a bracket, do not count.
    """
    if len(cell) > _LONGEST:
        return False
    plain = _AFTER.sub("", cell.strip()).strip().casefold()
    joined = _BLANKS.sub("", plain)
    return any(plain == word or (not word.isascii() and joined.endswith(word)) for word in words)
