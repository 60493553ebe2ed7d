"""A plan of as many tasks as asked for: the latest one with its rows repeated, as a new sealed revision.

`python -m benchmarks.desk.seed HOME TASKS`
"""

import sys
from pathlib import Path

from benchmarks.flow.gauge import answer
from weixi.engine import Part, Partition, Store, open_engine
from weixi.flow.decision import ALLOCATION, PLAN, PLAN_LINE


def main(home: Path, tasks: int) -> None:
    """Write the revision; its tasks lie where the plan's own do, none of them held out or silenced more often.

    It stands on the same allocation, whose certificate is not of the repetitions.
    """
    store = Store(home, open_engine("duckdb", home / "scratch"))
    plan = max(store.partitions(PLAN), key=lambda p: int(p.key["month"]))
    lines = store.require(PLAN_LINE, month=plan.key["month"])
    allocation = store.current(ALLOCATION, month=plan.key["month"])
    on = {"plan": plan, **({"allocation": allocation} if allocation is not None else {})}
    made = _repeated(store, plan, on, plan.manifest.rows, tasks)
    kept = _repeated(store, lines, {**on, "line": lines}, plan.manifest.rows, tasks)
    store.engine.close()
    answer({"tasks": made.manifest.rows, "lines": kept.manifest.rows, "planned": plan.manifest.rows})


def _repeated(
    store: Store, partition: Partition, inputs: dict[str, Partition], planned: int, tasks: int
) -> Partition:
    """The rows of the partition under the tasks of each repetition, whose ids are their own; the last one is cut."""
    view = "line" if "line" in inputs else "plan"
    parts = []
    for number in range(-(-tasks // planned)):
        taken = min(planned, tasks - number * planned)
        named = f"concat('x{number}-', r.task_id) AS task_id" if number else "r.task_id"
        columns = ", ".join(named if c.name == "task_id" else f"r.{c.name}" for c in partition.table.columns)
        parts.append(
            Part(
                f"SELECT {columns} FROM {view} AS r JOIN (SELECT p.task_id FROM plan AS p ORDER BY p.task_id "
                f"LIMIT {taken}) AS cut ON cut.task_id = r.task_id"
            )
        )
    return store.write(
        partition.table, partition.key, parts, inputs=inputs, seal=True, note=partition.manifest.note
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
