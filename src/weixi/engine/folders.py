"""Where partitions lie: the folders of one operator's tables, their revisions, the lock, the key, the chain."""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from weixi.engine.partition import MANIFEST, Key, Manifest, Partition
from weixi.engine.schema import Table
from weixi.engine.seal import Chain
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text


class Folders:
    """The home of one operator's tables, without an engine: what is there, and where the next one goes.

    Layout: `tables/<table>/<key>=<value>/…/r<revision>/` with Parquet parts and `manifest.json`;
    `seals.jsonl` is the chain of seals; `secret.key` is the operator's own hash key.
    """

    def __init__(self, home: Path) -> None:
        self.home = home

    @property
    def chain(self) -> Chain:
        """The chain over every seal of this store."""
        return Chain(self.home / "seals.jsonl")

    @property
    def hash_key(self) -> str:
        """The operator's secret key, made on first use and readable by its owner alone.

        128 bits in 22 letters: with a key of the operator's they make one block of SHA-256, which is half the work.
        """
        path = self.home / "secret.key"
        if not path.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            with self._lock():
                if not path.exists():
                    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                    with os.fdopen(descriptor, "w") as stream:
                        stream.write(secrets.token_urlsafe(16))
        return path.read_text().strip()

    def current(self, table: Table, **key: int | str) -> Partition | None:
        """The highest revision of that partition, or None."""
        return self._latest(table, self._folder(table, key))

    def require(self, table: Table, **key: int | str) -> Partition:
        """The same. Raises DataError where the partition was never written."""
        found = self.current(table, **key)
        if found is None:
            name = " ".join(f"{k}={v}" for k, v in key.items())
            raise DataError(
                "store.missing",
                Text(f"没有 {table.name}（{name}）", f"there is no {table.name} ({name})"),
                Text(
                    "先用 weixi import 导入该月，或先运行 weixi run",
                    "import that month with weixi import, or run weixi run first",
                ),
                where=table.name,
            )
        return found

    def revisions(self, table: Table, **key: int | str) -> list[Partition]:
        """Every revision of that partition, oldest first; the last one is the current."""
        folder = self._folder(table, key)
        found = [
            Partition(table, path, Manifest.read(path))
            for path in folder.glob("r*")
            if path.name[1:].isdigit() and (path / MANIFEST).exists()
        ]
        return sorted(found, key=lambda partition: partition.revision)

    def partitions(self, table: Table) -> list[Partition]:
        """The current revision of every partition of the table, sorted by key."""
        root = self.home / "tables" / table.name
        folders = {path.parent.parent for path in root.rglob(f"r*/{MANIFEST}")}
        found = [p for p in (self._latest(table, folder) for folder in folders) if p is not None]
        return sorted(found, key=lambda p: tuple(str(p.key[name]) for name in table.partition))

    def history(self, table: Table) -> list[Partition]:
        """Every revision of every partition of the table, as they were written."""
        root = self.home / "tables" / table.name
        found = [
            Partition(table, path.parent, Manifest.read(path.parent)) for path in root.rglob(f"r*/{MANIFEST}")
        ]
        return sorted(found, key=lambda p: (p.manifest.created_at, str(dict(p.key)), p.revision))

    def _folder(self, table: Table, key: Key) -> Path:
        if set(key) != set(table.partition):
            raise KeyError(f"{table.name} is partitioned by {table.partition}, not by {tuple(key)}")
        return self.home.joinpath("tables", table.name, *(f"{name}={key[name]}" for name in table.partition))

    def _latest(self, table: Table, folder: Path) -> Partition | None:
        revisions = [int(path.name[1:]) for path in folder.glob("r*") if path.name[1:].isdigit()]
        if not revisions:
            return None
        path = folder / f"r{max(revisions)}"
        return Partition(table, path, Manifest.read(path))

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """A folder for one write; what is not moved to its place is removed."""
        root = self.home / "scratch"
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root) as name:
            folder = Path(name) / "partition"
            folder.mkdir()
            yield folder

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """One writer at a time in this home, across processes."""
        with (self.home / ".lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield
