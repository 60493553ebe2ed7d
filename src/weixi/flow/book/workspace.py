"""Where an import works: a scratch store that goes, and a lock, since numbers are given out in it."""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from weixi.engine import Store


@contextmanager
def scratch_store(store: Store, prefix: str) -> Iterator[Store]:
    """A store for transient tables; it is removed at the end."""
    root = store.home / "scratch"
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{prefix}-", dir=root) as folder:
        yield Store(Path(folder), store.engine, transient=True)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """One import at a time in this home: numbers are given out in it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".import.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
