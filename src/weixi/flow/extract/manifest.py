"""What vouches that a file is whole: our manifest.json, or the marks and lists that operators send beside theirs."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from weixi.flow.extract.tables import FeedName
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

MANIFEST = "manifest.json"
MARKS = (".ok", ".done", ".chk", ".md5", ".sha256")
LISTS = (".lst", ".list")
LIST_NAMES = ("sha256sums", "md5sums", "manifest.txt", "filelist.txt")
SEND_AGAIN = Text("重新传送数据包；没有写入任何数据", "send the extract again; nothing was written")
_SHA256, _MD5 = re.compile(r"[0-9a-fA-F]{64}"), re.compile(r"[0-9a-fA-F]{32}")
_BETWEEN = re.compile(r"[|,;\t ]+\*?")
_LONGEST_MARK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Voucher:
    """What somebody says of one file; None is not said. In an operator's mark `rows` may count the header."""

    path: Path
    rows: int | None = None
    bytes: int | None = None
    sha256: str | None = None
    md5: str | None = None
    feed: FeedName | None = None
    month: Month | None = None
    may_count_header: bool = False
    day: date | None = None


def is_mark(name: str) -> bool:
    """Whether a file of that name vouches for others."""
    name = name.lower()
    return name.endswith((*MARKS, *LISTS)) or name in (MANIFEST, *LIST_NAMES)


def manifest_content(path: Path) -> dict[str, Any]:
    """What manifest.json says. Raises DataError where it is torn."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise bad_manifest(path, str(fault)) from fault
    if not isinstance(content, dict):
        raise bad_manifest(path, "not an object")
    return content


def manifest_entries(content: Mapping[str, Any], manifest: Path) -> list[Voucher]:
    """The files that manifest.json lists. Raises DataError where one lies outside its folder."""
    folder = manifest.parent
    try:
        found = [
            Voucher(
                path=folder / str(entry["path"]),
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
        raise bad_manifest(manifest, f"files: {fault!r}") from fault
    for entry in found:
        _inside(entry.path, folder, manifest)
    return found


def vouchers(paths: Sequence[Path]) -> dict[Path, Voucher]:
    """What marks (`user.csv.ok`, `user.ok`, `.chk`, `.md5`, `.sha256`) and lists (`name|rows|bytes|sha256`) say.

    `paths` are data files; marks and lists are looked for beside each.
    """
    found: dict[Path, Voucher] = {}
    listed = {folder: _listed(folder) for folder in {path.parent for path in paths}}
    for path in paths:
        entry = listed[path.parent].get(path.name)
        marks = [
            mark
            for suffix in MARKS
            for mark in (path.with_name(path.name + suffix), path.with_suffix(suffix))
            if mark.is_file() and mark != path
        ]
        for mark in dict.fromkeys(marks):
            told = _told(path, _line_for(path, mark), mark)
            entry = told if entry is None else _joined(entry, told)
        if entry is not None:
            found[path] = entry
    return found


def check(voucher: Voucher, digest: str) -> None:
    """Raises DataError unless the file has the size and content that the voucher says; `digest` is its SHA-256."""
    size = voucher.path.stat().st_size
    if voucher.bytes is not None and size != voucher.bytes:
        raise DataError(
            "extract.bytes",
            Text(
                f"文件为 {size} 字节，清单为 {voucher.bytes} 字节",
                f"the file has {size} bytes and the manifest says {voucher.bytes}",
            ),
            SEND_AGAIN,
            where=str(voucher.path),
        )
    for name, said, found in (
        ("sha256", voucher.sha256, digest),
        ("md5", voucher.md5, md5_of(voucher.path) if voucher.md5 else None),
    ):
        if said is not None and said.lower() != found:
            raise DataError(
                f"extract.{name}",
                Text(
                    f"文件内容与清单的 {name.upper()} 不符",
                    f"the file is not what the manifest's {name.upper()} says",
                ),
                SEND_AGAIN,
                where=str(voucher.path),
            )


def md5_of(path: Path) -> str:
    """The MD5 of a file, which some operators send."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def bad_manifest(path: Path, why: str) -> DataError:
    """The refusal of a manifest, a mark or a list."""
    return DataError(
        "extract.manifest",
        Text(f"清单无法读取：{why}", f"the manifest cannot be read: {why}"),
        SEND_AGAIN,
        where=str(path),
    )


def _inside(path: Path, folder: Path, manifest: Path) -> None:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise bad_manifest(manifest, f"{path} lies outside the extract")


def _listed(folder: Path) -> dict[str, Voucher]:
    """What the lists of a folder say, by file name."""
    found: dict[str, Voucher] = {}
    for path in sorted(folder.iterdir()):
        name = path.name.lower()
        if path.is_file() and (name.endswith(LISTS) or name in LIST_NAMES):
            for line in _lines(path):
                named = next((part for part in _BETWEEN.split(line) if (folder / part).is_file()), None)
                if named is None:
                    raise bad_manifest(path, line)
                _inside(folder / named, folder, path)
                found[Path(named).name] = _told(folder / named, line, path)
    return found


def _lines(path: Path) -> list[str]:
    if path.stat().st_size > _LONGEST_MARK:
        raise bad_manifest(path, "too long")
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError as fault:
        raise bad_manifest(path, str(fault)) from fault


def _line_for(path: Path, mark: Path) -> str:
    """The line of the mark that is about the file."""
    lines = _lines(mark)
    return next((line for line in lines if path.name in _BETWEEN.split(line)), lines[0] if lines else "")


def _told(path: Path, line: str, mark: Path) -> Voucher:
    """What `name|rows|bytes|sha256` says: any part may lack; the first number is rows, the second bytes."""
    parts = [part for part in _BETWEEN.split(line) if part and part != path.name]
    hashes = [part for part in parts if _SHA256.fullmatch(part) or _MD5.fullmatch(part)]
    numbers = [int(part) for part in parts if part.isdecimal() and part not in hashes]
    if mark.suffix.lower() in (".md5", ".sha256") and not hashes:
        raise bad_manifest(mark, line or "empty")
    return Voucher(
        path,
        rows=numbers[0] if numbers else None,
        bytes=numbers[1] if len(numbers) > 1 else None,
        sha256=next((part for part in hashes if _SHA256.fullmatch(part)), None),
        md5=next((part for part in hashes if _MD5.fullmatch(part)), None),
        may_count_header=True,
    )


def _joined(one: Voucher, other: Voucher) -> Voucher:
    return Voucher(
        one.path,
        rows=other.rows if one.rows is None else one.rows,
        bytes=other.bytes if one.bytes is None else one.bytes,
        sha256=one.sha256 or other.sha256,
        md5=one.md5 or other.md5,
        may_count_header=True,
    )
