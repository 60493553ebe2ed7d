"""DuckDB behind the port: the texts run as they are."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from weixi.engine.port import Value

MEMORY_LIMIT = "1500MB"

_FEW_WORDS = 1000
"""Distinct values in a row group up to which a column has a dictionary; trying for more costs a fifth of a write."""


class DuckDBEngine:
    """One in-memory DuckDB connection over Parquet files.

    `memory_limit` bounds DuckDB's own buffers; larger work spills into `scratch`. No extension is ever loaded
    from outside.
    """

    name = "duckdb"

    def __init__(self, scratch: Path, memory_limit: str = MEMORY_LIMIT) -> None:
        self._connection = duckdb.connect(
            config={
                "memory_limit": memory_limit,
                "temp_directory": str(scratch),
                "autoinstall_known_extensions": False,
                "preserve_insertion_order": False,
                "TimeZone": "UTC",
            }
        )
        self._connection.execute("SET enable_progress_bar = false")
        self._scanned: dict[str, tuple[Path, ...]] = {}

    def scan(self, view: str, files: Sequence[Path]) -> None:
        """Make `view` the union of the Parquet files; one that is that already stays."""
        if self._scanned.get(view) == tuple(files):
            return
        listed = ", ".join(_quoted(file) for file in files)
        # Half the cost of a relation's create_view, which plans the scan once more.
        self._connection.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM read_parquet([{listed}])")
        self._scanned[view] = tuple(files)

    @contextmanager
    def passing(
        self, view: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch], folder: Path
    ) -> Iterator[None]:
        """Make `view` the batches as they come: they are read by the statement itself and kept nowhere."""
        faults: list[Exception] = []

        def watched() -> Iterator[pa.RecordBatch]:
            try:
                yield from batches
            except Exception as fault:
                faults.append(fault)
                raise

        self._scanned.pop(view, None)
        self._connection.register(view, pa.RecordBatchReader.from_batches(schema, watched()))
        try:
            yield
        except duckdb.Error:
            if faults:
                raise faults[0] from None
            raise
        finally:
            self._connection.unregister(view)

    @contextmanager
    def joins_as_written(self) -> Iterator[None]:
        """Let joins run in the text's order. DuckDB takes any filter to leave a fifth, and may hold the wide side."""
        self._connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        try:
            yield
        finally:
            self._connection.execute("RESET disabled_optimizers")

    def materialize(self, text: str, values: Mapping[str, Value], folder: Path) -> None:
        """Run `text` into one Parquet file."""
        target = _quoted(folder / "part-0.parquet")
        self._connection.execute(
            f"COPY ({text}) TO {target} (FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT {_FEW_WORDS})",
            dict(values),
        )

    def arrow(self, text: str, values: Mapping[str, Value]) -> pa.Table:
        """Run `text` and bring its rows into memory."""
        return self._connection.sql(text, params=dict(values)).to_arrow_table()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def open_here(scratch: Path, memory_limit: str | None = None) -> DuckDBEngine:
    """An engine that spills into `scratch`; `WEIXI_MEMORY` (e.g. `8GB`) goes before the given memory limit."""
    scratch.mkdir(parents=True, exist_ok=True)
    return DuckDBEngine(scratch, os.environ.get("WEIXI_MEMORY", memory_limit or MEMORY_LIMIT))
