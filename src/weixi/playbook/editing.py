"""Changing single figures of a playbook's text in place: everything else stays as it was written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.playbook.following import followed
from weixi.playbook.key_words import KEYS
from weixi.playbook.load import Review
from weixi.playbook.positions import Path, positions
from weixi.playbook.reading import Placed
from weixi.playbook.render.comparison import UNITS

_NAME = re.compile(r"\$([a-z][a-z0-9_]*)")
_SHARES = frozenset({"share", "rate", "challenge", "weight"})
_LONGEST = 24
_UNITS = {"low": "yuan", "high": "yuan", "amount": "yuan", "cash_in": "yuan", "cash_out": "yuan"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a playbook that can be changed: `name` says where it stands (`parameter.high_value_arpu.value`).

    `shown` is what people read and write: shares in percent.
    """

    name: str
    text: Text
    shown: str
    unit: Text


def figures_of(review: Review, file: str) -> dict[str, tuple[Figure, ...]]:
    """The figures of each entry by its place (`file:line`): its own and the parameters it names, as `file` has them."""
    parameters = {
        entry.code: _parameter(entry)
        for entry in review.entries.by_section.get("parameter", [])
        if entry.place.file == file and _is_number(entry.value.value)
    }
    found: dict[str, tuple[Figure, ...]] = {}
    for section, entries in review.entries.by_section.items():
        for entry in entries:
            if section == "parameter":
                own = [parameters[entry.code]] if entry.code in parameters else []
            else:
                own = _own(entry) if entry.place.file == file else []
                named = dict.fromkeys(_NAME.findall(" ".join(_strings(entry.value))))
                own += [parameters[name] for name in named if name in parameters]
            if own:
                found[entry.place.at()] = tuple(dict.fromkeys(own))
    return found


def keys_of(review: Review) -> dict[str, tuple[str, str]]:
    """The section and the code (or the value) of each entry by its place."""
    return {
        entry.place.at(): (section, entry.code or str(getattr(entry.value, "value", "")))
        for section, entries in review.entries.by_section.items()
        for entry in entries
    }


def change(source: bytes, edits: Mapping[str, str]) -> bytes:
    """The text with those figures (name → what a person typed), and with the names that say them.

    Raises UsageError for no number or no such figure.
    """
    places = positions(source)
    spans = []
    values = {}
    for name, typed in edits.items():
        path = _path(name)
        span = places.spans.get(path)
        if span is None or not _is_number(_read(source[slice(*span)])):
            raise UsageError(
                "playbook.figure",
                Text(f"方案里没有可改的数 {name}", f"the playbook has no figure {name}"),
                Text("刷新页面后再改", "load the page anew"),
            )
        is_share = path[-1] in _SHARES or _unit_of(source, places.spans, path) == "rate"
        written = _written(typed, is_share=is_share)
        spans.append((span, written))
        scale = 100 if is_share else 1
        before = Decimal(source[slice(*span)].decode().replace("_", ""))
        values[path] = ((before * scale).normalize(), (Decimal(written) * scale).normalize())
    spans += followed(source, places.spans, values)
    changed = source
    for (start, end), words in sorted(spans, reverse=True):
        changed = changed[:start] + words.encode() + changed[end:]
    return changed


def _own(entry: Placed[Any]) -> list[Figure]:
    figures = []
    for key in type(entry.value).model_fields:
        value = getattr(entry.value, key)
        if not _is_number(value):
            continue
        unit = "rate" if key in _SHARES else _UNITS.get(key, "")
        figures.append(
            Figure(_name((*entry.place.path, key)), _said(KEYS.get(key)), _shown(value, unit), _unit(unit))
        )
    return figures


def _parameter(entry: Placed[Any]) -> Figure:
    value = entry.value
    text = Text(value.text.zh, value.text.en)
    return Figure(
        _name((*entry.place.path, "value")), text, _shown(value.value, value.unit), _unit(value.unit)
    )


def _said(words: Text | None) -> Text:
    """The first clause of what a key means."""
    if words is None:
        return Text("", "")
    return Text(re.split("[，：（,]", words.zh)[0], re.split("[,:(]", words.en)[0])


def _unit(unit: str) -> Text:
    return Text("%", "%") if unit == "rate" else UNITS.get(unit, Text("", ""))


def _shown(value: int | Decimal, unit: str) -> str:
    number = Decimal(value) * 100 if unit == "rate" else Decimal(value)
    return f"{number.normalize():f}"


def _written(typed: str, *, is_share: bool) -> str:
    plain = typed.strip().replace(",", "").replace("，", "").removesuffix("%")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or len(plain) > _LONGEST or abs(number) > 10**15:
        raise UsageError(
            "playbook.number",
            Text(f"“{typed[:40]}”不是一个数", f"“{typed[:40]}” is not a number"),
            Text("只写数字，例如 100 或 7.5", "write digits only, for example 100 or 7.5"),
        )
    return f"{(number / 100 if is_share else number).normalize():f}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _read(words: bytes) -> object:
    try:
        return Decimal(words.decode().replace("_", ""))
    except (InvalidOperation, UnicodeDecodeError):
        return None


def _unit_of(source: bytes, spans: Mapping[Path, tuple[int, int]], path: Path) -> str:
    span = spans.get((*path[:-1], "unit"))
    return source[slice(*span)].decode().strip("\"'") if span is not None else ""


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [said for item in value for said in _strings(item)]
    if hasattr(type(value), "model_fields"):
        return [
            said
            for key in type(value).model_fields
            if key not in ("source", "text", "detail")
            for said in _strings(getattr(value, key))
        ]
    return []


def _name(path: Path) -> str:
    return ".".join(str(step) for step in path)


def _path(name: str) -> Path:
    return tuple(int(step) if step.isdigit() else step for step in name.split("."))
