"""Reading a file of an extract: delimited text (also .gz) or Parquet, as batches of text with line numbers.

Memory stays at a few blocks whatever the size of the file.
"""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from weixi.flow.extract.ahead import ahead
from weixi.flow.extract.delimited import Style, header_names, line_texts, open_text, read_text
from weixi.flow.extract.parquet import read_parquet, row_texts
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text


def is_parquet(path: Path) -> bool:
    """Whether the file is Parquet, by its name."""
    return path.name.lower().endswith(".parquet")


def header(path: Path, style: Style) -> list[str]:
    """The names of the file's columns, in order. Raises DataError for an empty file or a name that stands twice."""
    with _readable(path):
        if is_parquet(path):
            names = list(pq.read_schema(path).names)
        else:
            with open_text(path) as stream:
                names = header_names(stream.readline(), style, path)
    folded = [name.lower() for name in names if name]
    twice = sorted({name for name in folded if folded.count(name) > 1})
    if twice:
        raise DataError(
            "extract.header",
            Text(f"列名重复：{', '.join(twice)}", f"column names stand twice: {', '.join(twice)}"),
            Text(
                "重新导出，列名各不相同（不分大小写）",
                "export again with different names (case does not count)",
            ),
            where=str(path),
        )
    return names


def batches(path: Path, number: int, names: Sequence[str], style: Style) -> Iterator[pa.RecordBatch]:
    """The file's records: `row_file` (= `number`), `row_line`, and the columns `names` as `c0`, `c1` … of text.

    A record that cannot be split has its reason in `row_fault`, its text in `row_text`, and null columns.
    Values lose blanks at both ends. Raises DataError where the file breaks off.
    """
    with _readable(path):
        if is_parquet(path):
            yield from ahead(read_parquet(path, number, names))
        else:
            yield from ahead(read_text(path, number, names, style))


def record_texts(path: Path, wanted: np.ndarray, style: Style) -> Iterator[tuple[int, str]]:
    """The lines `wanted` (ascending, from 1) as they stand in the file; of Parquet the rows, as JSON."""
    with _readable(path):
        yield from (row_texts(path, wanted) if is_parquet(path) else line_texts(path, wanted, style))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say a file that breaks off, or is not what its name says, as a DataError."""
    try:
        yield
    except FileNotFoundError as fault:
        raise DataError(
            "extract.missing",
            Text("文件不存在", "the file is not there"),
            Text("检查路径；数据包可能未传完", "check the path; the extract may be half-sent"),
            where=str(path),
        ) from fault
    except (OSError, EOFError, zlib.error, pa.ArrowInvalid) as fault:
        raise DataError(
            "extract.broken",
            Text(f"文件不完整或已损坏：{fault}", f"the file is incomplete or damaged: {fault}"),
            Text("重新传送该文件；没有写入任何数据", "send the file again; nothing was written"),
            where=str(path),
        ) from fault
