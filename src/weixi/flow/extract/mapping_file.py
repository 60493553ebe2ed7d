"""Reading a mapping's TOML: strict, every fault with its file and line."""

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from weixi.flow.extract.feed_file import FeedReader
from weixi.flow.extract.feeds import FEEDS
from weixi.flow.extract.mapping import OperatorMapping, SingleNode
from weixi.flow.extract.style_file import KEYS as STYLE_KEYS
from weixi.flow.extract.style_file import StyleReader
from weixi.flow.extract.tables import FeedName
from weixi.kernel.errors import DataError, FaultList, UsageError, WeixiError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook.positions import Path as KeyPath
from weixi.playbook.positions import Positions, positions

SHIPPED = files("weixi.flow.extract") / "mappings"


def shipped_mappings() -> tuple[str, ...]:
    """The names of the mappings that come with weixi."""
    names = (entry.name for entry in SHIPPED.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def load_mapping(name_or_path: str | Path) -> OperatorMapping:
    """The mapping of that name (shipped) or file. Raises FaultList with every fault at its line."""
    path = Path(name_or_path)
    if path.suffix == ".toml":
        if not path.is_file():
            raise UsageError(
                "mapping.file",
                Text(f"没有映射文件 {path}", f"there is no mapping file {path}"),
                Text("检查路径", "check the path"),
            )
        return read_mapping(path.read_bytes(), str(path))
    if str(name_or_path) not in shipped_mappings():
        raise UsageError(
            "mapping.name",
            Text(f"没有名为“{name_or_path}”的映射", f"there is no mapping “{name_or_path}”"),
            Text(
                f"可选：{'、'.join(shipped_mappings())}，或给出 .toml 文件",
                f"one of: {', '.join(shipped_mappings())}, or a .toml file",
            ),
        )
    return read_mapping((SHIPPED / f"{name_or_path}.toml").read_bytes(), f"{name_or_path}.toml")


def read_mapping(source: bytes, where: str) -> OperatorMapping:
    """The mapping in the TOML text `source`; `where` names the file in errors. Raises FaultList."""
    try:
        content = tomllib.loads(source.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise FaultList(
            [
                DataError(
                    "mapping.syntax",
                    Text(f"不是合法的 TOML：{fault}", f"not valid TOML: {fault}"),
                    Text("检查引号、括号和重复的键", "look at quotes, brackets and keys written twice"),
                    where=where,
                )
            ]
        ) from fault
    reader = _MappingReader(where, positions(source))
    mapping = reader.read(content, fingerprint(source.decode("utf-8")))
    if reader.faults:
        raise FaultList(reader.faults)
    return mapping


class _MappingReader:
    """One reading of one file: what it finds wrong is kept in `faults`."""

    def __init__(self, where: str, places: Positions) -> None:
        self._where = where
        self._places = places
        self.faults: list[WeixiError] = []

    def at(self, path: KeyPath) -> str:
        """The file and line of a key."""
        return f"{self._where}:{self._places.line(path)}"

    def fault(self, code: str, path: KeyPath, what: Text, remedy: Text) -> None:
        """Keep one fault."""
        self.faults.append(DataError(f"mapping.{code}", what, remedy, where=self.at(path)))

    def known(self, content: Mapping[str, Any], path: KeyPath, names: Iterable[str]) -> None:
        """Keep a fault for every key that is not in `names`."""
        allowed = sorted(names)
        for key in content:
            if key not in allowed:
                close = get_close_matches(key, allowed, n=3, cutoff=0.6) or allowed
                self.fault(
                    "unknown_key",
                    (*path, key),
                    Text(f"不认识“{key}”", f"unknown key “{key}”"),
                    Text(f"可用：{', '.join(close)}", f"known: {', '.join(close)}"),
                )

    def typed(self, content: Mapping[str, Any], path: KeyPath, key: str, kind: type, default: Any) -> Any:
        """The value of `key` if it is of that kind; else a fault, and the default."""
        value = content.get(key, default)
        if key in content and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            self.fault(
                "wrong_type",
                (*path, key),
                Text(f"“{key}”的类型不对", f"“{key}” has the wrong type"),
                Text(f"应为 {kind.__name__}", f"it should be a {kind.__name__}"),
            )
            return default
        return value

    def text(self, content: Mapping[str, Any], path: KeyPath, key: str, default: str | None = None) -> str:
        """A text; missing without a default is a fault."""
        if key not in content and default is None:
            self.fault(
                "missing_key",
                path,
                Text(f"缺少“{key}”", f"“{key}” is missing"),
                Text(f'补上 {key} = "…"', f'add {key} = "…"'),
            )
        return str(self.typed(content, path, key, str, default or ""))

    def month(self, text: str, path: KeyPath) -> Month | None:
        """The month in `text`, or a fault and None."""
        try:
            return Month.parse(text)
        except UsageError as fault:
            self.fault("month", path, fault.what, fault.remedy)
            return None

    def read(self, content: Mapping[str, Any], name: str) -> OperatorMapping:
        """The whole mapping."""
        self.known(content, (), ["mapping", *FeedName])
        head = self.typed(content, (), "mapping", dict, {})
        self.known(head, ("mapping",), ["name", "currency", "nulls", "manifest", "assumes", *STYLE_KEYS])
        style = StyleReader(self, ("mapping",), head).read()
        nulls = tuple(str(v) for v in self.typed(head, ("mapping",), "nulls", list, []))
        return OperatorMapping(
            name=self.text(head, ("mapping",), "name"),
            currency=self.text(head, ("mapping",), "currency"),
            where=self._where,
            fingerprint=name,
            nulls=("", *nulls),
            needs_manifest=self._choice(head, "manifest", "optional", ("optional", "required")) == "required",
            assumes=self._assumes(self.typed(head, ("mapping",), "assumes", list, [])),
            node=self._node(content.get("org", {})),
            feeds={
                feed.name: FeedReader(self, feed, style).read(content[feed.name])
                for feed in FEEDS.values()
                if feed.name in content and (feed.name != FeedName.ORG or "files" in content["org"])
            },
        )

    def _choice(self, head: Mapping[str, Any], key: str, default: str, options: tuple[str, ...]) -> str:
        value = self.text(head, ("mapping",), key, default)
        if value not in options:
            self.fault(
                "wrong_value",
                ("mapping", key),
                Text(f"“{key}”不能是 {value}", f"“{key}” cannot be {value}"),
                Text(f"可选：{', '.join(options)}", f"one of: {', '.join(options)}"),
            )
            return default
        return value

    def _assumes(self, given: list[Any]) -> tuple[Text, ...]:
        said = []
        for index, item in enumerate(given):
            path: KeyPath = ("mapping", "assumes", index)
            if not isinstance(item, dict):
                self.fault(
                    "wrong_type",
                    ("mapping", "assumes"),
                    Text("“assumes”的每一项应为一张表", "each of “assumes” should be a table"),
                    Text('写成 {zh = "…", en = "…"}', 'write {zh = "…", en = "…"}'),
                )
                continue
            self.known(item, path, ["zh", "en"])
            said.append(Text(self.text(item, path, "zh"), self.text(item, path, "en")))
        return tuple(said)

    def _node(self, org: Mapping[str, Any]) -> SingleNode | None:
        if "name" not in org:
            return None
        name = self.text(org, ("org",), "name")
        return SingleNode(self.text(org, ("org",), "code", name), name)
