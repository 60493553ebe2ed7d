"""Reading from a mapping how its tables are written; what is not said is found by looking."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from weixi.flow.extract.column_file import Faults
from weixi.flow.extract.style import UNKNOWN, Style
from weixi.kernel.language import Text
from weixi.playbook.positions import Path as KeyPath

KEYS = ("encoding", "delimiter", "quote", "decimal", "sheet", "header_row", "end_marker", "totals")
ENCODINGS: Mapping[str, str] = {
    "utf-8": "utf-8",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
}
"""The encodings that a mapping may name, and the codec that reads each; GB18030 holds the older two."""


class StyleReader:
    """The keys of a style in the table at `path` of a mapping; what it lacks is as in `base`."""

    def __init__(self, faults: Faults, path: KeyPath, content: Mapping[str, Any]) -> None:
        self._faults = faults
        self._path = path
        self._content = content

    def read(self, base: Style = UNKNOWN) -> Style:
        """The style; what is wrong is kept as faults."""
        delimiter = self._letter("delimiter", base.delimiter)
        quote = self._letter("quote", base.quote, may_be_empty=True)
        encoding = self._one_of("encoding", tuple(ENCODINGS), base.encoding)
        return replace(
            base,
            delimiter=delimiter,
            quote=base.quote if quote is None else quote,
            encoding=None if encoding is None else ENCODINGS.get(encoding, encoding),
            decimal=self._one_of("decimal", (".", ","), base.decimal),
            sheet=self._text("sheet", base.sheet),
            header_row=self._row(base.header_row),
            end_marker=self._text("end_marker", base.end_marker),
            totals=self._words(base.totals),
        )

    def _text(self, key: str, default: str | None) -> str | None:
        if key not in self._content:
            return default
        return str(self._faults.typed(self._content, self._path, key, str, "")) or default

    def _letter(self, key: str, default: str | None, *, may_be_empty: bool = False) -> str | None:
        value = self._content.get(key)
        if value is None or (may_be_empty and value == ""):
            return default if value is None else ""
        other = '"' if key == "delimiter" else self._content.get("delimiter", "")
        if (
            isinstance(value, str)
            and len(value) == 1
            and 0 < ord(value) <= 126
            and value not in ("\r", "\n", other)
        ):
            return value
        name = "分隔符" if key == "delimiter" else "引号"
        self._faults.fault(
            key,
            (*self._path, key),
            Text(f"{name}应为一个半角字符", f"the {key} is one ASCII character"),
            Text('例如 "," "|" "\\t" "\\u0001"', 'for example "," "|" "\\t" "\\u0001"'),
        )
        return default

    def _one_of(self, key: str, options: tuple[str, ...], default: str | None) -> str | None:
        if key not in self._content:
            return default
        value = str(self._faults.typed(self._content, self._path, key, str, options[0])).lower()
        if value in options:
            return value
        self._faults.fault(
            "wrong_value",
            (*self._path, key),
            Text(f"“{key}”不能是 {value}", f"“{key}” cannot be {value}"),
            Text(f"可选：{', '.join(options)}", f"one of: {', '.join(options)}"),
        )
        return default

    def _row(self, default: int | None) -> int | None:
        if "header_row" not in self._content:
            return default
        value = int(self._faults.typed(self._content, self._path, "header_row", int, 1))
        if 1 <= value <= 1000:
            return value
        self._faults.fault(
            "wrong_value",
            (*self._path, "header_row"),
            Text("表头行从 1 数起", "the header's row counts from 1"),
            Text("例如 header_row = 3", "for example header_row = 3"),
        )
        return default

    def _words(self, default: tuple[str, ...]) -> tuple[str, ...]:
        if "totals" not in self._content:
            return default
        words = self._faults.typed(self._content, self._path, "totals", list, [])
        return tuple(str(word).strip().casefold() for word in words if str(word).strip())
