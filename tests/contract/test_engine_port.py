"""One suite for every engine behind the port."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Engine, Part, Store, Stream, Table, columns_sql
from weixi.engine.verify import verify
from weixi.engine.wire import arrow_schema
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

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
SEAL = "79e7edbcffdaeb9aee8aeb40eba417e60ddad3de1fa2283ca454f9d53c8ba5aa"
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


def test_rows_in_passing_are_read_once_by_one_statement(engine: Engine, tmp_path: Path) -> None:
    store = Store(tmp_path / "home", engine)
    content = pa.Table.from_pylist(CONTENT, arrow_schema(ROWS)).to_batches()
    source = Stream(ROWS, lambda: iter(content), "test")
    text = f"SELECT {columns_sql(ROWS)} FROM given WHERE id > $least"
    made = store.write(ROWS, {"month": 202501}, text, inputs={"given": source}, parameters={"least": 0})
    read = store.rows(f"SELECT {columns_sql(ROWS)} FROM made ORDER BY id", inputs={"made": made})
    assert read == [row for row in CONTENT if row["id"] == 1 or row["id"] == 2]


def test_what_rows_in_passing_raise_is_raised_as_it_is(engine: Engine, tmp_path: Path) -> None:
    def broken() -> Iterator[pa.RecordBatch]:
        yield from pa.Table.from_pylist(CONTENT, arrow_schema(ROWS)).to_batches()
        raise DataError("extract.broken", Text("坏", "broken"), Text("重传", "send again"), where="a.csv")

    store = Store(tmp_path / "home", engine)
    source = Stream(ROWS, broken, "test")
    with pytest.raises(DataError, match="broken") as raised:
        store.write(
            ROWS, {"month": 202501}, f"SELECT {columns_sql(ROWS)} FROM given", inputs={"given": source}
        )
    assert raised.value.where == "a.csv"
    assert store.current(ROWS, month=202501) is None


def test_several_statements_make_one_partition(engine: Engine, tmp_path: Path) -> None:
    store = Store(tmp_path / "home", engine)
    content = pa.Table.from_pylist(CONTENT, arrow_schema(ROWS)).to_batches()
    whole = store.put(ROWS, {"month": 202501}, content, origin="test")
    text = f"SELECT {columns_sql(ROWS)} FROM given WHERE id BETWEEN $low AND $high"
    parts = [
        Part(text, {"low": -9, "high": 0}, as_written=True),
        Part(text, {"low": 1, "high": 1}),
        Part(f"SELECT {columns_sql(ROWS)} FROM given WHERE id > 1"),
    ]
    made = store.write(ROWS, {"month": 202502}, parts, inputs={"given": whole})
    read = store.rows(f"SELECT {columns_sql(ROWS)} FROM made ORDER BY id", inputs={"made": made})
    assert read == sorted(CONTENT, key=lambda row: row["id"])
    assert store.write(ROWS, {"month": 202502}, parts, inputs={"given": whole}).revision == 1
    assert store.write(ROWS, {"month": 202502}, parts[:2], inputs={"given": whole}).revision == 2
