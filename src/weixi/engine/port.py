"""What an engine can do; the rest of the house knows no more of it than this."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import pyarrow as pa

Value = int | float | str | bool | date | datetime
"""One bound parameter."""


class Engine(Protocol):
    """One SQL engine over Parquet. Texts are in the restricted dialect with `$name` parameters."""

    name: str

    def scan(self, view: str, files: Sequence[Path]) -> None:
        """Make `view` the union of the Parquet files (same columns, any number of files ≥ 1)."""

    def passing(
        self, view: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch], folder: Path
    ) -> AbstractContextManager[None]:
        """Make `view` the batches as they come, for one statement that reads it once.

        An engine that cannot read them in passing keeps them in the existing, empty `folder`. What the batches raise
        is raised again as it is.
        """

    def joins_as_written(self) -> AbstractContextManager[None]:
        """Let joins run in the text's order, the right side held in memory: for sizes that an engine cannot guess."""

    def materialize(self, text: str, values: Mapping[str, Value], folder: Path) -> None:
        """Run `text` and write its rows as Parquet parts into the existing, empty `folder`."""

    def arrow(self, text: str, values: Mapping[str, Value]) -> pa.Table:
        """Run `text` and bring its rows into memory, in the text's order."""

    def close(self) -> None:
        """Give back what the engine holds."""
