"""The members of a .zip: names that stay inside it, sizes that are believable, nothing encrypted."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

MOST_MEMBERS = 10_000
MOST_BYTES = 64 * 1024**3
BOMB_FROM = 128 * 1024**2
BOMB_RATIO = 200
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
_PASSED_OVER = ("__MACOSX/",)


def is_archive(path: Path) -> bool:
    """Whether the file is a .zip, by its name."""
    return path.name.lower().endswith(".zip")


def members(path: Path) -> dict[str, zipfile.ZipInfo]:
    """The archive's files by name, in its order. Raises DataError where one cannot be taken: then none is."""
    with _opened(path) as archive:
        found = archive.infolist()
    if len(found) > MOST_MEMBERS:
        raise _refused(
            "bomb",
            path,
            Text(f"压缩包有 {len(found):,} 个文件", f"the archive has {len(found):,} members"),
        )
    named: dict[str, zipfile.ZipInfo] = {}
    for info in found:
        name = _name(info)
        _check_name(path, name)
        if info.is_dir() or name.startswith(_PASSED_OVER) or PurePosixPath(name).name.startswith("."):
            continue
        if info.flag_bits & _ENCRYPTED:
            raise _refused(
                "encrypted",
                path,
                Text(f"{name} 已加密", f"{name} is encrypted"),
                Text("解密后重新传送", "send it without a password"),
            )
        if name in named:
            raise _refused(
                "names", path, Text(f"{name} 在压缩包中出现两次", f"{name} stands twice in the archive")
            )
        named[name] = info
    size = sum(info.file_size for info in named.values())
    check_growth(size, path.stat().st_size, str(path))
    return named


def check_growth(size: int, packed: int, where: str) -> None:
    """Raises DataError where `packed` bytes unpack to a size out of all measure."""
    if size > MOST_BYTES or (size > BOMB_FROM and size > BOMB_RATIO * max(packed, 1)):
        raise DataError(
            "extract.bomb",
            Text(
                f"{packed:,} 字节解压后超过 {min(size, MOST_BYTES):,} 字节，按压缩炸弹拒收",
                f"{packed:,} bytes unpack to more than {min(size, MOST_BYTES):,}: refused as a decompression bomb",
            ),
            Text("核对来源；确为数据时请解压后导入", "look at who sent it; if it is data, unpack it first"),
            where=where,
        )


@contextmanager
def open_member(path: Path, member: str) -> Iterator[IO[bytes]]:
    """The bytes of one member, unpacked."""
    found = members(path)
    if member not in found:
        raise _refused("names", path, Text(f"压缩包中没有 {member}", f"the archive has no {member}"))
    with _opened(path) as archive, archive.open(found[member]) as stream:
        yield stream


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError) as fault:
        raise DataError(
            "extract.broken",
            Text(f"压缩包不完整或已损坏：{fault}", f"the archive is incomplete or damaged: {fault}"),
            Text("重新传送该文件；没有写入任何数据", "send the file again; nothing was written"),
            where=str(path),
        ) from fault


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; without the UTF-8 mark it is read as UTF-8 or GB18030, which Chinese tools write."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _check_name(path: Path, name: str) -> None:
    inside = PureWindowsPath(name)
    if name.startswith(("/", "\\")) or inside.drive or ".." in inside.parts or "\0" in name:
        raise _refused(
            "names",
            path,
            Text(f"文件名“{name}”指向压缩包之外", f"the name “{name}” points out of the archive"),
        )


def _refused(code: str, path: Path, what: Text, remedy: Text | None = None) -> DataError:
    return DataError(
        f"extract.{code}",
        what,
        remedy or Text("核对来源后重新打包", "look at who sent it and pack it again"),
        where=str(path),
    )
