"""A store that stands on another one and leaves it as it is: what would be, tried out."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from weixi.engine.partition import Partition
from weixi.engine.schema import Table
from weixi.engine.store import Store


class Trial(Store):
    """Reads what `base` holds until it has made its own; writes under its own home only, its chain of seals too."""

    def __init__(self, base: Store, home: Path) -> None:
        super().__init__(home, base.engine)
        self._base = base

    @property
    def hash_key(self) -> str:
        """The operator's own key: the same households are drawn."""
        return self._base.hash_key

    def current(self, table: Table, **key: int | str) -> Partition | None:
        """Its own partition, else the base's."""
        return super().current(table, **key) or self._base.current(table, **key)

    def partitions(self, table: Table) -> list[Partition]:
        """The base's partitions with its own in their place."""
        found = {str(sorted(p.key.items())): p for p in self._base.partitions(table)}
        found |= {str(sorted(p.key.items())): p for p in super().partitions(table)}
        return sorted(found.values(), key=lambda p: tuple(str(p.key[name]) for name in table.partition))

    @classmethod
    @contextmanager
    def over(cls, base: Store) -> "Iterator[Trial]":
        """A trial in the base's scratch folder, gone when it ends."""
        scratch = base.home / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=scratch, prefix="trial-") as name:
            yield cls(base, Path(name))
