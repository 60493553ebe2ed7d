"""Opening an extract: a folder with or without a manifest, or single files; what is not whole is refused."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from weixi.flow.extract.mapping import OperatorMapping
from weixi.flow.extract.tables import FeedName
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

MANIFEST = "manifest.json"
_HALF_WRITTEN = (".part", ".partial", ".tmp", ".filepart", ".crdownload")
_SEND_AGAIN = Text("重新传送数据包；没有写入任何数据", "send the extract again; nothing was written")


@dataclass(frozen=True, slots=True)
class ExtractFile:
    """One file of an extract. `name` is how it is called in reports; `rows` and `month` are what the manifest says.

    `day` is the business date of a daily feed; None: a month's file.
    """

    path: Path
    name: str
    feed: FeedName
    month: Month | None
    rows: int | None
    bytes: int
    sha256: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """One delivery of an operator with the mapping that reads it; its files are whole."""

    name: str
    mapping: OperatorMapping
    files: tuple[ExtractFile, ...]


@dataclass(frozen=True, slots=True)
class _Listed:
    """One file as a manifest lists it."""

    path: str
    rows: int
    bytes: int
    sha256: str
    feed: FeedName | None
    month: Month | None
    day: date | None


def of_day(extract: Extract, day: date) -> Extract:
    """The same extract with every file as the feed of that day."""
    return replace(extract, files=tuple(replace(file, day=day) for file in extract.files))


def mapping_name(path: Path) -> str | None:
    """The mapping that the manifest of the folder names; None for a single file, without manifest or name."""
    manifest = path / MANIFEST
    if not path.is_dir() or not manifest.is_file():
        return None
    name = _manifest(manifest).get("mapping")
    return None if name is None else str(name)


def open_folder(folder: Path, mapping: OperatorMapping, month: Month | None = None) -> Extract:
    """The extract in that folder. With `month`, files of other months are left out, and files that name none are its.

    Raises DataError where a file is half-written, missing, or not what the manifest says.
    """
    halves = sorted(path.name for path in folder.iterdir() if path.name.endswith(_HALF_WRITTEN))
    if halves:
        raise DataError(
            "extract.half_written",
            Text(
                f"数据包还在写：{', '.join(halves)}",
                f"the extract is still being written: {', '.join(halves)}",
            ),
            Text("等写完再导入", "wait until it is whole"),
            where=str(folder),
        )
    manifest = folder / MANIFEST
    name = folder.resolve().name
    if manifest.is_file():
        content = _manifest(manifest)
        name = str(content.get("name", name))
        found = [_checked(folder, entry, mapping) for entry in _entries(content, manifest)]
        files = [file for file in found if file is not None]
    elif mapping.needs_manifest:
        raise DataError(
            "extract.no_manifest",
            Text(
                "没有清单 manifest.json，可能未写完",
                "there is no manifest.json: the extract may be half-written",
            ),
            _SEND_AGAIN,
            where=str(folder),
        )
    else:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        files = [
            _plain(path, str(path.relative_to(folder)), feed)
            for path in paths
            if (feed := _feed(path, mapping))
        ]
    chosen = tuple(file for file in files if month is None or file.month in (None, month))
    if not chosen:
        raise DataError(
            "extract.no_files",
            Text(
                f"没有映射 {mapping.name} 能读的文件",
                f"there is no file that the mapping {mapping.name} reads",
            ),
            Text(
                f"映射中的文件名：{_globs(mapping)}；也请核对 --month",
                f"it reads {_globs(mapping)}; look at --month as well",
            ),
            where=str(folder),
        )
    return Extract(name, mapping, chosen)


def open_files(paths: Sequence[Path], mapping: OperatorMapping) -> Extract:
    """Single files as one extract. A mapping with one feed reads files of any name."""
    files = []
    names = [path.name for path in paths]
    for path in paths:
        if not path.is_file():
            raise UsageError(
                "extract.path",
                Text(f"没有 {path}", f"there is no {path}"),
                Text("检查路径", "check the path"),
            )
        feed = _feed(path, mapping) or (next(iter(mapping.feeds)) if len(mapping.feeds) == 1 else None)
        if feed is None:
            raise UsageError(
                "extract.feed",
                Text(
                    f"看不出 {path.name} 是哪一类文件",
                    f"{path.name} is not one of the files that the mapping reads",
                ),
                Text(f"映射中的文件名：{_globs(mapping)}", f"it reads {_globs(mapping)}"),
                where=str(path),
            )
        files.append(_plain(path, path.name if names.count(path.name) == 1 else str(path), feed))
    return Extract(", ".join(file.name for file in files), mapping, tuple(files))


def _globs(mapping: OperatorMapping) -> str:
    return ", ".join(feed.files for feed in mapping.feeds.values())


def _feed(path: Path, mapping: OperatorMapping) -> FeedName | None:
    return next((name for name, feed in mapping.feeds.items() if fnmatchcase(path.name, feed.files)), None)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _plain(path: Path, name: str, feed: FeedName) -> ExtractFile:
    return ExtractFile(path, name, feed, None, None, path.stat().st_size, _digest(path))


def _manifest(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise _bad_manifest(path, str(fault)) from fault
    if not isinstance(content, dict):
        raise _bad_manifest(path, "not an object")
    return content


def _bad_manifest(path: Path, why: str) -> DataError:
    return DataError(
        "extract.manifest",
        Text(f"清单无法读取：{why}", f"the manifest cannot be read: {why}"),
        _SEND_AGAIN,
        where=str(path),
    )


def _entries(content: dict[str, Any], manifest: Path) -> list[_Listed]:
    try:
        return [
            _Listed(
                path=str(entry["path"]),
                rows=int(entry["rows"]),
                bytes=int(entry["bytes"]),
                sha256=str(entry["sha256"]),
                feed=FeedName(entry["feed"]) if entry.get("feed") else None,
                month=Month.parse(str(entry["month"])) if entry.get("month") else None,
                day=date.fromisoformat(str(entry["day"])) if entry.get("day") else None,
            )
            for entry in content["files"]
        ]
    except (KeyError, TypeError, ValueError, UsageError) as fault:
        raise _bad_manifest(manifest, f"files: {fault!r}") from fault


def _checked(folder: Path, entry: _Listed, mapping: OperatorMapping) -> ExtractFile | None:
    """The listed file if the mapping reads it; it has the listed size and SHA-256."""
    path = folder / entry.path
    if not path.resolve().is_relative_to(folder.resolve()):
        raise _bad_manifest(folder / MANIFEST, f"{entry.path} lies outside the extract")
    feed = entry.feed or _feed(path, mapping)
    if feed is None or feed not in mapping.feeds:
        return None
    if not path.is_file():
        raise DataError(
            "extract.missing",
            Text("清单中的文件不存在", "a file that the manifest lists is not there"),
            _SEND_AGAIN,
            where=str(path),
        )
    size = path.stat().st_size
    if size != entry.bytes:
        raise DataError(
            "extract.bytes",
            Text(
                f"文件为 {size} 字节，清单为 {entry.bytes} 字节",
                f"the file has {size} bytes and the manifest says {entry.bytes}",
            ),
            _SEND_AGAIN,
            where=str(path),
        )
    digest = _digest(path)
    if digest != entry.sha256:
        raise DataError(
            "extract.sha256",
            Text("文件内容与清单的 SHA-256 不符", "the file is not what the manifest's SHA-256 says"),
            _SEND_AGAIN,
            where=str(path),
        )
    return ExtractFile(path, entry.path, feed, entry.month, entry.rows, size, digest, entry.day)
