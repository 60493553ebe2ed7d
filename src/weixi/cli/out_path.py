"""Files and folders that a command is to write: looked at before the work begins, so that it is not done in vain."""

import errno
import os
from pathlib import Path
from typing import Any

import click

from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text

_REASONS = {
    errno.ENOENT: Text("没有这个文件或目录", "there is no such file or folder"),
    errno.ENOTDIR: Text("路径中有一段是文件，不是目录", "a part of the path is a file, not a folder"),
    errno.EEXIST: Text("同名的文件挡住了目录", "a file of that name stands where a folder is needed"),
    errno.EISDIR: Text("是目录，不是文件", "it is a folder, not a file"),
    errno.EACCES: Text("没有权限", "permission is denied"),
    errno.EPERM: Text("没有权限", "permission is denied"),
    errno.EROFS: Text("所在的盘是只读的", "its disk is read-only"),
    errno.ENOSPC: Text("磁盘已满", "the disk is full"),
}


class OutPath(click.Path):
    """A path that can be written, or made: what stands in its way is said at once."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path. Raises UsageError where it lies below a file, or in a folder that must not be written."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        nearest = next(parent for parent in path.absolute().parents if parent.exists())
        if not nearest.is_dir():
            raise UsageError(
                "file.folder",
                Text(f"“{nearest}”是文件，不是目录", f"“{nearest}” is a file, not a folder"),
                Text("换一个位置", "name another place"),
                where=str(path),
            )
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise UsageError(
                "file.folder",
                Text(f"目录“{nearest}”没有写的权限", f"the folder “{nearest}” must not be written"),
                Text("换一个可写的位置", "name a place that can be written"),
                where=str(path),
            )
        return path


OUT_FILE = OutPath(dir_okay=False, writable=True, path_type=Path)
"""A file to write; its folder is made where it is missing."""

OUT_FOLDER = OutPath(file_okay=False, writable=True, path_type=Path)
"""A folder to write files into; made where it is missing."""


def write_file(path: Path, content: bytes) -> None:
    """Write the file whole, its folder made where it is missing: it appears under its name when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(content)
    draft.replace(path)


def file_fault(fault: OSError) -> DataError:
    """What the system said of a file, for people."""
    known = _REASONS.get(fault.errno or 0)
    said = fault.strerror or str(fault)
    return DataError(
        "file",
        known or Text(f"文件读写失败：{said}", f"a file could not be read or written: {said}"),
        Text(
            "核对路径、权限和磁盘空间，再运行一次", "check path, permissions and disk space, then run again"
        ),
        where=str(fault.filename) if fault.filename else "",
    )
