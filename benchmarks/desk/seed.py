"""A plan of as many tasks as asked for: the latest one with its rows repeated, as a new sealed revision.

`python -m benchmarks.desk.seed HOME TASKS`
"""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.flow.gauge import answer
from weixi.engine import Partition, Store, open_engine
from weixi.flow.decision import PLAN, PLAN_LINE


def main(home: Path, tasks: int) -> None:
    """Write the revision; its tasks lie where the plan's own do, none of them held out or silenced more often."""
    store = Store(home, open_engine("duckdb", home / "scratch"))
    plan = max(store.partitions(PLAN), key=lambda p: int(p.key["month"]))
    lines = store.require(PLAN_LINE, month=plan.key["month"])
    times = -(-tasks // plan.manifest.rows)
    made = repeated(_read(plan), times).slice(0, tasks)
    kept = repeated(_read(lines), times)
    kept = kept.filter(pc.is_in(kept["task_id"], made["task_id"].combine_chunks()))
    for partition, rows in ((plan, made), (lines, kept)):
        store.put(
            partition.table,
            partition.key,
            rows.to_batches(),
            origin=f"bench {tasks}",
            seal=True,
            note=partition.manifest.note,
        )
    store.engine.close()
    answer({"tasks": made.num_rows, "lines": kept.num_rows, "planned": plan.manifest.rows})


def repeated(rows: pa.Table, times: int) -> pa.Table:
    """The rows so many times over, each repetition under task ids of its own."""
    at = rows.schema.get_field_index("task_id")
    copies = [rows]
    for number in range(1, times):
        ids = pc.binary_join_element_wise(rows["task_id"], f"x{number}", "-")
        copies.append(rows.set_column(at, rows.schema.field(at), ids))
    return pa.concat_tables(copies)


def _read(partition: Partition) -> pa.Table:
    return pq.read_table(partition.files, partitioning=None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
