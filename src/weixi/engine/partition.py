"""One immutable partition of a table and the manifest beside it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from weixi.engine.schema import Table
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

MANIFEST = "manifest.json"
Key = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One data file: its name in the partition's folder, its size and its SHA-256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one partition holds and what it was made from.

    `recipe` names how it was made (schema, text, parameters, inputs); `fingerprint` names what it is (recipe,
    rows, seal); `inputs` gives each view's partitions; `seal` is the Merkle root of a sealed one.
    """

    table: str
    key: dict[str, int | str]
    revision: int
    rows: int
    files: tuple[FileEntry, ...]
    recipe: str
    fingerprint: str
    inputs: dict[str, list[str]]
    seal: str | None
    created_at: str
    note: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Put the manifest into the partition's folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest in that folder. Raises DataError where it cannot be read."""
        path = folder / MANIFEST
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            content["files"] = tuple(FileEntry(**entry) for entry in content["files"])
            return cls(**content)
        except (OSError, ValueError, TypeError, KeyError) as fault:
            raise DataError(
                "store.manifest",
                Text("数据清单缺失或已损坏", "the manifest is missing or damaged"),
                Text(
                    "用备份恢复该目录，或删除后重新运行",
                    "restore the folder from a backup, or delete it and run again",
                ),
                where=str(path),
            ) from fault


@dataclass(frozen=True)
class Partition:
    """One revision of one partition of a table."""

    table: Table
    path: Path
    manifest: Manifest

    @property
    def key(self) -> Key:
        """The partition's key, e.g. `{"month": 202506}`."""
        return self.manifest.key

    @property
    def revision(self) -> int:
        """Which revision it is; 1 is the first."""
        return self.manifest.revision

    @property
    def fingerprint(self) -> str:
        """What it is, as derived partitions record it."""
        return self.manifest.fingerprint

    @property
    def files(self) -> list[Path]:
        """Its data files."""
        return [self.path / entry.name for entry in self.manifest.files]

    @property
    def name(self) -> str:
        """The partition for people: `label month=202506 r1`."""
        key = " ".join(f"{k}={v}" for k, v in self.key.items())
        return f"{self.table.name} {key} r{self.revision}"


def file_entry(path: Path) -> FileEntry:
    """The entry of one file as it is now on disk."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return FileEntry(path.name, path.stat().st_size, digest)
