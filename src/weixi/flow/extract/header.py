"""Column names as they come and as they are meant: blanks, line breaks, full-width letters and case do not count."""

import re
import unicodedata
from collections.abc import Sequence

MOST_COLUMNS = 16_384
"""As many as a spreadsheet can have."""

_HIDDEN = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
_BLANKS = re.compile(r"\s+")


def clean_name(name: str) -> str:
    """The name without byte order marks, line breaks and blanks at its ends; blanks inside are one."""
    return _BLANKS.sub(" ", name.translate(_HIDDEN)).strip()


def folded(name: str) -> str:
    """What two spellings of one name have in common."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", name.translate(_HIDDEN))).casefold()


def place_of(name: str, given: Sequence[str]) -> int:
    """Where the column stands, from 0. Raises ValueError where it does not."""
    if name in given:
        return given.index(name)
    return [folded(one) for one in given].index(folded(name))


def aligned(given: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The file's names, in the mapping's spelling where the mapping names the column in another."""
    exact = set(given)
    spelt = {folded(name): name for name in wanted if name not in exact}
    return [name if name in wanted else spelt.get(folded(name), name) for name in given]
