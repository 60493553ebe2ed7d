"""Rows of subscribers as a file that leaves the engine."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv


def write_lines(rows: pa.Table, path: Path) -> None:
    """Write the rows as CSV with the mark that spreadsheets ask for; the file appears when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    with draft.open("wb") as stream:
        stream.write("\ufeff".encode())
        arrow_csv.write_csv(rows, stream)
    draft.replace(path)
