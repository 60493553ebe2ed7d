"""Seals: what was changed is named to the row, what is corrupt by name."""

import json

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Partition, Store, Table
from weixi.engine.verify import verify
from weixi.engine.wire import arrow_schema

LIST = Table(
    "list",
    "one sealed line",
    ("month",),
    ("line_id",),
    (Column("line_id", T.BIGINT, "id", required=True), Column("owner", T.VARCHAR, "owner")),
)
TABLES = {"list": LIST}


@pytest.fixture
def sealed(store: Store) -> Partition:
    rows = pa.Table.from_pylist(
        [{"line_id": i, "owner": f"o{i % 7}"} for i in range(3000)], arrow_schema(LIST)
    )
    return store.put(LIST, {"month": 202412}, rows.to_batches(), origin="test", seal=True)


def places(store: Store) -> list[str]:
    return [finding.where for finding in verify(store, TABLES).findings]


@pytest.mark.req("P9")
def test_an_untouched_store_has_no_findings(store: Store, sealed: Partition) -> None:
    report = verify(store, TABLES)
    assert (report.links, report.partitions, report.rows, report.findings) == (1, 1, 3000, ())


@pytest.mark.req("P9")
def test_a_changed_value_is_named_to_the_row(store: Store, sealed: Partition) -> None:
    file = sealed.files[0]
    rows = pq.read_table(file)
    owner = pc.if_else(pc.equal(rows["line_id"], 1234), "someone else", rows["owner"])
    pq.write_table(rows.set_column(1, "owner", owner), file)
    found = places(store)
    assert any("line_id=1234" in place for place in found)
    assert sum("line_id=" in place for place in found) == 1


def test_removed_and_added_rows_are_named(store: Store, sealed: Partition) -> None:
    file = sealed.files[0]
    rows = pq.read_table(file)
    kept = rows.filter(pc.not_equal(rows["line_id"], 7))
    more = pa.Table.from_pylist([{"line_id": 9999, "owner": "x"}], rows.schema)
    pq.write_table(pa.concat_tables([kept, more]), file)
    found = " ".join(places(store))
    assert "line_id=7" in found
    assert "line_id=9999" in found


def test_a_change_hidden_by_a_new_manifest_is_still_found(store: Store, sealed: Partition) -> None:
    """Whoever rewrites rows, leaves and manifest together still meets the chain."""
    file = sealed.files[0]
    rows = pq.read_table(file)
    pq.write_table(rows.slice(1), file)
    manifest = json.loads((sealed.path / "manifest.json").read_text())
    manifest["seal"] = "0" * 64
    manifest["rows"] = 2999
    (sealed.path / "manifest.json").write_text(json.dumps(manifest))
    assert any("line_id=0" in place for place in places(store))


def test_a_corrupt_file_is_named(store: Store, sealed: Partition) -> None:
    file = sealed.files[0]
    file.write_bytes(file.read_bytes()[:200])
    assert str(file) in places(store)


def test_a_removed_partition_and_a_broken_chain_are_found(store: Store, sealed: Partition) -> None:
    chain = store.home / "seals.jsonl"
    link = json.loads(chain.read_text())
    link["rows"] = 1
    chain.write_text(json.dumps(link) + "\n")
    (sealed.path / "manifest.json").unlink()
    found = places(store)
    assert "seals.jsonl:1" in found
    assert any("list" in place and "r1" in place for place in found)


def test_a_content_sealed_again_after_another_one_is_in_the_chain(store: Store, sealed: Partition) -> None:
    """The same rows come back by the same recipe: two revisions, one fingerprint, a link for each."""
    other = pa.Table.from_pylist([{"line_id": 1, "owner": "x"}], arrow_schema(LIST))
    store.put(LIST, {"month": 202412}, other.to_batches(), origin="other", seal=True)
    rows = pq.read_table(sealed.files[0])
    again = store.put(LIST, {"month": 202412}, rows.to_batches(), origin="test", seal=True)
    assert (again.revision, again.fingerprint) == (3, sealed.fingerprint)
    assert places(store) == []
