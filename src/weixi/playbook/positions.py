"""The line of every key of a TOML file: what lets an error point."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Path = tuple[str | int, ...]

_LANGUAGE = Language(tree_sitter_toml.language())


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One key or table that a file declares twice: its path and both lines, from 1."""

    path: Path
    first: int
    second: int


@dataclass(slots=True)
class Positions:
    """Where each key of one file stands: path → line, from 1. Items of an array have an index in their path.

    `spans` gives the bytes of each key's value, from and up to.
    """

    lines: dict[Path, int] = field(default_factory=dict)
    texts: dict[Path, int] = field(default_factory=dict)
    duplicates: list[Duplicate] = field(default_factory=list)
    spans: dict[Path, tuple[int, int]] = field(default_factory=dict)
    _tables: set[Path] = field(default_factory=set)
    _counts: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of the key at `path`; where there is no such key, of the nearest one that would hold it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def text_line(self, path: Path) -> int:
        """The line on which the string at `path` has its first character (below the key for a multi-line one)."""
        return self.texts.get(path, self.line(path))

    def _declare(self, path: Path, line: int) -> None:
        if path in self.lines:
            self.duplicates.append(Duplicate(path, self.lines[path], line))
        else:
            self.lines[path] = line

    def _resolve(self, keys: tuple[str, ...]) -> Path:
        """The path of a table header: below an array of tables it means the array's last item."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _header(self, node: Node) -> Path:
        keys = next(_keys(child) for child in node.children if _is_key(child))
        line = node.start_point.row + 1
        if node.type == "table_array_element":
            array = (*self._resolve(keys[:-1]), keys[-1])
            index = self._counts.get(array, 0)
            self._counts[array] = index + 1
            self.lines.setdefault(array, line)
            self.lines[(*array, index)] = line
            return (*array, index)
        path = self._resolve(keys)
        if path in self._tables:
            self.duplicates.append(Duplicate(path, self.lines[path], line))
        self._tables.add(path)
        self.lines.setdefault(path, line)
        return path

    def _pair(self, node: Node, base: Path) -> None:
        keys = _keys(node.children[0])
        line = node.start_point.row + 1
        for length in range(1, len(keys)):
            self.lines.setdefault((*base, *keys[:length]), line)
        path = (*base, *keys)
        self._declare(path, line)
        self.spans.setdefault(path, (node.children[-1].start_byte, node.children[-1].end_byte))
        self._value(node.children[-1], path)

    def _value(self, node: Node, path: Path) -> None:
        if node.type == "inline_table":
            for child in node.children:
                if child.type == "pair":
                    self._pair(child, path)
        elif node.type == "array":
            items = [child for child in node.children if child.is_named and child.type != "comment"]
            for index, item in enumerate(items):
                self.lines[(*path, index)] = item.start_point.row + 1
                self._value(item, (*path, index))
        elif node.type == "string":
            text = node.text or b""
            opens = text.startswith((b'"""\n', b"'''\n", b'"""\r\n', b"'''\r\n"))
            self.texts[path] = node.start_point.row + 1 + int(opens)


def positions(source: bytes) -> Positions:
    """The place of every key in the TOML text `source`; parts that cannot be read are left out."""
    found = Positions()
    base: Path = ()
    for node, in_table in _walk(Parser(_LANGUAGE).parse(source).root_node):
        if in_table and node.type in ("table", "table_array_element"):
            base = found._header(node)
        elif node.type == "pair":
            found._pair(node, base)
    return found


def _walk(root: Node) -> Iterator[tuple[Node, bool]]:
    for node in root.children:
        if node.type in ("table", "table_array_element"):
            if any(_is_key(child) for child in node.children):
                yield node, True
                yield from ((child, False) for child in node.children if _is_pair(child))
        elif _is_pair(node):
            yield node, False


def _is_pair(node: Node) -> bool:
    return node.type == "pair" and len(node.children) >= 3 and _is_key(node.children[0])


def _is_key(node: Node) -> bool:
    return node.type in ("bare_key", "quoted_key", "dotted_key")


def _keys(node: Node) -> tuple[str, ...]:
    if node.type == "dotted_key":
        return tuple(key for child in node.children if _is_key(child) for key in _keys(child))
    text = (node.text or b"").decode()
    return (text[1:-1] if node.type == "quoted_key" else text,)
