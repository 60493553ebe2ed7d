"""Reading spreadsheets: a sheet is a table, its cells the text that a person reads in them.

A date is YYYY-MM-DD, with its time where it has one; a number is written out, to the fifteen digits that a spreadsheet
keeps; text stays as it is, leading zeros too. What only the cell's number format shows (a percent sign, zeros in front)
is not in the value and is not read.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice

import numpy as np
import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from weixi.flow.extract.archive import check_growth, members
from weixi.flow.extract.record import BadRecord
from weixi.flow.extract.source import Source, open_source
from weixi.flow.extract.style import Style
from weixi.flow.extract.tables import Reason
from weixi.flow.extract.text_batch import BATCH_ROWS, bad_batch, good_batch, trimmed
from weixi.flow.extract.totals import is_total
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

Cell = float | str | bool | dt.date | dt.datetime | dt.time | dt.timedelta
EXACT = 10**15
"""From here on a spreadsheet no longer keeps every digit of a number."""


def sheet_names(source: Source) -> list[str]:
    """The workbook's tables: worksheets that are not hidden and not empty, in order."""
    with _workbook(source) as book:
        return [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ is SheetTypeEnum.WorkSheet
            and sheet.visible is SheetVisibleEnum.Visible
            and book.get_sheet_by_name(sheet.name).end is not None
        ]


def first_sheet(source: Source) -> str:
    """The first of them. Raises DataError where there is none."""
    names = sheet_names(source)
    if not names:
        raise DataError(
            "extract.empty",
            Text("工作簿里没有数据", "the workbook holds no data"),
            Text("核对文件", "look at the file"),
            where=str(source),
        )
    return names[0]


def sheet_rows(source: Source, sheet: str, most: int | None = None) -> Iterator[tuple[int, list[str]]]:
    """Row number, from 1, and texts of the sheet's rows, empty rows left out."""
    for number, cells in _rows(source, sheet, most):
        yield number, [_text(cell) for cell in cells]


def sheet_header(source: Source, style: Style) -> list[str]:
    """The texts of the header's row."""
    sheet = style.sheet or first_sheet(source)
    for number, row in sheet_rows(source, sheet, style.first_row):
        if number == style.first_row:
            return row
    raise DataError(
        "extract.empty",
        Text(
            f"工作表“{sheet}”第 {style.first_row} 行没有表头",
            f"sheet “{sheet}” has no header in row {style.first_row}",
        ),
        Text("核对映射中的 sheet 与 header_row", "look at sheet and header_row of the mapping"),
        where=str(source),
    )


def read_sheet(source: Source, number: int, places: Sequence[int], style: Style) -> Iterator[pa.RecordBatch]:
    """The rows below the header as batches; `places` are the columns, from 0."""
    rows = (row for row in _rows(source, style.sheet or first_sheet(source)) if row[0] > style.first_row)
    while part := list(islice(rows, BATCH_ROWS)):
        bad = {line: reason for line, cells in part if (reason := _fault(cells, places, style))}
        kept = [(line, cells) for line, cells in part if line not in bad]
        if kept:
            lines = pa.array([line for line, _ in kept], pa.int64())
            columns = [
                trimmed(pa.array([_text(cells[place]) for _, cells in kept], pa.string())) for place in places
            ]
            yield good_batch(number, lines, columns)
        if bad:
            records = [BadRecord(line, _joined(cells), bad[line]) for line, cells in part if line in bad]
            yield bad_batch(number, records, len(places))


def sheet_texts(source: Source, wanted: np.ndarray, style: Style) -> Iterator[tuple[int, str]]:
    """The rows `wanted`, their cells with tabs between."""
    chosen = set(wanted.tolist())
    for line, cells in _rows(source, style.sheet or first_sheet(source)):
        if line in chosen:
            yield line, _joined(cells)


def _fault(cells: Sequence[Cell], places: Sequence[int], style: Style) -> Reason | None:
    first = next((text for cell in cells if (text := _text(cell).strip())), "")
    if is_total(first, style.totals):
        return Reason.TOTAL
    for place in places:
        cell = cells[place]
        if isinstance(cell, float) and abs(cell) >= EXACT:
            return Reason.PRECISION
    return None


def _joined(cells: Sequence[Cell]) -> str:
    return "\t".join(_text(cell) for cell in cells).rstrip("\t")


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT else f"{Decimal(f'{cell:.15g}'):f}"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "seconds") if cell.time() != dt.time() else cell.date().isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _rows(source: Source, sheet: str, most: int | None = None) -> Iterator[tuple[int, list[Cell]]]:
    """Row number and cells, as many in each row, of those rows that have any."""
    with _workbook(source) as book:
        if sheet not in book.sheet_names:
            raise DataError(
                "extract.sheet",
                Text(f"没有工作表“{sheet}”", f"there is no sheet “{sheet}”"),
                Text(f"现有：{'、'.join(book.sheet_names)}", f"it has: {', '.join(book.sheet_names)}"),
                where=str(source),
            )
        found = book.get_sheet_by_name(sheet)
        for number, cells in enumerate(islice(found.iter_rows(), most), 1):
            if any(cell != "" for cell in cells):
                yield number, cells


@contextmanager
def _workbook(source: Source) -> Iterator[CalamineWorkbook]:
    if source.member is None and zipfile.is_zipfile(source.path):
        members(source.path)
    try:
        with open_source(source) as stream:
            data = stream.read()
        if source.member is not None and data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                check_growth(sum(info.file_size for info in packed.infolist()), len(data), str(source))
        with load_workbook(io.BytesIO(data)) as book:
            yield book
    except PasswordError as fault:
        raise DataError(
            "extract.encrypted",
            Text("工作簿有密码", "the workbook has a password"),
            Text("去掉密码后重新传送", "send it without a password"),
            where=str(source),
        ) from fault
    except (CalamineError, zipfile.BadZipFile) as fault:
        raise DataError(
            "extract.broken",
            Text(f"工作簿不完整或已损坏：{fault}", f"the workbook is incomplete or damaged: {fault}"),
            Text("重新传送该文件；没有写入任何数据", "send the file again; nothing was written"),
            where=str(source),
        ) from fault
