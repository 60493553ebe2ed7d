"""Opening an extract: folders, files, archives and workbooks in any mix; what is not whole is refused."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from weixi.flow.extract.expansion import TablePlace, digest_of, feeds_of, tables_of
from weixi.flow.extract.manifest import (
    MANIFEST,
    SEND_AGAIN,
    Voucher,
    check,
    is_mark,
    manifest_content,
    manifest_entries,
    vouchers,
)
from weixi.flow.extract.mapping import OperatorMapping
from weixi.flow.extract.source import Source
from weixi.flow.extract.tables import FeedName
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_HALF_WRITTEN = (".part", ".partial", ".tmp", ".filepart", ".crdownload")


@dataclass(frozen=True, slots=True)
class ExtractFile:
    """One table of an extract: a file, a `member` of an archive, a `sheet` of a workbook.

    `name` is how it is called in reports. `rows` and `month` are what a manifest says; `rows` may count the header
    where an operator's own mark says it. `must_end`: nothing vouches for it, so a text must end with a line end.
    `part` is 0 for a feed's own table, else the number of the join. `day`: the business date of a daily feed.
    """

    path: Path
    name: str
    feed: FeedName
    month: Month | None
    rows: int | None
    bytes: int
    sha256: str
    member: str | None = None
    sheet: str | None = None
    may_count_header: bool = False
    must_end: bool = False
    part: int = 0
    day: date | None = None

    @property
    def source(self) -> Source:
        """Where its bytes are."""
        return Source(self.path, self.member)


@dataclass(frozen=True, slots=True)
class Extract:
    """One delivery of an operator with the mapping that reads it; its files are whole."""

    name: str
    mapping: OperatorMapping
    files: tuple[ExtractFile, ...]


def of_day(extract: Extract, day: date) -> Extract:
    """The same extract with every file as the feed of that day."""
    return replace(extract, files=tuple(replace(file, day=day) for file in extract.files))


@dataclass(frozen=True, slots=True)
class Trust:
    """What is believed of files that nothing vouches for.

    Their size must stay the same for `wait` seconds; `accept_short` takes those whose last line has no end.
    """

    wait: float = 0.0
    accept_short: bool = False


def mapping_name(path: Path) -> str | None:
    """The mapping that the manifest of the folder names; None for a single file, without manifest or name."""
    manifest = path / MANIFEST
    if not path.is_dir() or not manifest.is_file():
        return None
    name = manifest_content(manifest).get("mapping")
    return None if name is None else str(name)


def open_folder(
    folder: Path, mapping: OperatorMapping, month: Month | None = None, trust: Trust | None = None
) -> Extract:
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
        content = manifest_content(manifest)
        name = str(content.get("name", name))
        files = _vouched(folder, manifest_entries(content, manifest), mapping)
    elif mapping.needs_manifest:
        raise DataError(
            "extract.no_manifest",
            Text(
                "没有清单 manifest.json，可能未写完",
                "there is no manifest.json: the extract may be half-written",
            ),
            SEND_AGAIN,
            where=str(folder),
        )
    else:
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and not is_mark(path.name))
        places = {path: tables_of(path, mapping) for path in paths}
        names = {path: str(path.relative_to(folder)) for path in paths}
        files = _plain({path: found for path, found in places.items() if found}, names, trust or Trust())
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


def open_files(paths: Sequence[Path], mapping: OperatorMapping, trust: Trust | None = None) -> Extract:
    """Single files as one extract. A mapping with one feed reads files of any name."""
    places: dict[Path, list[TablePlace]] = {}
    names = [path.name for path in paths]
    for path in paths:
        if not path.is_file():
            raise UsageError(
                "extract.path",
                Text(f"没有 {path}", f"there is no {path}"),
                Text("检查路径", "check the path"),
            )
        found = tables_of(path, mapping)
        if not found and len(mapping.feeds) == 1:
            found = tables_of(path, mapping, next(iter(mapping.feeds)))
        if not found:
            raise UsageError(
                "extract.feed",
                Text(
                    f"看不出 {path.name} 是哪一类文件",
                    f"{path.name} is not one of the files that the mapping reads",
                ),
                Text(f"映射中的文件名：{_globs(mapping)}", f"it reads {_globs(mapping)}"),
                where=str(path),
            )
        places[path] = found
    called = {path: path.name if names.count(path.name) == 1 else str(path) for path in paths}
    files = _plain(places, called, trust or Trust())
    return Extract(", ".join(file.name for file in files), mapping, tuple(files))


def _globs(mapping: OperatorMapping) -> str:
    return ", ".join(dict.fromkeys(files for feed in mapping.feeds.values() for files, _ in feed.parts))


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(
    path: Path, name: str, places: Sequence[TablePlace], digest: str, voucher: Voucher | None, trust: Trust
) -> list[ExtractFile]:
    """The file's tables; the rows that a voucher says are those of its only one."""
    return [
        ExtractFile(
            path=path,
            name=f"{name}{place.below}",
            feed=place.feed,
            month=voucher.month if voucher else None,
            rows=voucher.rows if voucher and len(places) == 1 else None,
            bytes=path.stat().st_size,
            sha256=digest_of(place, digest),
            member=place.source.member,
            sheet=place.sheet,
            may_count_header=voucher is not None and voucher.may_count_header,
            must_end=voucher is None and not trust.accept_short,
            part=place.part,
            day=voucher.day if voucher else None,
        )
        for place in places
    ]


def _vouched(folder: Path, entries: Sequence[Voucher], mapping: OperatorMapping) -> list[ExtractFile]:
    """The listed files that the mapping reads; they have the listed size and SHA-256."""
    found: list[ExtractFile] = []
    for entry in entries:
        if entry.feed is not None and entry.feed not in mapping.feeds:
            continue
        is_there = entry.path.is_file()
        places = tables_of(entry.path, mapping, entry.feed) if is_there else []
        if not is_there and (entry.feed or feeds_of(entry.path.name, mapping)):
            raise DataError(
                "extract.missing",
                Text("清单中的文件不存在", "a file that the manifest lists is not there"),
                SEND_AGAIN,
                where=str(entry.path),
            )
        if places:
            digest = _digest(entry.path)
            check(entry, digest)
            name = str(entry.path.relative_to(folder))
            found += _files(entry.path, name, places, digest, entry, Trust())
    return found


def _plain(places: dict[Path, list[TablePlace]], names: dict[Path, str], trust: Trust) -> list[ExtractFile]:
    """The files without a manifest: as their own marks say, else of settled size."""
    told = vouchers(list(places))
    loose = [path for path in places if path not in told]
    if told and loose:
        raise DataError(
            "extract.unmarked",
            Text(
                f"其他文件有完成标记，{loose[0].name} 没有，可能未写完",
                f"other files have a mark that they are whole and {loose[0].name} has none: it may be half-written",
            ),
            Text("等标记到齐再导入", "wait for its mark"),
            where=str(loose[0]),
        )
    before = {path: path.stat() for path in loose}
    found: list[ExtractFile] = []
    for path, tables in places.items():
        digest = _digest(path)
        if path in told:
            check(told[path], digest)
        found += _files(path, names[path], tables, digest, told.get(path), trust)
    if loose:
        time.sleep(trust.wait)
    for path, old in before.items():
        new = path.stat()
        if (new.st_size, new.st_mtime_ns) != (old.st_size, old.st_mtime_ns):
            raise DataError(
                "extract.growing",
                Text(
                    f"文件还在写：{old.st_size:,} 字节变为 {new.st_size:,}",
                    f"the file is still being written: {old.st_size:,} bytes became {new.st_size:,}",
                ),
                Text("等写完再导入", "wait until it is whole"),
                where=str(path),
            )
    return found
