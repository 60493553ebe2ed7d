"""The tables that are given: files with the same columns are one, others are joined by a shared key."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from weixi.flow.extract.header import folded
from weixi.flow.extract.look import look, resolve
from weixi.flow.extract.read import header
from weixi.flow.extract.sheet import sheet_names
from weixi.flow.extract.source import source_of
from weixi.flow.extract.style import UNKNOWN, Style
from weixi.flow.extract.suggest.profile import Profile, Sheet, read_sheet
from weixi.flow.extract.suggest.suggestion import Beside
from weixi.flow.extract.suggest.words import similarity, words
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text


@dataclass(frozen=True)
class Given:
    """The first table, and the others beside it with what joins them; `profiles` are the columns of all."""

    base: Sheet
    beside: tuple[tuple[Sheet, Beside], ...]
    profiles: tuple[Profile, ...]


def open_sheets(paths: Sequence[Path]) -> Given:
    """The tables in the files. Raises UsageError where two have different columns and no key in common."""
    groups: dict[frozenset[str], list[tuple[Path, Style, str | None]]] = {}
    for path in paths:
        for style, sheet in _styles(path):
            names = frozenset(folded(name) for name in header(path, style) if name)
            groups.setdefault(names, []).append((path, style, sheet))
    sheets = [read_sheet([path for path, *_ in group], *group[0][1:]) for group in groups.values()]
    base, *others = sorted(sheets, key=lambda sheet: -sheet.rows)
    beside = tuple((other, _beside(base, other)) for other in others)
    seen = {folded(profile.name) for profile in base.profiles}
    profiles = list(base.profiles)
    for other in others:
        profiles += [profile for profile in other.profiles if folded(profile.name) not in seen]
        seen |= {folded(profile.name) for profile in other.profiles}
    return Given(base, beside, tuple(profiles))


def _styles(path: Path) -> list[tuple[Style, str | None]]:
    """How each table of the file is written, and the sheet that must be named where there are several."""
    source = source_of(path)
    names = sheet_names(source) if source.is_workbook else ()
    if len(names) < 2:
        return [(look(path), None)]
    return [(resolve(path, replace(UNKNOWN, sheet=name)), name) for name in names]


def _beside(base: Sheet, other: Sheet) -> Beside:
    """How the other table is joined: by a column that both have, filled and different in every row of the other."""
    entry = words()["column"]["subscriber_key"]
    own = {folded(profile.name): profile for profile in base.profiles}
    found = [
        (own[folded(profile.name)], profile)
        for profile in other.profiles
        if folded(profile.name) in own and profile.empty == 0 and profile.distinct == profile.rows
    ]
    if not found:
        names = [str(base.paths[0].name), str(other.paths[0].name)]
        raise UsageError(
            "suggest.unrelated",
            Text(
                f"{names[0]} 和 {names[1]} 的列不同，又没有共同的主键列",
                f"{names[0]} and {names[1]} have different columns and no key in common",
            ),
            Text("分开建议，各写一个映射", "suggest a mapping for each"),
            where=str(other.paths[0]),
        )
    left, right = max(found, key=lambda pair: similarity(pair[1].header, entry))
    return Beside(pattern_of(other.paths), (right.name,), (left.name,), other.sheet_named)


def name_of(paths: Sequence[Path]) -> str:
    """The first file's name without its endings."""
    stem = re.sub(r"\.(csv|txt|tsv|dat|parquet|xls[xmb]?|ods|zip|gz)", "", paths[0].name, flags=re.IGNORECASE)
    return stem or "operator"


def pattern_of(paths: Sequence[Path]) -> str:
    """A pattern for these files and those of other months: digits of four and more are anything."""
    plain = re.sub(r"[\[\]?*]", "?", name_of(paths))
    return re.sub(r"[0-9]{4,}([-_.]?[0-9]{2,})*", "*", plain) + ".*"
