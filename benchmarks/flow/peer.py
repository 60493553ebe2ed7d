"""One hand-written peer in this process: `python -m benchmarks.flow.peer HOME MONTH STEP FOLDER [THREADS]`."""

import os
import re
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb

from benchmarks.flow.gauge import answer
from benchmarks.flow.hand import plan
from benchmarks.flow.home import inputs, number, plus

MEMORY_LIMIT = "1500MB"
HAND = Path(__file__).parent / "hand"


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """A connection with the settings that the engine has."""
    scratch.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "memory_limit": os.environ.get("WEIXI_MEMORY", MEMORY_LIMIT),
            "temp_directory": str(scratch),
            "autoinstall_known_extensions": False,
            "preserve_insertion_order": False,
            "TimeZone": "UTC",
        }
    )
    connection.execute("SET enable_progress_bar = false")
    return connection


def open_views(connection: duckdb.DuckDBPyConnection, home: Path, month: int, text: str) -> None:
    """Make the views that the text names."""
    words = set(re.findall(r"\w+", text))
    found = inputs(home, month)
    found["recent"] = [f for k in range(3) for f in found[f"history_{k}"]]
    found["earlier"] = [f for k in range(3, 6) for f in found[f"history_{k}"]]
    found["oldest"] = [f for k in range(6, 12) for f in found[f"history_{k}"]]
    for view, files in found.items():
        if view not in words or f"VIEW {view} " in text:
            continue
        empty = "" if files else " WHERE FALSE"
        listed = ", ".join(f"'{file}'" for file in files or found["line"])
        connection.execute(f"CREATE VIEW {view} AS SELECT * FROM read_parquet([{listed}]){empty}")


def variables(home: Path, month: int) -> dict[str, str]:
    """Name → SQL of every value that a peer may ask for by `getvariable`."""
    first = date(month // 100, month % 100, 1)
    after, later = plus(month, 1), plus(month, 2)
    plan_first = date(after // 100, after % 100, 1)
    plan_last = date(later // 100, later % 100, 1) - timedelta(days=1)
    return {
        "month": str(month),
        "month_1": str(plus(month, -1)),
        "months": str(month % 100),
        "plan_month": str(after),
        "first": f"DATE '{first}'",
        "as_of": f"DATE '{plan_first - timedelta(days=1)}'",
        "plan_first": f"DATE '{plan_first}'",
        "plan_last": f"DATE '{plan_last}'",
        "year_first": f"DATE '{plan_first.year}-01-01'",
        "base_last": f"DATE '{first.year - 1}-12-31'",
        "hash_key": f"'{(home / 'secret.key').read_text().strip()}'",
    }


def main(home: Path, month: int, step: str, folder: Path) -> None:
    """Run the peer of the step, its files into `folder`, and answer with the CPU seconds of its SQL."""
    folder.mkdir(parents=True, exist_ok=True)
    home = home.resolve()
    connection = connect(folder.resolve() / "spill")
    text = (HAND / f"{step}.sql").read_text() if step != "plan" else " ".join((plan.FOLD, plan.LAST))
    os.chdir(folder)
    given = variables(home, month)
    began = time.process_time()
    for name, value in given.items():
        connection.execute(f"SET VARIABLE {name} = {value}")
    open_views(connection, home, month, text)
    if step == "plan":
        plan.run(connection, given)
    else:
        connection.execute(text)
    answer({"cpu": time.process_time() - began})


if __name__ == "__main__":
    main(Path(sys.argv[1]), number(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
