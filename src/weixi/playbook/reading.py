"""One playbook file read: every entry that is right, and a fault for everything that is not."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text
from weixi.playbook.faults import fault, from_pydantic, near
from weixi.playbook.fields import Strict
from weixi.playbook.positions import Path, Positions, positions
from weixi.playbook.schema import Entry, Header
from weixi.playbook.sections import BY_MODEL, SECTIONS, Section, Shape, keys_at

M = TypeVar("M", bound=Strict)
M_co = TypeVar("M_co", bound=Strict, covariant=True)
E = TypeVar("E", bound=Entry)
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_FULL_WIDTH = re.compile(r"[＝“”‘’，：｛｝［］（）＂＇　\uff01-\uff5e]")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*")
_TOML_WORDS = {
    "Expected '=' after a key": "键后面缺少 =",
    "Expected newline or end of document": "一行写了两样东西，或值没有加引号",
    "Expected ']'": "缺少 ]",
    "Expected '}'": "缺少 }",
    "Invalid value": "值的写法不对，文字要加引号",
    "Invalid initial character": "键的写法不对",
    "Invalid statement": "这一行不是 键 = 值，也不是 [表头]",
    "Invalid date": "没有这个日期",
    "Unclosed array": "[ 没有配对的 ]",
    "Unclosed inline table": "{ 没有配对的 }",
    "Unterminated string": "引号不成对",
    "Illegal character": "文字里换了行，或有不可见字符",
    "Unescaped": "反斜杠 \\ 要写成两个",
    "Cannot": "同一个键或表写了两次",
}
"""What tomllib says, in Chinese."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one table stands in one file."""

    file: str
    positions: Positions
    path: Path = ()

    def at(self, *keys: str | int) -> str:
        """`file:line` of a key below this table; of the table itself where the key is not written."""
        return f"{self.file}:{self.positions.line((*self.path, *keys))}"

    def text_at(self, offset: int, text: str, *keys: str | int) -> str:
        """`file:line` of the character at `offset` of the string at the key."""
        line = self.positions.text_line((*self.path, *keys))
        return f"{self.file}:{line + text.count(chr(10), 0, offset)}"

    def below(self, *keys: str | int) -> "Place":
        """The place of a table below this one."""
        return Place(self.file, self.positions, (*self.path, *keys))


@dataclass(frozen=True, slots=True)
class Placed(Generic[M_co]):
    """One right entry, its code ("" where its section has none) and its place."""

    value: M_co
    code: str
    place: Place


@dataclass(slots=True)
class Entries:
    """Entries by section, in order. `broken` holds the codes of entries that were not right."""

    by_section: dict[str, list[Placed[Any]]] = field(default_factory=dict)
    broken: dict[str, set[str]] = field(default_factory=dict)

    def all(self, model: type[E]) -> list[Placed[E]]:
        """The entries of the section that `model` describes."""
        return self.by_section.get(BY_MODEL[model], [])

    def codes(self, section: str) -> set[str]:
        """Every code of a section, those of wrong entries too."""
        return {entry.code for entry in self.by_section.get(section, [])} | self.broken.get(section, set())

    def judges(self, section: str) -> bool:
        """Whether every code of the section is known, so that a code it lacks is wrong."""
        return "" not in self.broken.get(section, set())

    def has(self, section: str) -> bool:
        """Whether the section is written at all."""
        return bool(self.by_section.get(section)) or section in self.broken


@dataclass(slots=True)
class Reading:
    """One file: its header (None where that is wrong), its entries, its faults, its values as they were written."""

    file: str
    place: Place
    header: Header | None = None
    entries: Entries = field(default_factory=Entries)
    faults: list[WeixiError] = field(default_factory=list)
    raw: Mapping[str, Any] = field(default_factory=dict)


def read(file: str, source: bytes) -> Reading:
    """Read one file's bytes; `file` names it in errors. Never raises for what the file holds."""
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        reading = Reading(file, Place(file, Positions()))
        reading.faults.append(
            fault(
                "encoding",
                _line(file, source, wrong.start),
                Text("不是 UTF-8 文字", "is not UTF-8 text"),
                Text("用 UTF-8 编码另存", "save the file as UTF-8"),
            )
        )
        return reading
    found = positions(text.encode())
    reading = Reading(file, Place(file, found))
    for twice in found.duplicates:
        name = _dotted(twice.path)
        reading.faults.append(
            fault(
                "duplicate_key",
                f"{file}:{twice.second}",
                Text(
                    f"“{name}”写了两次，第一次在第 {twice.first} 行",
                    f"“{name}” is written twice, first on line {twice.first}",
                ),
                Text("删去一个", "delete one of them"),
            )
        )
    try:
        reading.raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        if not found.duplicates:
            reading.faults.append(_toml_fault(file, text, wrong))
        return reading
    _read_sections(reading)
    return reading


def _line(file: str, source: bytes, offset: int) -> str:
    return f"{file}:{source[:offset].count(10) + 1}"


def _toml_fault(file: str, text: str, wrong: tomllib.TOMLDecodeError) -> WeixiError:
    message = str(wrong)
    place = _TOML_PLACE.search(message)
    line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1
    column = f"第 {place[2]} 列" if place and place[2] else "文件末尾"
    column_en = f"column {place[2]}" if place and place[2] else "the end of the file"
    bare = _TOML_PLACE.sub("", message)
    zh = next((words for start, words in _TOML_WORDS.items() if bare.startswith(start)), bare)
    lines = text.split("\n")
    found = _FULL_WIDTH.search(_QUOTED.sub("", lines[line - 1])) if line <= len(lines) else None
    if found:
        return fault(
            "full_width",
            f"{file}:{line}",
            Text(f"“{found[0]}”是全角符号", f"“{found[0]}” is a full-width sign"),
            Text(
                "键、等号、引号和括号都用半角：关掉中文标点再输入",
                "keys, =, quotes and brackets are half-width: switch the input method's Chinese signs off",
            ),
        )
    return fault(
        "toml",
        f"{file}:{line}",
        Text(f"TOML 语法错误（{column}）：{zh}", f"TOML syntax, {column_en}: {bare}"),
        Text(
            "文字要加引号，键与值之间用 =，括号要成对，真假写 true/false",
            "texts take quotes, = stands between key and value, brackets come in pairs, truth is true or false",
        ),
    )


def _read_sections(reading: Reading) -> None:
    place = reading.place
    header = reading.raw.get("playbook")
    if header is None:
        reading.faults.append(
            fault(
                "missing_key",
                f"{reading.file}:1",
                Text("缺少表 [playbook]", "the table [playbook] is missing"),
                Text(
                    "在开头写 [playbook]、name、version、title",
                    "begin with [playbook], name, version and title",
                ),
            )
        )
    else:
        reading.header = _model(Header, header, place.below("playbook"), reading.faults)
    for name, value in reading.raw.items():
        if name == "playbook":
            continue
        section = SECTIONS.get(name)
        if section is None:
            reading.faults.append(
                fault(
                    "unknown_section",
                    place.at(name),
                    Text(f"不认识表“{name}”", f"unknown table “{name}”"),
                    near(name, SECTIONS),
                )
            )
        else:
            _read_section(reading, section, value)


def _read_section(reading: Reading, section: Section, value: object) -> None:
    entries: list[Placed[Any]] = []
    broken: set[str] = set()
    for keys, raw in _items(section, value):
        place = reading.place.below(section.name, *keys)
        if not isinstance(raw, dict):
            reading.faults.append(
                fault(
                    "wrong_shape",
                    place.at(),
                    Text(f"“{section.name}”的写法不对", f"“{section.name}” is not written as it should be"),
                    Text(f"写成 {section.header}", f"write {section.header}"),
                )
            )
            broken.add("")
            continue
        code = str(keys[0]) if section.shape is Shape.NAMED else str(raw.get("code", raw.get("kpi", "")))
        right = _model(section.model, raw, place, reading.faults)
        if right is None:
            broken.add(code)
        else:
            entries.append(Placed(right, code, place))
    reading.entries.by_section[section.name] = entries
    if broken:
        reading.entries.broken[section.name] = broken


def _items(section: Section, value: object) -> Sequence[tuple[tuple[str | int, ...], object]]:
    """The section's tables with their keys below the section; a single wrong one where the shape is wrong."""
    if section.shape is Shape.NAMED and isinstance(value, dict):
        return [((str(name),), item) for name, item in value.items()]
    if section.shape is Shape.SINGLE:
        return [((), value)]
    if section.shape in (Shape.LIST, Shape.WHOLE) and isinstance(value, list):
        return [((index,), item) for index, item in enumerate(value)]
    return [((), None)]


def _model(model: type[M], raw: object, place: Place, faults: list[WeixiError]) -> M | None:
    try:
        return model.model_validate(raw)
    except ValidationError as wrong:
        for error in wrong.errors(include_url=False):
            path = tuple(error["loc"])
            known = keys_at(model, path[:-1])
            faults.append(from_pydantic(error, _dotted(path) or _dotted(place.path), place.at(*path), known))
        return None


def _dotted(path: Path) -> str:
    """A path for people: `warning[2].level[0].when`, counted from 1."""
    out = ""
    for step in path:
        out += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if out else step
    return out
