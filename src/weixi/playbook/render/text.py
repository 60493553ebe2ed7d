"""Texts in both languages put together."""

from collections.abc import Sequence

from weixi.kernel.language import Text


def both(zh: str, en: str, *parts: Text) -> Text:
    """Two patterns filled with the same parts, each in its language."""
    return Text(zh.format(*(part.zh for part in parts)), en.format(*(part.en for part in parts)))


def plain(words: str) -> Text:
    """Words that are the same in both languages."""
    return Text(words, words)


def joined(parts: Sequence[Text], between: Text) -> Text:
    """The parts in a row."""
    return Text(between.zh.join(part.zh for part in parts), between.en.join(part.en for part in parts))


def listed(parts: Sequence[Text]) -> Text:
    """The parts as a list inside a sentence."""
    return joined(parts, Text("、", ", "))
