"""Two versions of a plan side by side, as they are written: what was added, taken away, changed or moved."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from weixi.kernel.language import Text
from weixi.playbook.load import Review
from weixi.playbook.reading import Entries, Placed
from weixi.playbook.sections import SECTIONS

_NAME = re.compile(r"\$([a-z][a-z0-9_]*)")


class ChangeKind(StrEnum):
    """What happened to an entry or a key."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"
    MOVED = "MOVED"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: where (`section`, `code`, dotted `key`; "" for the entry itself), the old and new words and lines.

    `affects` names the entries (`section:code`) that use a changed parameter, in either version.
    """

    section: str
    section_text: Text
    code: str
    key: str
    kind: ChangeKind
    old: str
    new: str
    old_at: str
    new_at: str
    affects: tuple[str, ...] = ()


def diff(old: Review, new: Review) -> list[Change]:
    """Every change from one reading to the other, in the order of a playbook's sections; sources do not count."""
    found: list[Change] = []
    for name in SECTIONS:
        before, after = _keyed(old.entries, name), _keyed(new.entries, name)
        for code in [*before, *(code for code in after if code not in before)]:
            found += _entry(name, code, before.get(code), after.get(code), (old.entries, new.entries))
        found += _moved(name, before, after)
    return found


def _keyed(entries: Entries, name: str) -> dict[str, Placed[Any]]:
    """The entries of one section by code; a rule without one by its value, counted where the value comes again."""
    found: dict[str, Placed[Any]] = {}
    for entry in entries.by_section.get(name, []):
        code = entry.code or str(getattr(entry.value, "value", ""))
        again = sum(key.split("#")[0] == code for key in found)
        found[f"{code}#{again + 1}" if again else code] = entry
    return found


def _entry(
    name: str, code: str, old: Placed[Any] | None, new: Placed[Any] | None, both: tuple[Entries, Entries]
) -> Iterator[Change]:
    text = SECTIONS[name].text
    if old is None or new is None:
        there = old or new
        kind = ChangeKind.ADDED if old is None else ChangeKind.REMOVED
        said = _title(there.value) if there else ""
        yield Change(
            name,
            text,
            code,
            "",
            kind,
            said if old else "",
            said if new else "",
            old.place.at() if old else "",
            new.place.at() if new else "",
            _users(code, both) if name == "parameter" else (),
        )
        return
    before, after = dict(_flat(old.value)), dict(_flat(new.value))
    for key in [*before, *(key for key in after if key not in before)]:
        if before.get(key) != after.get(key):
            path = [int(step) - 1 if step.isdigit() else step for step in key.split(".")]
            yield Change(
                name,
                text,
                code,
                key,
                ChangeKind.CHANGED
                if key in before and key in after
                else ChangeKind.ADDED
                if key in after
                else ChangeKind.REMOVED,
                _unit(old.value, key, before.get(key, "")),
                _unit(new.value, key, after.get(key, "")),
                old.place.at(*path),
                new.place.at(*path),
                _users(code, both) if name == "parameter" and key in ("value", "unit") else (),
            )


def _moved(name: str, old: Mapping[str, Placed[Any]], new: Mapping[str, Placed[Any]]) -> Iterator[Change]:
    """One change for a list whose common entries stand in another order."""
    before, after = [c for c in old if c in new], [c for c in new if c in old]
    if before != after and name != "parameter":
        first = next(k for k, (one, other) in enumerate(zip(before, after, strict=True)) if one != other)
        yield Change(
            name,
            SECTIONS[name].text,
            after[first],
            "",
            ChangeKind.MOVED,
            " → ".join(before[first:]),
            " → ".join(after[first:]),
            old[after[first]].place.at(),
            new[after[first]].place.at(),
        )


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Dotted key → what is written there; items of a list of tables are counted from 1."""
    for key in type(value).model_fields:
        item = getattr(value, key)
        here = f"{path}{key}"
        if here == "source" or item is None or item == []:
            continue
        if hasattr(type(item), "model_fields"):
            yield from _flat(item, f"{here}.")
        elif isinstance(item, list) and item and hasattr(type(item[0]), "model_fields"):
            for index, each in enumerate(item, start=1):
                yield from _flat(each, f"{here}.{index}.")
        else:
            yield here, _words(item)


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(_words(item) for item in value)
    return " ".join(str(value).split())


def _unit(entry: Any, key: str, said: str) -> str:
    """The value of a parameter with its unit."""
    return f"{said} {entry.unit}" if said and key == "value" and hasattr(entry, "unit") else said


def _title(entry: Any) -> str:
    text = getattr(entry, "text", None)
    return text.zh if text is not None else ""


def _users(name: str, both: Sequence[Entries]) -> tuple[str, ...]:
    """The entries that name the parameter."""
    found: dict[str, None] = {}
    for entries in both:
        for section, placed in entries.by_section.items():
            for code, entry in _keyed(entries, section).items() if placed else ():
                if any(name in _NAME.findall(said) for _, said in _flat(entry.value)):
                    found[f"{section}:{code}"] = None
    return tuple(found)
