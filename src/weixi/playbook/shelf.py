"""The playbook in force of one home: published versions as files, and a pointer to the one that holds."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

FOLDER = "playbooks"
POINTER = "in_force.json"


@dataclass(frozen=True, slots=True)
class InForce:
    """The version that holds: its number, its file, and the SHA-256 of that file."""

    number: int
    path: Path
    sha256: str


def in_force(home: Path) -> InForce | None:
    """The version that the home's pointer names; None where nothing was published there.

    Raises DataError where the file is gone or is no longer the one that was published.
    """
    pointer = home / FOLDER / POINTER
    if not pointer.exists():
        return None
    try:
        said = json.loads(pointer.read_text(encoding="utf-8"))
        found = InForce(int(said["number"]), home / FOLDER / str(said["file"]), str(said["sha256"]))
        source = found.path.read_bytes()
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise _damaged(pointer) from fault
    if hashlib.sha256(source).hexdigest() != found.sha256:
        raise _damaged(found.path)
    return found


def publish(home: Path, number: int, source: bytes) -> InForce:
    """Put the version's text beside the others and point to it. A version's file is written once."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path, digest = folder / f"{number}.toml", hashlib.sha256(source).hexdigest()
    if path.exists() and path.read_bytes() != source:
        raise DataError(
            "playbook.published",
            Text(f"第 {number} 版已经发布，内容不同", f"version {number} was published with other words"),
            Text("另存为新版本再发布", "save it as a new version"),
            where=str(path),
        )
    _write(path, source)
    said = {"number": number, "file": path.name, "sha256": digest}
    _write(folder / POINTER, (json.dumps(said) + "\n").encode())
    return InForce(number, path, digest)


def _write(path: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    draft = path.with_name(f".{path.name}.part")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def _damaged(path: Path) -> DataError:
    return DataError(
        "playbook.in_force",
        Text("生效方案的文件缺失或被改动过", "the file of the playbook in force is missing or was changed"),
        Text(
            "在工作台重新发布一个版本，或用 --playbook 指明方案",
            "publish a version at the desk again, or name a playbook with --playbook",
        ),
        where=str(path),
    )
