"""Names that say a figure follow it: raised from 80 to 100, “80–120 元” is “100–120 元” in the same draft."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from weixi.playbook.positions import Path

Span = tuple[int, int]
_UNIT = r"(?=\s*(?:[–—~～-]|元|天|个月|户|%|yuan\b|days?\b|months?\b|to\b))"
_LANGUAGES = ("zh", "en")
_SCALES = frozenset({"band", "handset_band", "star", "holdout"})
"""Sections whose entries share one scale: where one ends, another begins, and names the same figure."""


def followed(
    source: bytes, spans: Mapping[Path, Span], changed: Mapping[Path, tuple[Decimal, Decimal]]
) -> Iterator[tuple[Span, str]]:
    """The names to write anew, each with its place: of entries that hold a changed figure, or name its parameter.

    `changed` gives a figure's old and new value as people read them. A number is followed where a unit or the other end
    of a range stands behind it; everything else of the name stays.
    """
    for path, span in spans.items():
        if path[-2:-1] != ("text",) or path[-1] not in _LANGUAGES:
            continue
        entry = path[:-2]
        old = new = source[slice(*span)].decode()
        for figure, (before, after) in changed.items():
            whole = entry[:1] if entry[0] in _SCALES else entry
            if figure[: len(whole)] == whole or (
                figure[0] == "parameter" and _names(source, spans, whole, figure[1])
            ):
                new = _replaced(new, before, after)
        if new != old:
            yield span, new


def _names(source: bytes, spans: Mapping[Path, Span], entry: Path, parameter: object) -> bool:
    """Whether a value of the entry, or of an entry of the section, names the parameter."""
    named = re.compile(rf"\${parameter}(?![a-z0-9_])")
    return any(
        named.search(source[slice(*span)].decode())
        for path, span in spans.items()
        if path[: len(entry)] == entry and not {"text", "source"} & set(path)
    )


def _replaced(words: str, before: Decimal, after: Decimal) -> str:
    for shape in dict.fromkeys((f"{before:,f}", f"{before:f}")):
        new = f"{after:,f}" if "," in shape else f"{after:f}"
        words = re.sub(rf"(?<![\d.,]){re.escape(shape)}(?![\d.,]){_UNIT}", new, words)
    return words
