"""Whether two Parquet tables hold the same rows: `python -m benchmarks.flow.compare HOME MONTH FOLDER VIEW…`."""

import sys
from pathlib import Path

from benchmarks.flow.gauge import answer
from benchmarks.flow.home import inputs, number
from benchmarks.flow.peer import connect

SHOWN = 5


PARTS = {"kpi_lines": ("kpi", "calibre NOT LIKE 'warning_task%'")}
"""What a script writes that is a part of one of our tables: that table, and which rows of it."""


def differences(ours: list[Path], theirs: Path, scratch: Path, where: str = "TRUE") -> list[str]:
    """Up to five rows of each side that the other has not; empty where the tables are equal, order apart.

    Column names and types must be the same; the order of columns need not. `where` picks the rows of ours that count.
    """
    connection = connect(scratch)
    connection.read_parquet([str(file) for file in ours]).filter(where).create_view("a")
    connection.read_parquet([str(theirs)]).create_view("b")
    mine, other = (
        {name: kind for name, kind, *_ in connection.execute(f"DESCRIBE {view}").fetchall()} for view in "ab"
    )
    if mine != other:
        return [f"columns differ: ours {mine}, theirs {other}"]
    names = ", ".join(f'"{name}"' for name in mine)
    found = []
    for one, two, who in (("a", "b", "only ours"), ("b", "a", "only theirs")):
        rows = f"SELECT {names} FROM {one} EXCEPT ALL SELECT {names} FROM {two}"
        count = connection.execute(f"SELECT count(*) FROM ({rows})").fetchone()
        if count and count[0]:
            found.append(f"{who}: {count[0]} rows")
            sample = connection.execute(f"SELECT * FROM ({rows}) ORDER BY ALL LIMIT {SHOWN}").fetchall()
            found += [f"{who}: {dict(zip(mine, row, strict=True))}" for row in sample]
    return found


def main(home: Path, month: int, folder: Path, views: list[str]) -> None:
    """Compare each view's rows with the peer's file and answer with what differs."""
    found = inputs(home, month)
    said = {}
    for view in views:
        table, where = PARTS.get(view, (view, "TRUE"))
        said[view] = differences(found[table], folder / f"{view}.parquet", folder / "spill", where)
    answer({"different": {view: lines for view, lines in said.items() if lines}})


if __name__ == "__main__":
    main(Path(sys.argv[1]), number(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])
