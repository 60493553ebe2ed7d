"""The usual pandas script, in chunks: `python -m … FILE FOLDER`. Numbers and days are coerced, what fails is null."""

import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.flow.gauge import answer

MONEY = ["PLAN_FEE", "BILL_AMT", "BILL_AMT_BEF", "PAY_AMT", "BAL_AMT", "OWE_AMT", "VOICE_MIN", "DATA_MB"]
COUNTS = ["OWE_MON", "CALL_CNT", "SMS_CNT", "TERM_MON", "CPLT_CNT"]
DAYS = ["STATUS_DT", "EXIT_DT", "OPEN_DT", "AGRMT_END_DT", "SUBSIDY_END_DT"]
CHUNK = 250_000


def main(file: Path, folder: Path) -> None:
    """Read, coerce, write Parquet, and answer with how many rows came through; duplicates stay."""
    writer, rows = None, 0
    for frame in pd.read_csv(file, dtype=str, chunksize=CHUNK):
        for name in MONEY + COUNTS:
            frame[name] = pd.to_numeric(frame[name], errors="coerce")
        for name in DAYS:
            frame[name] = pd.to_datetime(frame[name], format="%Y-%m-%d", errors="coerce")
        table = pa.Table.from_pandas(frame, preserve_index=False)
        writer = writer or pq.ParquetWriter(folder / "out.parquet", table.schema)
        writer.write_table(table.cast(writer.schema))
        rows += table.num_rows
    if writer is not None:
        writer.close()
    answer({"rows": rows})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
