"""Reading one feed of a mapping: its files, key, months, columns, joins, label and what is left out."""

from collections.abc import Mapping
from typing import Any

from weixi.flow.extract.column_file import ColumnReader, Faults
from weixi.flow.extract.feeds import Feed
from weixi.flow.extract.form import form_of
from weixi.flow.extract.mapping import ColumnSource, FeedMapping, FixedMonth, Join, Label, MonthSource
from weixi.flow.extract.style import Style
from weixi.flow.extract.style_file import KEYS as STYLE_KEYS
from weixi.flow.extract.style_file import StyleReader
from weixi.flow.extract.tables import FeedName, LeftOut
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.playbook.positions import Path as KeyPath

KEYS = ("files", "key", "month", "columns", "join", "label", "left_out", *STYLE_KEYS)


class FeedReader:
    """The entry of `feed` in a mapping, whose tables are written in `style`; what is wrong is kept in `faults`."""

    def __init__(self, faults: Faults, feed: Feed, style: Style) -> None:
        self._faults = faults
        self._feed = feed
        self._style = style

    def read(self, content: Mapping[str, Any]) -> FeedMapping:
        """The feed's mapping as far as it can be read."""
        faults, path = self._faults, (self._feed.name.value,)
        own = ["name", "code"] if self._feed.name == FeedName.ORG else []
        faults.known(content, path, [*KEYS, *own])
        columns = self._columns(faults.typed(content, path, "columns", dict, {}), (*path, "columns"))
        month, fixed = self._month(content.get("month"), (*path, "month"))
        key = self._key(content.get("key"), columns, path)
        self._required(columns, fixed, path)
        joins = faults.typed(content, path, "join", list, [])
        found = FeedMapping(
            feed=self._feed,
            files=faults.text(content, path, "files"),
            key=key,
            month=month,
            fixed=fixed,
            columns=columns,
            where=faults.at(path),
            style=StyleReader(faults, path, content).read(self._style),
            joins=tuple(self._join(join, (*path, "join", place)) for place, join in enumerate(joins)),
            label=self._label(content.get("label"), (*path, "label")),
            left_out=self._left_out(faults.typed(content, path, "left_out", dict, {}), (*path, "left_out")),
        )
        self._kept_out(found, (*path, "left_out"))
        return found

    def _join(self, content: Any, path: KeyPath) -> Join:
        """One joined sheet; `base_key` is `key` where the names are the same."""
        faults = self._faults
        given = content if isinstance(content, dict) else {}
        faults.known(given, path, ["files", "key", "base_key", *STYLE_KEYS])
        key = _names(given.get("key"))
        base_key = _names(given["base_key"]) if "base_key" in given else key
        if not key or len(key) != len(base_key):
            faults.fault(
                "join",
                path,
                Text("没有说明按哪些列连接", "the columns to join by are not given"),
                Text(
                    '写成 key = ["USER_ID"]；主表列名不同时再写 base_key = ["用户编号"]',
                    'write key = ["USER_ID"], and base_key = ["CUST"] where the feed names it differently',
                ),
            )
        return Join(
            faults.text(given, path, "files"),
            StyleReader(faults, path, given).read(self._style),
            key,
            base_key,
            faults.at(path),
        )

    def _label(self, content: Any, path: KeyPath) -> Label | None:
        if content is None:
            return None
        given = content if isinstance(content, dict) else {}
        self._faults.known(given, path, ["column", "gone"])
        gone = _names(given.get("gone"))
        if not gone:
            self._faults.fault(
                "label",
                path,
                Text("没有说明哪些值表示离网", "the values that mean leaving are not given"),
                Text('写成 {column = "…", gone = ["Yes"]}', 'write {column = "…", gone = ["Yes"]}'),
            )
        return Label(self._faults.text(given, path, "column"), gone)

    def _left_out(self, content: Mapping[str, Any], path: KeyPath) -> dict[str, Text]:
        found = {}
        for name, why in content.items():
            if isinstance(why, dict):
                self._faults.known(why, (*path, name), ["zh", "en"])
                zh = self._faults.text(why, (*path, name), "zh")
                found[name] = Text(zh, self._faults.text(why, (*path, name), "en"))
            elif why in set(LeftOut):
                found[name] = LeftOut(why).text
            else:
                words = ", ".join(LeftOut)
                self._faults.fault(
                    "left_out",
                    (*path, name),
                    Text(f"不认识的原因 {why}", f"unknown reason {why}"),
                    Text(
                        f'可选：{words}，或 {{zh = "…", en = "…"}}',
                        f'one of: {words}, or {{zh = "…", en = "…"}}',
                    ),
                )
        return found

    def _kept_out(self, mapping: FeedMapping, path: KeyPath) -> None:
        """A column that is left out fills nothing."""
        for source in mapping.sources():
            if source.column in mapping.left_out:
                self._faults.fault(
                    "left_out",
                    (*path, str(source.column)),
                    Text(
                        f"“{source.column}”列为不入账册，却填了 {source.target.name}",
                        f"“{source.column}” is left out and fills {source.target.name} all the same",
                    ),
                    Text("去掉其中一处", "remove one of the two"),
                )

    def _columns(self, content: Mapping[str, Any], path: KeyPath) -> dict[str, ColumnSource]:
        by_name = {column.name: column for column in self._feed.columns}
        self._faults.known(content, path, by_name)
        found = {}
        for name, spec in content.items():
            if name not in by_name:
                continue
            reader = ColumnReader(self._faults, (*path, name), by_name[name])
            source = reader.read(spec)
            if source is not None:
                found[name] = source
        return found

    def _key(self, key: Any, columns: Mapping[str, ColumnSource], path: KeyPath) -> tuple[str, ...] | None:
        """The operator's columns that make the key; empty: the line is the key; None: a mapped column is."""
        if key is None and self._feed.key in columns:
            return None
        if key == "line" and self._feed.name == FeedName.SUBSCRIBER:
            return ()
        names = [key] if isinstance(key, str) else key
        if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
            return tuple(names)
        self._faults.fault(
            "key",
            (*path, "key"),
            Text("没有说明主键", "the key is not given"),
            Text(
                '写成 key = ["USER_ID"]，没有主键时写 key = "line"',
                'write key = ["USER_ID"], or key = "line" where there is none',
            ),
        )
        return ()

    def _month(self, content: Any, path: KeyPath) -> tuple[MonthSource, tuple[FixedMonth, ...]]:
        if content is None:
            return MonthSource(), ()
        if isinstance(content, list):
            return MonthSource(), tuple(
                fixed
                for index, item in enumerate(content)
                if (fixed := self._fixed(item, (*path, index))) is not None
            )
        if isinstance(content, dict) and "fixed" in content:
            fixed_month = self._fixed(content, path)
            return MonthSource(), (fixed_month,) if fixed_month else ()
        if not isinstance(content, dict):
            self._faults.fault(
                "wrong_type",
                path,
                Text("“month”应为一张表", "“month” should be a table"),
                Text(
                    '写成 {column = "…"} 或 {fixed = "2025-12"}',
                    'write {column = "…"} or {fixed = "2025-12"}',
                ),
            )
            return MonthSource(), ()
        self._faults.known(content, path, ["column", "format"])
        form = self._faults.text(content, path, "format", "%Y%m")
        try:
            form_of(form, month=True)
        except UsageError as fault:
            self._faults.fault("format", (*path, "format"), fault.what, fault.remedy)
        return MonthSource(self._faults.text(content, path, "column"), form), ()

    def _fixed(self, content: Mapping[str, Any], path: KeyPath) -> FixedMonth | None:
        self._faults.known(content, path, ["fixed", "columns"])
        columns = self._columns(self._faults.typed(content, path, "columns", dict, {}), (*path, "columns"))
        month = self._faults.month(self._faults.text(content, path, "fixed"), (*path, "fixed"))
        return None if month is None else FixedMonth(month, columns)

    def _required(
        self, columns: Mapping[str, ColumnSource], fixed: tuple[FixedMonth, ...], path: KeyPath
    ) -> None:
        months: list[Mapping[str, ColumnSource]] = [{**columns, **one.columns} for one in fixed] or [columns]
        for name in sorted(self._feed.required - {self._feed.key}):
            if any(name not in mapped for mapped in months):
                self._faults.fault(
                    "required",
                    path,
                    Text(f"必填列 {name} 没有映射", f"the required column {name} is not mapped"),
                    Text(
                        f'补上 {name} = {{from = "…"}} 或 {{value = "…"}}',
                        f'add {name} = {{from = "…"}} or {{value = "…"}}',
                    ),
                )


def _names(given: Any) -> tuple[str, ...]:
    """The names in a text or a list of texts; empty for anything else."""
    names = [given] if isinstance(given, str) else given
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return tuple(names)
    return ()
