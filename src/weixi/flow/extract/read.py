"""Reading a table of an extract: delimited text, a spreadsheet or Parquet, as batches of text with line numbers.

Memory stays at a few blocks whatever the size of the file.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from weixi.flow.extract.ahead import ahead
from weixi.flow.extract.breakage import readable
from weixi.flow.extract.delimited import line_texts, open_text, read_header, read_text
from weixi.flow.extract.header import clean_name, folded, place_of
from weixi.flow.extract.parquet import read_parquet, row_texts
from weixi.flow.extract.sheet import read_sheet, sheet_header, sheet_texts
from weixi.flow.extract.source import Source, source_of
from weixi.flow.extract.style import Style
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text


def header(place: Path | Source, style: Style) -> list[str]:
    """The names of the table's columns, in order. Raises DataError for an empty file or a name that stands twice.

    The style is resolved; so it is for every function here.
    """
    source = source_of(place)
    with readable(source):
        if source.is_parquet:
            names = list(pq.read_schema(source.path).names)
        elif source.is_workbook:
            names = [clean_name(name) for name in sheet_header(source, style)]
        else:
            with open_text(source, style) as (stream, style):
                names, _ = read_header(stream, style, source)
    keys = Counter(folded(name) for name in names if name)
    twice = sorted({name for name in names if name and keys[folded(name)] > 1})
    if twice:
        raise DataError(
            "extract.header",
            Text(f"列名重复：{', '.join(twice)}", f"column names stand twice: {', '.join(twice)}"),
            Text(
                "重新导出，列名各不相同（不分大小写、全半角和空格）",
                "export again with different names (case, width and blanks do not count)",
            ),
            where=str(source),
        )
    return names


def batches(
    place: Path | Source, number: int, names: Sequence[str], style: Style
) -> Iterator[pa.RecordBatch]:
    """The table's records: `row_file` (= `number`), `row_line`, and the columns `names` as `c0`, `c1` … of text.

    A record that cannot be split has its reason in `row_fault`, its text in `row_text`, and null columns.
    Values lose blanks at both ends. Raises DataError where the file breaks off.
    """
    source = source_of(place)
    with readable(source):
        if source.is_parquet:
            given = pq.read_schema(source.path).names
            yield from ahead(
                read_parquet(source.path, number, [given[place_of(name, given)] for name in names])
            )
        elif source.is_workbook:
            given = sheet_header(source, style)
            yield from ahead(read_sheet(source, number, [place_of(name, given) for name in names], style))
        else:
            yield from ahead(read_text(source, number, names, style))


def record_texts(place: Path | Source, wanted: np.ndarray, style: Style) -> Iterator[tuple[int, str]]:
    """The lines `wanted` (ascending, from 1) as they stand in the file; of Parquet the rows, as JSON."""
    source = source_of(place)
    with readable(source):
        if source.is_parquet:
            yield from row_texts(source.path, wanted)
        elif source.is_workbook:
            yield from sheet_texts(source, wanted, style)
        else:
            yield from line_texts(source, wanted, style)
