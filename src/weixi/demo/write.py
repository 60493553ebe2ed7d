"""Writing an extract: one file for each feed and month, and a manifest that names them all."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from weixi.demo import columns
from weixi.demo.actions import FIRST_USER
from weixi.demo.events import CHANNELS, EVENT_TYPES, NO_AMOUNT, Happened
from weixi.demo.lines import EPOCH, Array
from weixi.demo.place import Place
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel

EVENT_CODES = tuple(f"{k + 1:02d}" for k in range(len(EVENT_TYPES)))
CHANNEL_CODES = tuple(f"{k + 1}" for k in range(len(CHANNELS)))
LEVEL_CODES = tuple(f"{k + 1}" for k in range(len(OrgLevel)))


class Form(StrEnum):
    """The form of an extract's files; its value is their ending."""

    PARQUET = "parquet"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One file of an extract. `month` is YYYYMM, `rows` counts records, bad ones included."""

    path: str
    feed: str
    month: int
    rows: int
    bytes: int
    sha256: str


class Sink:
    """One file being written; it takes its name only when it is whole.

    Parquet: zstd, decimals as integers, one row group for each batch. CSV: UTF-8 without BOM, header, LF, text quoted.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._draft = path.with_name(f".{path.name}.part")
        self._writer: Any = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows. Every batch has the columns of the first."""
        if self.path.suffix == ".csv":
            batch = _plain(batch)
        if self._writer is None:
            self._writer = self._open(batch.schema)
        self._writer.write_batch(batch)
        self.rows += batch.num_rows

    def _open(self, schema: pa.Schema) -> Any:
        if self.path.suffix == ".csv":
            return pa.csv.CSVWriter(self._draft, schema)
        return pa.parquet.ParquetWriter(
            self._draft, schema, compression="zstd", compression_level=1, store_decimal_as_integer=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()
        if kind is None:
            self._draft.replace(self.path)
        else:
            self._draft.unlink(missing_ok=True)

    def written(self, feed: str, month: Month) -> WrittenFile:
        """What the manifest says of the whole file."""
        with self.path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = self.path.stat().st_size
        return WrittenFile(self.path.name, feed, month.number, self.rows, size, digest)


def write_manifest(
    folder: Path, name: str, files: list[WrittenFile], facts: Mapping[str, object], day: date | None = None
) -> None:
    """The manifest of an extract, replaced as one; written last, so that what it names is whole.

    `day` makes every file the feed of that day.
    """
    said = {} if day is None else {"day": day.isoformat()}
    content = {"name": name, **facts, "files": [{**asdict(file), **said} for file in files]}
    draft = folder / ".manifest.json.part"
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    draft.replace(folder / "manifest.json")


def event_batch(
    happened: Happened, serials: Array, month: Month, offers: list[str], agents: list[str]
) -> pa.RecordBatch:
    """Events as the operator's systems write them: local time, yuan, codes."""
    count = len(happened.row)
    start = np.datetime64(EPOCH, "s")
    moment = start + happened.day.astype("timedelta64[D]") + happened.second.astype("timedelta64[s]")
    return pa.RecordBatch.from_pydict(
        {
            "ACCT_MONTH": columns.words(np.zeros(count, dtype=np.int8), [str(month.number)]),
            "USER_ID": columns.key(FIRST_USER, serials[happened.row]),
            "EVT_TYPE": columns.words(happened.kind, EVENT_CODES),
            "EVT_TIME": pa.array(moment.astype("datetime64[s]")).cast(pa.string()),
            "AMT": columns.yuan(np.maximum(happened.amount, 0), happened.amount != NO_AMOUNT),
            "OFFER_ID": columns.words(np.maximum(happened.offer, 0), offers or [""], happened.offer >= 0),
            "CHNL_CD": columns.words(np.maximum(happened.channel, 0), CHANNEL_CODES, happened.channel >= 0),
            "STAFF_ID": columns.words(np.maximum(happened.agent, 0), agents, happened.agent >= 0),
        }
    )


def org_batch(place: Place, month: Month) -> pa.RecordBatch:
    """The tree, one row for each node."""
    nodes = place.nodes
    levels = tuple(OrgLevel)
    return pa.RecordBatch.from_pydict(
        {
            "ACCT_MONTH": pa.array([str(month.number)] * len(nodes)),
            "ORG_ID": pa.array([node.code for node in nodes]),
            "PARENT_ID": pa.array([node.parent for node in nodes], pa.string()),
            "ORG_LVL": pa.array([LEVEL_CODES[levels.index(node.level)] for node in nodes]),
            "ORG_NAME": pa.array([node.name for node in nodes]),
            "CAPACITY": pa.array([node.capacity for node in nodes], pa.int64()),
        }
    )


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with dictionaries as words and decimals as text."""
    arrays = [
        column.cast(pa.string())
        if pa.types.is_dictionary(column.type) or pa.types.is_decimal(column.type)
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)
