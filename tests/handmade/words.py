"""The Chinese that the desk says itself, to tell it from names and other data on an English page."""

import re
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "weixi"
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}")


@cache
def own_words() -> frozenset[str]:
    """Every run of Chinese in the templates and in the code of the packages that talk to people at the desk."""
    files = [*SOURCE.glob("desk/*/templates/**/*.html"), *SOURCE.glob("desk/**/*.py")]
    files += [path for room in ("kernel", "flow") for path in (SOURCE / room).glob("**/*.py")]
    return frozenset(word for path in files for word in _WORD.findall(path.read_text(encoding="utf-8")))


def untranslated(texts: Iterable[str], names: Collection[str]) -> list[str]:
    """Those of the texts of an English page that say something of the desk's own in Chinese; not people's names."""
    anybody = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
    found = {text.strip(): _WORD.findall(anybody.sub(" ", text)) for text in texts}
    return sorted(text for text, words in found.items() if own_words().intersection(words))
