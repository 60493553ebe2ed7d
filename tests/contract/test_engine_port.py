"""One suite for every engine behind the port."""

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Engine, Store, Table
from weixi.engine.verify import verify
from weixi.engine.wire import arrow_schema

ROWS = Table(
    "rows",
    "one row of every type",
    ("month",),
    ("id",),
    (
        Column("id", T.BIGINT, "id", required=True),
        Column("small", T.INTEGER, "small number"),
        Column("name", T.VARCHAR, "text"),
        Column("share", T.DOUBLE, "share"),
        Column("flag", T.BOOLEAN, "flag"),
        Column("day", T.DATE, "day"),
        Column("moment_at", T.TIMESTAMP, "moment"),
    ),
)
SEAL = "ef971e513c4727838c1b3ad955df502c6f24b8658e2f4bd906272d16e53248f6"
CONTENT = [
    {
        "id": 1,
        "small": 7,
        "name": "王小明",
        "share": 0.25,
        "flag": True,
        "day": date(2025, 1, 31),
        "moment_at": datetime(2025, 1, 31, 16, 0, 1),
    },
    {"id": 2, "small": None, "name": None, "share": None, "flag": None, "day": None, "moment_at": None},
    {
        "id": -3,
        "small": -1,
        "name": "a'b",
        "share": -1.5,
        "flag": False,
        "day": date(1999, 12, 31),
        "moment_at": None,
    },
]


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "in.parquet"
    pq.write_table(pa.Table.from_pylist(CONTENT, arrow_schema(ROWS)), file)
    return file


def test_rows_of_every_type_come_back_as_they_went_in(engine: Engine, rows: Path, tmp_path: Path) -> None:
    engine.scan("source_rows", [rows])
    out = tmp_path / "out"
    out.mkdir()
    engine.materialize("SELECT id, small, name, share, flag, day, moment_at FROM source_rows", {}, out)
    read = pq.read_table(sorted(out.glob("*.parquet"))).sort_by("id")
    assert read.to_pylist() == sorted(CONTENT, key=lambda row: row["id"])
    assert read.schema.types == arrow_schema(ROWS).types


def test_several_files_are_one_view(engine: Engine, rows: Path) -> None:
    engine.scan("twice", [rows, rows])
    text = "SELECT CAST(count(*) AS BIGINT) AS n FROM twice"
    assert engine.arrow(text, {}).to_pylist() == [{"n": 6}]


def test_values_are_bound_and_never_read_as_sql(engine: Engine, rows: Path) -> None:
    engine.scan("source_rows", [rows])
    text = "SELECT id FROM source_rows WHERE name = $name AND day > $since"
    assert engine.arrow(text, {"name": "a'b", "since": date(1999, 1, 1)}).to_pylist() == [{"id": -3}]
    assert engine.arrow(text, {"name": "' OR 1=1 --", "since": date(1999, 1, 1)}).num_rows == 0


def test_a_seal_is_the_same_on_every_engine(engine: Engine, tmp_path: Path) -> None:
    store = Store(tmp_path / "home", engine)
    content = pa.Table.from_pylist(CONTENT, arrow_schema(ROWS)).to_batches()
    sealed = store.put(ROWS, {"month": 202501}, content, origin="test", seal=True)
    assert sealed.manifest.seal == SEAL
    assert verify(store, {"rows": ROWS}).findings == ()
