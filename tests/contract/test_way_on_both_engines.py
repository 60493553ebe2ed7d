"""The whole way on DuckDB and on Spark: every partition of every table is equal, row by row and seal by seal."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weixi.demo.walk import operator_for, walk
from weixi.engine import Partition, Store, open_engine
from weixi.flow.run import TABLES, open_playbook
from weixi.kernel.period import Month

HISTORY, ASSESSED = 2, 1
PLANS = {"seeds": (["work_plan", "care_scheme"], 2000), "today": (["today"], 1000)}
"""What is walked: the playbooks and how many subscribers; `today` adds quotas, channels of a level and loads."""


WRITTEN_BY_PEOPLE = {"correction", "kpi_restated", "official", "official_line"}
"""Tables that no month writes by itself: appeals with their restated KPIs, and official values brought in."""


def walked(engine: str, root: Path, plan: str) -> Store:
    """A store after two months of history and one assessed month; the same operator and hash key for every engine."""
    home = root / engine
    home.mkdir()
    (home / "secret.key").write_text("5a" * 32)
    store = Store(home, open_engine(engine, root / "scratch" / engine))
    names, subscribers = PLANS[plan]
    playbook = open_playbook(names)
    first = Month.of(2025, 1)
    operator = operator_for(playbook, subscribers, 11, first.plus(-HISTORY), home / "extract", home / "days")
    for _ in walk(store, playbook, operator, history=HISTORY, months=ASSESSED, days=2):
        pass
    store.engine.close()
    return store


def rows(partition: Partition) -> pa.Table:
    """The partition's rows in key order."""
    table = pa.concat_tables(pq.read_table(file, partitioning=None) for file in partition.files)
    return table.sort_by([(name, "ascending") for name in partition.table.key]).combine_chunks()


@pytest.mark.spark
@pytest.mark.parametrize("plan", PLANS)
def test_every_table_is_row_equal(plan: str, tmp_path: Path) -> None:
    duckdb, spark = (walked(engine, tmp_path, plan) for engine in ("duckdb", "spark"))
    compared = 0
    for name, table in TABLES.items():
        for here, there in zip(duckdb.partitions(table), spark.partitions(table), strict=True):
            one, other = rows(here), rows(there)
            assert one.schema.names == other.schema.names
            for column in one.schema.names:
                assert one[column].equals(other[column]), f"{name} {dict(here.key)} {column}"
            assert here.manifest.seal == there.manifest.seal
            assert here.fingerprint == there.fingerprint
            compared += one.num_rows
    assert compared > 20 * PLANS[plan][1]
    assert {name for name, table in TABLES.items() if not duckdb.partitions(table)} == WRITTEN_BY_PEOPLE
