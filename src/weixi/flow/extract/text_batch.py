"""The batches that every reader makes: file, line, fault, text, and the operator's columns as text."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weixi.flow.extract.record import BadRecord

BATCH_ROWS = 16_384
_ASCII = 128
FILE, LINE, FAULT, TEXT = "row_file", "row_line", "row_fault", "row_text"


def good_batch(number: int, lines: pa.Array, columns: Sequence[pa.Array]) -> pa.RecordBatch:
    """Records that were split: their lines and the text of their columns."""
    count = len(lines)
    return pa.RecordBatch.from_arrays(
        [
            pa.array(np.full(count, number, np.int32)),
            lines,
            pa.nulls(count, pa.string()),
            pa.nulls(count, pa.string()),
            *columns,
        ],
        names=[FILE, LINE, FAULT, TEXT, *(f"c{index}" for index in range(len(columns)))],
    )


def bad_batch(number: int, bad: Sequence[BadRecord], width: int) -> pa.RecordBatch:
    """Records that could not be split."""
    count = len(bad)
    return pa.RecordBatch.from_arrays(
        [
            pa.array(np.full(count, number, np.int32)),
            pa.array([record.line for record in bad], pa.int64()),
            pa.array([record.reason.value for record in bad], pa.string()),
            pa.array([record.text for record in bad], pa.string()),
            *(pa.nulls(count, pa.string()) for _ in range(width)),
        ],
        names=[FILE, LINE, FAULT, TEXT, *(f"c{index}" for index in range(width))],
    )


def trimmed(column: pa.Array) -> pa.Array:
    """The texts without blanks at their ends."""
    content = column.buffers()[2]
    if content is None or not content.size:
        return column
    letters = np.frombuffer(content, np.uint8)
    if letters.min() > ord(" ") and letters.max() < _ASCII:
        return column
    return pc.utf8_trim_whitespace(column)
