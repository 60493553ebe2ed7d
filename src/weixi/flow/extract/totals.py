"""Lines of totals, which reports have below or between their records."""

import re
from collections.abc import Sequence

_AFTER = re.compile(r"[:：(（].*$")
_BLANKS = re.compile(r"\s+")
_LONGEST = 24


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
