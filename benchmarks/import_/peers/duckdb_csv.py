"""DuckDB's own reader, every column as text: `python -m … FILE FOLDER`."""

import os
import sys
from pathlib import Path

import duckdb

from benchmarks.flow.gauge import answer


def main(file: Path, folder: Path) -> None:
    """Copy the file to Parquet and answer with how many rows came through."""
    limit = os.environ.get("WEIXI_MEMORY", "1500MB")
    connection = duckdb.connect(config={"memory_limit": limit, "preserve_insertion_order": False})
    target = folder / "out.parquet"
    connection.execute(
        f"COPY (SELECT * FROM read_csv('{file}', all_varchar = true, header = true, delim = ',', quote = '\"', "
        f"escape = '\"')) TO '{target}' (FORMAT parquet, COMPRESSION snappy)"
    )
    rows = connection.execute(f"SELECT count(*) FROM read_parquet('{target}')").fetchall()[0][0]
    answer({"rows": rows})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
