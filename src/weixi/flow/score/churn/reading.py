"""Any table as columns of text: delimited text (also .gz and .zip members), a spreadsheet, Parquet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from weixi.flow import extract
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text

_MOST_COLUMNS = 5_000


@dataclass(frozen=True, eq=False)
class TextTable:
    """A table as it stands in its file: every cell a text, "" where it is empty; `decimal` is its decimal mark.

    `faulty` rows could not be split into cells and are left out.
    """

    columns: Mapping[str, pa.StringArray]
    decimal: str
    rows: int
    faulty: int


def read_table(path: Path, sheet: str | None = None) -> TextTable:
    """The file's table; of a spreadsheet the first sheet, or the one named. Raises DataError where there is no row."""
    style = extract.look(path)
    if sheet is not None:
        if style.sheet is None:
            raise UsageError(
                "lab.sheet",
                Text("不是 Excel 工作簿，没有工作表可选", "it is no workbook and has no sheets"),
                Text("去掉 --sheet", "leave --sheet out"),
                where=str(path),
            )
        style = replace(style, sheet=sheet)
    names = [name for name in extract.header(path, style) if name]
    if len(names) > _MOST_COLUMNS:
        raise DataError(
            "lab.wide",
            Text(
                f"有 {len(names):,} 列，最多 {_MOST_COLUMNS:,} 列",
                f"{len(names):,} columns; {_MOST_COLUMNS:,} at most",
            ),
            Text("只留下要用的列", "keep the columns that are to be used"),
            where=str(path),
        )
    pieces: list[list[pa.Array]] = [[] for _ in names]
    rows = faulty = 0
    for batch in extract.batches(path, 0, names, style):
        is_good = pc.is_null(batch.column("row_fault"))
        good = batch.filter(is_good)
        rows += good.num_rows
        faulty += batch.num_rows - good.num_rows
        for place, piece in enumerate(pieces):
            piece.append(pc.fill_null(good.column(f"c{place}"), ""))
    if not rows:
        raise DataError(
            "lab.empty",
            Text("没有数据行", "there is no row"),
            Text(
                "给出有表头、有数据的文件：CSV、TSV（可压缩）、Excel 或 Parquet",
                "give a file with a header and rows: CSV or TSV (packed too), a workbook, Parquet",
            ),
            where=str(path),
        )
    columns = {
        name: pa.chunked_array(piece, pa.string()).combine_chunks()
        for name, piece in zip(names, pieces, strict=True)
    }
    return TextTable(columns, style.decimal or ".", rows, faulty)


def stacked(above: TextTable, below: TextTable) -> TextTable:
    """The rows of both, those of `below` after the others; the columns are those of `above`, which both have."""
    columns = {
        name: pa.chunked_array([column, below.columns[name]], pa.string()).combine_chunks()
        for name, column in above.columns.items()
    }
    return TextTable(columns, above.decimal, above.rows + below.rows, above.faulty + below.faulty)
