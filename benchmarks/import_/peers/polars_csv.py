"""The usual polars script, streamed: `python -m … FILE FOLDER`. Numbers and days are coerced, what fails is null."""

import sys
from pathlib import Path

import polars as pl

from benchmarks.flow.gauge import answer
from benchmarks.import_.peers.pandas_csv import COUNTS, DAYS, MONEY


def main(file: Path, folder: Path) -> None:
    """Read, coerce, write Parquet, and answer with how many rows came through; duplicates stay."""
    frame = pl.scan_csv(file, infer_schema=False).with_columns(
        pl.col(MONEY).cast(pl.Decimal(18, 2), strict=False),
        pl.col(COUNTS).cast(pl.Int64, strict=False),
        pl.col(DAYS).str.to_date("%Y-%m-%d", strict=False),
    )
    frame.sink_parquet(folder / "out.parquet")
    answer({"rows": pl.scan_parquet(folder / "out.parquet").select(pl.len()).collect().item()})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
