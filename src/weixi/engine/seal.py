"""Seals: a SHA-256 per row in SQL, a Merkle root per partition, a chain over all seals."""

import hashlib
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from weixi.dialect.types import ColumnType
from weixi.engine.schema import Column, Table
from weixi.kernel.ids import fingerprint

LEAVES = "leaves.parquet"
BLOCK = 1024
"""Rows under one inner node of the tree."""


def leaves_text(table: Table, view: str) -> str:
    """The SQL that gives the row key and the row's SHA-256, in key order.

    A value enters as its length, a colon and its text, a null as `~`, so that no two rows read alike. Engines write a
    DOUBLE in different ways: it enters as its whole part and its billionths.
    """
    parts = ", ".join(_value_text(column) for column in table.columns)
    key = ", ".join(table.key)
    return f"SELECT {key}, sha256(concat({parts})) AS row_sha256 FROM {view} ORDER BY {key}"


def _value_text(column: Column) -> str:
    name = column.name
    match column.type:
        case ColumnType.VARCHAR:
            text = name
        case ColumnType.DOUBLE:
            whole = f"CAST(CAST(floor({name}) AS BIGINT) AS VARCHAR)"
            rest = f"CAST(CAST(round(({name} - floor({name})) * 1000000000) AS BIGINT) AS VARCHAR)"
            text = f"{whole} || ' ' || {rest}"
        case _:
            text = f"CAST({name} AS VARCHAR)"
    return f"COALESCE(concat(CAST(length({text}) AS VARCHAR), ':', {text}), '~')"


def merkle_root(leaves: pa.Table) -> str:
    """The root over the `row_sha256` column in its order: blocks of 1,024 rows, then the blocks."""
    digests = leaves.column("row_sha256").combine_chunks()
    top = hashlib.sha256()
    for start in range(0, len(digests), BLOCK):
        block = "".join(digests.slice(start, BLOCK).to_pylist())
        top.update(hashlib.sha256(block.encode()).digest())
    return top.hexdigest()


def write_leaves(leaves: pa.Table, folder: Path) -> None:
    """Keep the leaves beside the sealed rows, so that a changed row can be named."""
    pq.write_table(leaves, folder / LEAVES, compression="zstd")


@dataclass(frozen=True, slots=True)
class Link:
    """One seal in the chain; `digest` covers the link and the digest before it."""

    number: int
    table: str
    key: str
    revision: int
    rows: int
    root: str
    fingerprint: str
    sealed_at: str
    previous: str
    digest: str

    def expected(self) -> str:
        """The digest that the link's own content demands."""
        content = asdict(self)
        del content["digest"]
        return fingerprint(*(str(content[name]) for name in sorted(content)))


class Chain:
    """The append-only file of seals."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def links(self) -> Iterator[Link]:
        """Every link in order."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as stream:
            for line in stream:
                yield Link(**json.loads(line))

    def append(
        self, *, table: str, key: str, revision: int, rows: int, root: str, name: str, at: str
    ) -> Link:
        """Add one seal; the caller holds the store's lock."""
        last = deque(self.links(), maxlen=1)
        bare = Link(
            number=last[0].number + 1 if last else 1,
            table=table,
            key=key,
            revision=revision,
            rows=rows,
            root=root,
            fingerprint=name,
            sealed_at=at,
            previous=last[0].digest if last else "",
            digest="",
        )
        link = Link(**{**asdict(bare), "digest": bare.expected()})
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(link), ensure_ascii=False) + "\n")
        return link
