"""The benchmark's file: one month of a simulated operator in forty columns, bad rows planted at known lines."""

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.flow.gauge import measure
from benchmarks.import_.truth import COLUMNS, COPY, KINDS, line_of
from weixi.demo.planted import STRANGER

MONTH = "2026-01"
BASE_ROWS = 1_000_000
"""Rows that are simulated; a longer file repeats them as other people, with keys of their own."""

ONE_PLANTED_IN = 500
NUMBERS = 18_900_000_000
"""The numbers of planted rows: no other row has them."""

CHUNK = 50_000
STEPS = {
    "USER_ID": 10**7,
    "CERT_NO": 10**14,
    "ACCT_ID": 10**7,
    "FAMILY_ID": 10**7,
    "SERIAL_NUMBER": 10**8,
}
"""What a repetition adds to each key."""


@dataclass(frozen=True, slots=True)
class Made:
    """The file, and the folder with what is known of it: `planted.parquet` and `facts.json`.

    `clean` is the same file without the planted rows, for readers that stop at them.
    """

    path: Path
    clean: Path
    truth: Path
    rows: int
    planted: dict[str, int]

    @property
    def bad(self) -> int:
        """How many rows must be refused."""
        return sum(count for name, count in self.planted.items() if KINDS[name].reason is not None)


def make(folder: Path, rows: int, seed: int) -> Made:
    """The file of so many records, the same for the same seed; it is made once and kept."""
    path, truth = folder / f"subscriber_{rows}_{seed}.csv", folder / f"truth_{rows}_{seed}"
    facts, clean = truth / "facts.json", folder / f"clean_{rows}_{seed}.csv"
    if not facts.exists():
        shutil.rmtree(truth, ignore_errors=True)
        truth.mkdir(parents=True)
        base = _base(folder, min(rows, BASE_ROWS), seed)
        with path.open("wb") as stream, clean.open("wb") as good:
            planted = _Writer(stream, good, seed).write(base, rows)
        pq.write_table(planted, truth / "planted.parquet", compression="zstd")
        counts = {name: pc.sum(pc.equal(planted["kind"], name)).as_py() for name in KINDS}
        facts.write_text(json.dumps({"rows": rows, "planted": counts}))
    return Made(path, clean, truth, rows, json.loads(facts.read_text())["planted"])


def _base(folder: Path, rows: int, seed: int) -> pa.Table:
    """The good rows of a simulated month, as text."""
    extract = folder / f"base_{rows}_{seed}"
    if not (extract / "manifest.json").exists():
        shutil.rmtree(extract, ignore_errors=True)
        simulate = [sys.executable, "-m", "weixi", "simulate", "--months", "1", "--start", MONTH]
        size = ["--subscribers", str(max(1_000, rows)), "--seed", str(seed), "--out", str(extract)]
        measure([*simulate, *size])
        shutil.rmtree(folder / f"base_{rows}_{seed}_truth", ignore_errors=True)
    table = pq.read_table(next(extract.glob("subscriber_*.parquet")), columns=list(COLUMNS))
    users = table["USER_ID"].combine_chunks().cast(pa.int64()).to_numpy()
    _, first = np.unique(users, return_index=True)
    kept = np.sort(first[users[first] < STRANGER])
    return table.take(pa.array(kept)).combine_chunks()


class _Writer:
    """Writes the file chunk by chunk: good rows, and after some of them a planted one, the kinds in turn."""

    def __init__(self, stream: BinaryIO, clean: BinaryIO, seed: int) -> None:
        self._stream = stream
        self._clean = clean
        self._rng = np.random.default_rng(seed)
        self._line = 1
        self._planted: list[tuple[int, str, bytes]] = []

    def write(self, base: pa.Table, rows: int) -> pa.Table:
        """Write so many records; `line`, `kind` and `text` (bytes) of every planted one, by line."""
        self._put(",".join(COLUMNS).encode() + b"\n")
        self._clean.write(",".join(COLUMNS).encode() + b"\n")
        left = rows
        for table in _repeated(base):
            for start in range(0, table.num_rows, CHUNK):
                chunk = table.slice(start, CHUNK)
                count = min(chunk.num_rows, left)
                self._chunk(chunk, count, planted=count // ONE_PLANTED_IN)
                left -= count
            if not left:
                break
        lines, kinds, texts = zip(*self._planted, strict=True)
        return pa.table({"line": lines, "kind": kinds, "text": pa.array(texts, pa.binary())})

    def _chunk(self, chunk: pa.Table, count: int, *, planted: int) -> None:
        if not count:
            return
        good = count - planted
        lines = _lines(chunk.slice(0, good))
        data = lines.buffers()[2].to_pybytes()
        self._clean.write(data)
        ends = np.frombuffer(lines.buffers()[1], np.int32, good + 1)[1:].tolist()
        places = np.sort(self._rng.choice(good, planted, replace=False))
        at = 0
        for place, row in zip(places.tolist(), chunk.take(pa.array(places)).to_pylist(), strict=True):
            self._put(data[at : ends[place]])
            at = ends[place]
            self._plant(row)
        self._put(data[at:])

    def _plant(self, row: dict[str, str | None]) -> None:
        name = list(KINDS)[len(self._planted) % len(KINDS)]
        text = {column: value or "" for column, value in row.items()}
        if name != COPY:
            text["USER_ID"] = str(STRANGER + len(self._planted))
            text["SERIAL_NUMBER"] = str(NUMBERS + len(self._planted))
        line = line_of(KINDS[name], text)
        self._planted.append((self._line, name, line))
        self._put(line + b"\n")

    def _put(self, data: bytes) -> None:
        self._stream.write(data)
        self._line += data.count(b"\n")


def _repeated(base: pa.Table) -> Iterator[pa.Table]:
    """The base as text again and again, each time with keys of its own."""
    text = pa.table([column.cast(pa.string()) for column in base.columns], base.schema.names).combine_chunks()
    turn = 0
    while True:
        table = text
        for name, step in STEPS.items():
            shifted = pc.add(text[name].cast(pa.int64()), turn * step).cast(pa.string())
            table = table.set_column(table.schema.get_field_index(name), name, shifted)
        yield table
        turn += 1


def _lines(table: pa.Table) -> pa.Array:
    """Each row as its line, with the line's end."""
    columns = [column.combine_chunks().fill_null("") for column in table.columns]
    return pc.binary_join_element_wise(pc.binary_join_element_wise(*columns, ","), "", "\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
