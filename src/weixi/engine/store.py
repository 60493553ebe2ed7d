"""The store: immutable partitions of tables under one home folder."""

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from weixi.dialect.lint import outputs
from weixi.dialect.types import ColumnType
from weixi.engine.checks import check, check_types
from weixi.engine.folders import Folders
from weixi.engine.partition import FileEntry, Key, Manifest, Partition, file_entry
from weixi.engine.port import Engine, Value
from weixi.engine.schema import Table
from weixi.engine.seal import leaves_text, merkle_root, write_leaves
from weixi.engine.statement import Inputs, Part, Stream, names_of, several, table_of, told
from weixi.engine.wire import arrow_schema
from weixi.kernel.errors import DataError
from weixi.kernel.ids import fingerprint, keyed_hash
from weixi.kernel.language import Text

_FRESH = "step__rows"
OLD_COLUMNS = "store.columns"
"""The code of the fault of a partition that an earlier release wrote, without columns that are asked for today."""


class Store(Folders):
    """All tables of one operator. Partitions are written once; a correction is a new revision.

    `now` tells the time that manifests carry. What a `transient` store holds goes with its folder: neither checks
    nor digests of the files are made.
    """

    def __init__(
        self,
        home: Path,
        engine: Engine,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        transient: bool = False,
    ) -> None:
        super().__init__(home)
        self.engine = engine
        self._now = now
        self._transient = transient
        self._linted: dict[str, dict[str, ColumnType | None]] = {}
        self._recognised: set[Path] = set()

    # -- reading

    def arrow(
        self,
        text: str,
        *,
        inputs: Inputs,
        parameters: Mapping[str, Value] | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> pa.Table:
        """The rows of a query over the inputs, in memory."""
        self._open(text, inputs)
        return self.engine.arrow(text, {**(parameters or {}), **(secrets or {})})

    def rows(
        self,
        text: str,
        *,
        inputs: Inputs,
        parameters: Mapping[str, Value] | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> list[dict[str, Any]]:
        """The same as a list of dictionaries: for small results."""
        found: list[dict[str, Any]] = self.arrow(
            text, inputs=inputs, parameters=parameters, secrets=secrets
        ).to_pylist()
        return found

    # -- writing

    def write(
        self,
        table: Table,
        key: Key,
        text: str | Sequence[Part],
        *,
        inputs: Inputs,
        parameters: Mapping[str, Value] | None = None,
        secrets: Mapping[str, str] | None = None,
        seal: bool = False,
        frozen: bool = False,
        note: Mapping[str, Any] | None = None,
        also: str = "",
    ) -> Partition:
        """The partition that `text` makes of the inputs; the one that is there if it was made the same way.

        Several parts are run one after the other, and their rows are the partition's: what one need hold is smaller.
        `also` is what the note says beyond the text: another one is another recipe. Raises DataError where the rows
        break the table's checks, or where the partition is `frozen` and another recipe made it.
        """
        parameters, secrets = parameters or {}, secrets or {}
        parts = [Part(text)] if isinstance(text, str) else text
        sources = {view: names_of(given) for view, given in inputs.items()}
        recipe = fingerprint(
            table.fingerprint,
            *(" ".join(one) for one in dict.fromkeys(tuple(part.text.split()) for part in parts)),
            *(told(given) for given in (parameters, *(part.parameters for part in parts if part.parameters))),
            *(f"{name}={keyed_hash(value.encode(), name)}" for name, value in sorted(secrets.items())),
            json.dumps(sources, sort_keys=True),
            *([also] if also else []),
        )
        found = self._unchanged(table, key, recipe, frozen)
        if found is not None:
            return found
        with self._scratch() as folder:
            for part in parts:
                self._run(table, part, inputs, {**parameters, **part.parameters, **secrets}, folder)
            return self._publish(table, key, folder, recipe, sources, seal, frozen, note or {})

    def put(
        self,
        table: Table,
        key: Key,
        batches: Iterable[pa.RecordBatch],
        *,
        origin: str,
        seal: bool = False,
        frozen: bool = False,
        note: Mapping[str, Any] | None = None,
    ) -> Partition:
        """The partition of rows made outside SQL; `origin` names their source: another one is other rows."""
        recipe = fingerprint(table.fingerprint, origin)
        found = self._unchanged(table, key, recipe, frozen)
        if found is not None:
            return found
        schema = arrow_schema(table)
        with self._scratch() as folder:
            with pq.ParquetWriter(folder / "part-0.parquet", schema, compression="snappy") as writer:
                for batch in batches:
                    writer.write_batch(batch.select(schema.names).cast(schema))
            return self._publish(table, key, folder, recipe, {"origin": [origin]}, seal, frozen, note or {})

    # -- within

    def _open(self, text: str, inputs: Inputs) -> dict[str, ColumnType | None]:
        """Lint the text, once for each text and its tables, and make each input a view; the text's column types."""
        tables = {view: table_of(given) for view, given in inputs.items()}
        seen = fingerprint(text, *(f"{view}={table.fingerprint}" for view, table in tables.items()))
        if seen not in self._linted:
            self._linted[seen] = outputs(text, {view: table.types for view, table in tables.items()})
        for view, given in inputs.items():
            if not isinstance(given, Stream):
                for partition in several(given):
                    self._recognise(partition)
                self.engine.scan(view, [file for partition in several(given) for file in partition.files])
        return self._linted[seen]

    def _recognise(self, partition: Partition) -> None:
        """Raises DataError where an earlier release wrote the partition, without columns that are asked for today."""
        if partition.path in self._recognised or not partition.files:
            return
        lacking = sorted(set(partition.table.types) - set(pq.read_schema(partition.files[0]).names))
        if lacking:
            raise DataError(
                OLD_COLUMNS,
                Text(
                    f"{partition.name} 由旧版本写成，缺少列 {'、'.join(lacking)}",
                    f"{partition.name} was written by an earlier release and lacks {', '.join(lacking)}",
                ),
                Text(
                    "用 --home 另给一个目录，重新导入该目录的各月数据再运行；原目录不受影响",
                    "name another folder with --home, import the months again and run; this one stays as it is",
                ),
                where=str(partition.path),
            )
        self._recognised.add(partition.path)

    def _run(
        self, table: Table, part: Part, inputs: Inputs, values: Mapping[str, Value], folder: Path
    ) -> None:
        """Add the rows of one statement to the folder, as parts that follow those that are there."""
        check_types(table, self._open(part.text, inputs))
        columns = ", ".join(f"CAST({c.name} AS {c.type}) AS {c.name}" for c in table.columns)
        with tempfile.TemporaryDirectory(dir=folder.parent) as name, ExitStack() as passing:
            made = Path(name)
            for view, given in inputs.items():
                if isinstance(given, Stream):
                    kept = made / view
                    kept.mkdir()
                    schema = arrow_schema(given.table)
                    passing.enter_context(self.engine.passing(view, schema, given.batches(), kept))
            if part.as_written:
                passing.enter_context(self.engine.joins_as_written())
            rows = made / "rows"
            rows.mkdir()
            named = {name: value for name, value in values.items() if re.search(rf"\${name}\b", part.text)}
            self.engine.materialize(f"SELECT {columns} FROM ({part.text}) AS step", named, rows)
            for number, file in enumerate(sorted(rows.glob("part-*.parquet")), len(list(folder.iterdir()))):
                file.rename(folder / f"part-{number}.parquet")

    def _unchanged(self, table: Table, key: Key, recipe: str, frozen: bool) -> Partition | None:
        there = self.current(table, **key)
        if there is None or there.manifest.recipe == recipe:
            return there
        if frozen:
            raise _frozen(there)
        return None

    def _publish(
        self,
        table: Table,
        key: Key,
        folder: Path,
        recipe: str,
        sources: dict[str, list[str]],
        seal: bool,
        frozen: bool,
        note: Mapping[str, Any],
    ) -> Partition:
        """Check, seal and name what was written, and move it to its place in one step.

        A frozen one that somebody else has written meanwhile stays as it is.
        """
        files = sorted(folder.glob("part-*.parquet"))
        if self._transient:
            rows = sum(pq.read_metadata(file).num_rows for file in files)
            entries = tuple(FileEntry(file.name, file.stat().st_size, "") for file in files)
        else:
            self.engine.scan(_FRESH, files)
            rows = check(table, _FRESH, lambda text: self.engine.arrow(text, {}).to_pylist())
            entries = tuple(file_entry(file) for file in files)
        root = None
        if seal:
            leaves = self.engine.arrow(leaves_text(table, _FRESH), {})
            root = merkle_root(leaves)
            write_leaves(leaves, folder)
        at = self._now().isoformat(timespec="seconds")
        with self._lock():
            there = self.current(table, **key)
            if frozen and there is not None:
                if there.manifest.recipe == recipe:
                    return there
                raise _frozen(there)
            manifest = Manifest(
                table=table.name,
                key=dict(key),
                revision=there.revision + 1 if there else 1,
                rows=rows,
                files=entries,
                recipe=recipe,
                fingerprint=fingerprint(recipe, str(rows), root or ""),
                inputs=sources,
                seal=root,
                created_at=at,
                note=dict(note),
            )
            manifest.write(folder)
            home = self._folder(table, key)
            home.mkdir(parents=True, exist_ok=True)
            path = home / f"r{manifest.revision}"
            folder.rename(path)
            if root is not None:
                self.chain.append(
                    table=table.name,
                    key=json.dumps(dict(key), sort_keys=True),
                    revision=manifest.revision,
                    rows=rows,
                    root=root,
                    name=manifest.fingerprint,
                    at=at,
                )
        return Partition(table, path, manifest)


def _frozen(there: Partition) -> DataError:
    return DataError(
        "store.frozen",
        Text(f"{there.name} 已封存，不能改写", f"{there.name} is sealed and cannot be rewritten"),
        Text(
            "封存后的名单不可更改；若来源数据有误，请登记更正，口径中会并列显示",
            "a sealed list never changes; enter a correction, which is shown beside it",
        ),
        where=str(there.path),
    )
