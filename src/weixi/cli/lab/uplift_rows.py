"""One uplift a row, as a file."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from weixi.flow.score import UpliftAssay


def write_rows(found: UpliftAssay, out: Path) -> None:
    """One row for each row of the answer: the key as it was given (else its number from 1), each arm's uplift, verdict.

    Parquet by the file's ending, else CSV.
    """
    key = found.request.key
    columns: dict[str, object] = (
        {"row": np.arange(1, found.answered + 1)}
        if key is None or found.keys is None
        else {key: pa.array(found.keys, pa.string())}
    )
    for each in found.studies:
        end = f"_{each.arm}" if len(found.studies) > 1 else ""
        columns[f"uplift{end}"] = pa.array(each.uplift, from_pandas=True)
        columns[f"effect{end}"] = pa.array(each.effect)
    rows = pa.table(columns)
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix == ".parquet":
        pq.write_table(rows, out)
    else:
        arrow_csv.write_csv(rows, out)
