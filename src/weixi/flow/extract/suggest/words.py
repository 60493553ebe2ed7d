"""The words of `words.toml`: what a column's name may mean, and what a value says."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from weixi.flow.extract.mapping import Unit

EXACT, NEAR, INSIDE = 1.0, 0.75, 0.7
_BRACKET = re.compile(r"[(\[（【]([^)\]）】]*)[)\]）】]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_INSIDE_LEAST = 2
_HAN = re.compile(r"[\u4e00-\u9fff]")


@cache
def words() -> Mapping[str, Any]:
    """The table of words."""
    source = files("weixi.flow.extract.suggest") / "words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def has_han(text: str) -> bool:
    """Whether a Chinese character stands in the text."""
    return bool(_HAN.search(text))


def plain(text: str) -> str:
    """A name without case, width, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


@dataclass(frozen=True, slots=True)
class Header:
    """A column's name taken apart: its words, the unit it names, whether it is of another month."""

    name: str
    plain: str
    tokens: tuple[str, ...]
    unit: str | None
    is_other_time: bool


def header_of(name: str) -> Header:
    """The name taken apart."""
    table = words()
    text = unicodedata.normalize("NFKC", name)
    brackets = _BRACKET.findall(text)
    core = _BRACKET.sub("", text)
    tokens = tuple(token.lower() for token in re.split(r"[\W_]+", _CAMEL.sub(" ", core)) if token)
    unit = next((plain(inside) for inside in brackets if inside), None)
    known = {word for spelled in table["units"].values() for word in spelled}
    if unit not in known and tokens and tokens[-1] in known and len(tokens) > 1:
        unit = tokens[-1]
    short = plain(core)
    for word in table["time"]["now"]:
        short = short.removeprefix(plain(word))
    other = any(plain(word) in short if has_han(word) else word in tokens for word in table["time"]["other"])
    return Header(name, short or plain(core), tokens, unit, other)


def similarity(header: Header, entry: Mapping[str, Any]) -> float:
    """How well the name fits an entry with the lists `exact` and `near`: 0 where it does not."""
    names = {header.plain}
    if header.unit is not None:
        names.add(header.plain.removesuffix(plain(header.unit)))
    exact = {plain(word) for word in entry.get("exact", ())}
    if names & exact:
        return EXACT
    if names & {plain(word) for word in entry.get("near", ())}:
        return NEAR
    inside = max((len(word) for word in exact if _stands_in(word, header)), default=0)
    return INSIDE if inside else 0.0


def _stands_in(word: str, header: Header) -> bool:
    """A Chinese word of some length may stand at either end of a longer name."""
    if not has_han(word) or len(word) <= _INSIDE_LEAST or len(word) >= len(header.plain):
        return False
    return header.plain.endswith(word) or header.plain.startswith(word)


def targets(header: Header) -> Iterator[tuple[str, float]]:
    """The book's columns that the name may mean, each with how well it fits."""
    for target, entry in words()["column"].items():
        score = similarity(header, entry)
        if score:
            yield target, score


def listed(header: Header, names: Iterable[str]) -> bool:
    """Whether the name is one of `names`."""
    return header.plain in {plain(name) for name in names}


def unit_of(header: Header, options: Iterable[Unit]) -> Unit | None:
    """The unit that the name tells, among those that fit."""
    table = words()["units"]
    for unit in options:
        spelled = {plain(word) for word in table[unit.value]}
        if header.unit is not None and plain(header.unit) in spelled:
            return unit
    for unit in options:
        if any(
            (has_han(word) and len(word) > 1 and word in header.plain)
            or (len(word) > 1 and word in header.tokens)
            for word in table[unit.value]
        ):
            return unit
    return None


def meaning_of(value: str, table: Mapping[str, Iterable[str]]) -> str | None:
    """The code of `table` that the value is a word for."""
    said = unicodedata.normalize("NFKC", value).strip().lower()
    return next((code for code, spelled in table.items() if said in {w.lower() for w in spelled}), None)
