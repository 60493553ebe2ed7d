"""Changing one line of a mapping's text: which of our columns an operator's column fills. Pure."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from weixi.flow.extract import SUBSCRIBER, OperatorMapping, column_name, load_mapping, read_mapping
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.playbook.positions import positions

TABLE = "[subscriber.columns]"


def targets() -> dict[str, Text]:
    """Our columns that an operator's column may fill, each with what it is called."""
    return {column.name: column_name(column.name) for column in SUBSCRIBER.columns}


def mapping_of(name: str, text: str) -> OperatorMapping:
    """The mapping of an upload: the shipped one of that name or, without one, the text's. Raises FaultList."""
    return load_mapping(name) if name else read_mapping(text.encode(), "映射")


def assigned(text: str) -> dict[str, str]:
    """Which of our columns each of the operator's columns fills in the text; nothing where it cannot be read."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
    return {
        str(spec["from"]): target
        for _, columns in _tables(content)
        for target, spec in columns.items()
        if isinstance(spec, dict) and isinstance(spec.get("from"), str)
    }


def assign(text: str, column: str, target: str) -> str:
    """The text with the operator's column filling `target` ("": none); what filled it before does so no more.

    Raises UsageError for a target that there is not, or a text in which columns have no table of their own.
    """
    if target and target not in targets():
        raise UsageError(
            "planning.target",
            Text(f"账册没有 {target} 这一列", f"the book has no column {target}"),
            Text("从列表中选择", "choose one of the list"),
        )
    content = tomllib.loads(text)
    lines = text.split("\n")
    places = positions(text.encode())
    if assigned(text).get(column, "") == target:
        return text
    for path, columns in _tables(content):
        for name, spec in columns.items():
            if not isinstance(spec, dict) or (spec.get("from") != column and name != target):
                continue
            lines[places.line((*path, name)) - 1] = ""
    if target:
        if TABLE not in lines:
            raise UsageError(
                "planning.no_table",
                Text(f"映射里没有 {TABLE}", f"the mapping has no {TABLE}"),
                Text("直接修改映射文本", "change the text of the mapping"),
            )
        unit = ', unit = "yuan"' if target.endswith("_fen") else ""
        entry = f"{target} = {{from = {json.dumps(column, ensure_ascii=False)}{unit}}}"
        lines.insert(lines.index(TABLE) + 1, entry)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _tables(content: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """Every table of columns of the lines' feed, with its place."""
    feed = content.get("subscriber", {})
    if not isinstance(feed, dict):
        return
    yield ("subscriber", "columns"), feed.get("columns", {})
    for number, month in enumerate(feed.get("month", ()) if isinstance(feed.get("month"), list) else ()):
        yield ("subscriber", "month", number, "columns"), month.get("columns", {})
