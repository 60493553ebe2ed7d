"""Reading Parquet as text, a few batches at a time."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weixi.flow.extract.record import BadRecord
from weixi.flow.extract.tables import Reason
from weixi.flow.extract.text_batch import BATCH_ROWS, bad_batch, good_batch, trimmed
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text


def read_parquet(path: Path, number: int, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows of a Parquet file as batches of text."""
    words = [field.name for field in pq.read_schema(path) if pa.types.is_string(field.type)]
    with pq.ParquetFile(path, read_dictionary=words) as file:
        at = 1
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=list(dict.fromkeys(names))):
            count = batch.num_rows
            lines = np.arange(at, at + count, dtype=np.int64)
            at += count
            wrong = np.zeros(count, np.bool_)
            columns = [as_text(batch.column(name), wrong, path, name) for name in names]
            if wrong.any():
                places = np.flatnonzero(wrong)
                rows = [repr(batch.slice(int(place), 1).to_pylist()[0]) for place in places]
                bad = [
                    BadRecord(int(lines[place]), row, Reason.ENCODING)
                    for place, row in zip(places, rows, strict=True)
                ]
                yield bad_batch(number, bad, len(names))
                columns = [column.filter(pa.array(~wrong)) for column in columns]
                lines = lines[~wrong]
            yield good_batch(number, pa.array(lines), columns)


def as_text(column: pa.Array, wrong: np.ndarray, path: Path, name: str) -> pa.Array:
    """A typed column as text: dates as YYYY-MM-DD, moments to the second (with Z where they have a zone).

    Rows whose bytes are no UTF-8 are marked in `wrong` and become null. Raises DataError for nested columns.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        words = as_text(column.dictionary, np.zeros(len(column.dictionary), np.bool_), path, name)
        if words.null_count == column.dictionary.null_count:
            return pa.DictionaryArray.from_arrays(column.indices, words).dictionary_decode()
        return as_text(column.dictionary_decode(), wrong, path, name)
    if pa.types.is_timestamp(kind):
        text = pc.cast(pc.cast(column, pa.timestamp("s", kind.tz), safe=False), pa.timestamp("s")).cast(
            pa.string()
        )
        return text if kind.tz is None else pc.binary_join_element_wise(text, "Z", "")
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column).cast(pa.string())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind):
        try:
            return trimmed(column.cast(pa.binary()).cast(pa.string()))
        except pa.ArrowInvalid:
            raws = column.cast(pa.binary()).to_pylist()
            return trimmed(
                pa.array([_decoded(raw, index, wrong) for index, raw in enumerate(raws)], pa.string())
            )
    if pa.types.is_nested(kind) or pa.types.is_time(kind) or pa.types.is_duration(kind):
        raise DataError(
            "extract.type",
            Text(f"列 {name} 的类型 {kind} 不能导入", f"column {name} of type {kind} cannot be taken"),
            Text("导出为文本、数字、日期或布尔列", "export it as text, number, date or boolean"),
            where=str(path),
        )
    return column.cast(pa.string())


def _decoded(raw: bytes | None, index: int, wrong: np.ndarray) -> str | None:
    try:
        return None if raw is None else raw.decode()
    except UnicodeDecodeError:
        wrong[index] = True
        return None


def row_texts(path: Path, wanted: np.ndarray) -> Iterator[tuple[int, str]]:
    """The rows `wanted` (ascending, from 1) as JSON."""
    with pq.ParquetFile(path) as file:
        first = 1
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            low, high = np.searchsorted(wanted, [first, first + batch.num_rows])
            lines = wanted[low:high]
            for line, row in zip(lines, batch.take(pa.array(lines - first)).to_pylist(), strict=True):
                yield int(line), json.dumps(row, ensure_ascii=False, default=str)
            first += batch.num_rows
