"""Reading one column of a mapping: where it comes from, and whether that can fill ours."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from weixi.dialect.types import ColumnType
from weixi.engine.schema import Column
from weixi.flow.extract.form import form_of
from weixi.flow.extract.mapping import ColumnSource, Constant, Counted, Unit, takes_codes, units_of
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook.positions import Path as KeyPath

KEYS = ("from", "expression", "value", "unit", "format", "codes", "nulls", "months_before", "months_after")


class Faults(Protocol):
    """The reading of the whole file: it keeps the faults and knows the lines."""

    def at(self, path: KeyPath) -> str:
        """The file and line of a key."""

    def fault(self, code: str, path: KeyPath, what: Text, remedy: Text) -> None:
        """Keep one fault."""

    def known(self, content: Mapping[str, Any], path: KeyPath, names: Iterable[str]) -> None:
        """Keep a fault for every key that is not in `names`."""

    def typed(self, content: Mapping[str, Any], path: KeyPath, key: str, kind: type, default: Any) -> Any:
        """The value of `key` if it is of that kind; else a fault, and the default."""

    def text(self, content: Mapping[str, Any], path: KeyPath, key: str, default: str | None = None) -> str:
        """The text of `key`; missing without a default is a fault."""

    def month(self, text: str, path: KeyPath) -> Month | None:
        """The month in `text`, or a fault and None."""


class ColumnReader:
    """One column's entry at `path` of a mapping, for the canonical column `target`."""

    def __init__(self, faults: Faults, path: KeyPath, target: Column) -> None:
        self._faults = faults
        self._path = path
        self._target = target

    def read(self, spec: Any) -> ColumnSource | None:
        """The source, or None where the entry has no usable one; what is wrong is kept as faults."""
        if not isinstance(spec, dict):
            self._fault(
                "wrong_type", "", "应为一张表", "should be a table", '写成 {from = "…"}', 'write {from = "…"}'
            )
            return None
        self._faults.known(spec, self._path, KEYS)
        given = [key for key in ("from", "expression", "value") if key in spec]
        if len(given) != 1:
            self._fault(
                "source",
                "",
                "应从 from、expression、value 中取其一",
                "takes exactly one of from, expression and value",
                "只保留一个",
                "keep one of them",
            )
            return None
        nulls = spec.get("nulls")
        return ColumnSource(
            target=self._target,
            where=self._faults.at(self._path),
            column=self._text(spec, "from"),
            expression=self._text(spec, "expression"),
            value=self._constant(spec["value"], "value") if "value" in spec else None,
            unit=self._unit(spec),
            format=self._format(spec),
            codes=self._codes(self._faults.typed(spec, self._path, "codes", dict, {})),
            nulls=None
            if nulls is None
            else ("", *map(str, self._faults.typed(spec, self._path, "nulls", list, []))),
            counted=self._counted(spec),
        )

    def _fault(self, code: str, key: str, zh: str, en: str, do_zh: str, do_en: str) -> None:
        name = self._target.name
        path = (*self._path, key) if key else self._path
        self._faults.fault(code, path, Text(f"{name} {zh}", f"{name} {en}"), Text(do_zh, do_en))

    def _text(self, spec: Mapping[str, Any], key: str) -> str | None:
        return str(self._faults.typed(spec, self._path, key, str, "")) if key in spec else None

    def _unit(self, spec: Mapping[str, Any]) -> Unit | None:
        units = units_of(self._target.name)
        options = ", ".join(units) or "-"
        given = spec.get("unit")
        if given is None:
            if units and "from" in spec and "codes" not in spec:
                self._fault(
                    "unit", "", "没有说明单位", "has no unit", f"可选：{options}", f"one of: {options}"
                )
            return None
        if given not in set(units):
            self._fault(
                "unit",
                "unit",
                f"不能用单位 {given}",
                f"cannot be in {given}",
                f"可选：{options}",
                f"one of: {options}",
            )
            return None
        return Unit(given)

    def _format(self, spec: Mapping[str, Any]) -> str | None:
        if "format" not in spec:
            return None
        if self._target.type not in (ColumnType.DATE, ColumnType.TIMESTAMP):
            self._fault(
                "format",
                "format",
                "不是日期，不用 format",
                "is no date and takes no format",
                "去掉 format",
                "remove it",
            )
            return None
        text = self._text(spec, "format") or ""
        try:
            form_of(text, moment=self._target.type is ColumnType.TIMESTAMP)
        except UsageError as fault:
            self._faults.fault("format", (*self._path, "format"), fault.what, fault.remedy)
            return None
        return text

    def _counted(self, spec: Mapping[str, Any]) -> Counted | None:
        keys = [key for key in ("months_before", "months_after") if key in spec]
        if not keys:
            return None
        key = keys[-1]
        if self._target.type is not ColumnType.DATE or len(keys) > 1:
            why = ("不是日期", "is no date") if len(keys) == 1 else ("两头都数", "counts both ways")
            self._fault("months", key, *why, f"去掉 {key}", f"remove {key}")
            return None
        given = self._text(spec, key) or ""
        onward = key == "months_after"
        if given == "month":
            return Counted(None, onward)
        month = self._faults.month(given, (*self._path, key))
        return None if month is None else Counted(month, onward)

    def _codes(self, codes: Mapping[str, Any]) -> dict[str, Constant]:
        if codes and not takes_codes(self._target):
            self._fault("codes", "codes", "不能用代码表", "takes no codes", "去掉 codes", "remove codes")
            return {}
        return {code: self._constant(value, "codes", code) for code, value in codes.items()}

    def _constant(self, value: Any, *key: str) -> Constant:
        """The constant if it can stand in the column; else a fault."""
        column = self._target
        wanted = f"{column.type}"
        if column.values is not None:
            wanted = ", ".join(column.values)
            fits = isinstance(value, str) and value in set(column.values)
        elif column.type is ColumnType.BOOLEAN:
            fits = isinstance(value, bool)
        elif column.type in (ColumnType.BIGINT, ColumnType.INTEGER):
            fits = (
                isinstance(value, int)
                and not isinstance(value, bool)
                and value >= (value if column.minimum is None else column.minimum)
                and value <= (value if column.maximum is None else column.maximum)
            )
        elif column.type is ColumnType.DATE:
            fits = isinstance(value, str) and _is_date(value)
            wanted = "YYYY-MM-DD"
        else:
            fits = isinstance(value, str)
        if fits:
            return value if isinstance(value, bool | int) else str(value)
        self._faults.fault(
            "wrong_value",
            (*self._path, *key),
            Text(f"{column.name} 不能是 {value!r}", f"{column.name} cannot be {value!r}"),
            Text(f"可选：{wanted}", f"one of: {wanted}"),
        )
        return ""


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
