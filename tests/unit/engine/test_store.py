"""The store: written once, checked, named by what it was made from."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Partition, Store, Table, open_engine
from weixi.engine.wire import arrow_schema
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.terms import Grade

SOURCE = Table(
    "source",
    "one line",
    ("month",),
    ("line_id",),
    (
        Column("line_id", T.BIGINT, "id", required=True),
        Column("bill_fen", T.BIGINT, "bill", minimum=0),
        Column("grade", T.VARCHAR, "grade", values=Grade),
    ),
)
DERIVED = Table(
    "derived", "one line", ("month",), ("line_id",), (Column("line_id", T.BIGINT, "id", required=True),)
)


def put(
    store: Store, rows: list[tuple[int | None, int | None, str | None]], origin: str = "test"
) -> Partition:
    names = ["line_id", "bill_fen", "grade"]
    table = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], arrow_schema(SOURCE))
    return store.put(SOURCE, {"month": 202501}, table.to_batches(), origin=origin)


def test_same_origin_is_written_once_and_another_makes_a_revision(store: Store) -> None:
    first = put(store, [(1, 5, "KEY")])
    assert put(store, [(2, 6, "KEY")]).path == first.path
    second = put(store, [(2, 6, "KEY")], origin="restated")
    assert (first.revision, second.revision) == (1, 2)
    assert store.require(SOURCE, month=202501).fingerprint == second.fingerprint
    assert first.files[0].exists()


def test_a_derived_partition_is_remade_only_when_an_input_or_the_text_changes(store: Store) -> None:
    source = put(store, [(1, 5, None), (2, 6, None)])
    text = "SELECT line_id FROM line WHERE bill_fen > $least"

    def derive(least: int, partition: Partition) -> Partition:
        return store.write(
            DERIVED, {"month": 202501}, text, inputs={"line": partition}, parameters={"least": least}
        )

    first = derive(5, source)
    assert first.manifest.rows == 1
    assert derive(5, source).revision == 1
    assert derive(4, source).revision == 2
    assert derive(4, put(store, [(9, 9, None)], origin="new")).revision == 3


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([(None, 1, None)], "null line_id"),
        ([(1, -1, None)], "low bill_fen"),
        ([(1, 1, "GOLD")], "word grade"),
        ([(1, 1, None), (1, 2, None)], "duplicate key"),
    ],
)
def test_rows_that_break_the_schema_are_refused_and_nothing_is_left(
    store: Store, rows: list[tuple[int | None, int | None, str | None]], named: str
) -> None:
    with pytest.raises(DataError) as fault:
        put(store, rows)
    assert named in fault.value.what.en
    assert store.current(SOURCE, month=202501) is None
    assert list((store.home / "scratch").iterdir()) == []


def test_a_frozen_partition_refuses_another_recipe(store: Store) -> None:
    source = put(store, [(1, 5, None)])

    def freeze(text: str) -> Partition:
        return store.write(DERIVED, {"month": 202501}, text, inputs={"line": source}, seal=True, frozen=True)

    sealed = freeze("SELECT line_id FROM line")
    assert freeze("SELECT line_id FROM line").fingerprint == sealed.fingerprint
    with pytest.raises(DataError, match=r"store\.frozen"):
        freeze("SELECT line_id FROM line WHERE bill_fen > 0")


def test_two_writers_of_one_frozen_partition_leave_the_first_as_it_is(store: Store) -> None:
    """The second began before the first was there: an entry of a ledger must not be written over."""

    def late(rows: Callable[[], object]) -> Iterator[pa.RecordBatch]:
        rows()
        yield from pa.table({"line_id": pa.array([2], pa.int64())}).to_batches()

    def first() -> Partition:
        batches = pa.table({"line_id": pa.array([1], pa.int64())}).to_batches()
        return store.put(DERIVED, {"month": 202501}, batches, origin="first", seal=True, frozen=True)

    with pytest.raises(DataError, match=r"store\.frozen"):
        store.put(DERIVED, {"month": 202501}, late(first), origin="second", seal=True, frozen=True)
    there = store.require(DERIVED, month=202501)
    assert there.revision == 1
    assert store.rows("SELECT line_id FROM line", inputs={"line": there}) == [{"line_id": 1}]
    assert len(list(store.chain.links())) == 1


def test_a_secret_changes_the_recipe_and_is_stored_nowhere(store: Store) -> None:
    source = put(store, [(1, 5, None)])
    text = "SELECT line_id FROM line WHERE sha256(concat($salt, CAST(line_id AS VARCHAR))) >= '0'"
    made = [
        store.write(DERIVED, {"month": 202501}, text, inputs={"line": source}, secrets={"salt": salt})
        for salt in ("0123456789abcdef", "fedcba9876543210")
    ]
    assert made[1].revision == 2
    written = "".join(path.read_text(errors="replace") for path in store.home.rglob("*") if path.is_file())
    assert "0123456789abcdef" not in written


def test_the_hash_key_is_made_once_and_private(store: Store) -> None:
    key = store.hash_key
    assert len(key) == 22
    assert store.hash_key == key
    assert (store.home / "secret.key").stat().st_mode & 0o077 == 0


def test_a_missing_partition_says_what_to_run(store: Store) -> None:
    with pytest.raises(DataError) as fault:
        store.require(SOURCE, month=202502)
    assert "weixi import" in fault.value.remedy.en


def test_a_partition_of_an_earlier_release_says_what_it_lacks(store: Store) -> None:
    put(store, [(1, 5, None)])
    today = replace(SOURCE, columns=(*SOURCE.columns, Column("balance_fen", T.BIGINT, "balance")))
    with pytest.raises(DataError) as caught:
        store.rows("SELECT line_id FROM line", inputs={"line": store.require(today, month=202501)})
    assert caught.value.code == "store.columns"
    assert "balance_fen" in caught.value.what.zh
    assert "--home" in caught.value.remedy.en


def test_an_unknown_engine_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"engine\.unknown"):
        open_engine("oracle", tmp_path)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("SELECT bill_fen FROM line", "line_id"),
        ("SELECT CAST(line_id AS VARCHAR) AS line_id FROM line", "VARCHAR"),
        ("SELECT CAST(line_id AS DOUBLE) AS line_id FROM line", "DOUBLE"),
    ],
)
def test_a_statement_of_another_shape_is_refused_before_it_runs(store: Store, text: str, named: str) -> None:
    source = put(store, [(1, 5, None)])
    with pytest.raises(DataError, match=r"store\.types") as fault:
        store.write(DERIVED, {"month": 202501}, text, inputs={"line": source})
    assert named in fault.value.what.en
