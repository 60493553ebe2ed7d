"""Sheets as tables: what a person reads in the cells, hidden and empty sheets left out."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from weixi.flow.extract.look import look
from weixi.flow.extract.read import batches, header, record_texts
from weixi.flow.extract.sheet import sheet_names
from weixi.flow.extract.source import Source


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("空")
        sheet = made.add_worksheet("用户")
        day = made.add_format({"num_format": "yyyy/m/d"})
        sheet.write_row(0, 0, ["编码", "号码", "金额", "日期", "时间", "标志"])
        sheet.write_row(2, 0, ["007", 13800138000, 0.1 + 0.2])
        sheet.write_datetime(2, 3, dt.datetime(2025, 6, 30), day)
        sheet.write_datetime(2, 4, dt.datetime(2025, 6, 30, 8, 5), day)
        sheet.write_boolean(2, 5, True)
        sheet.write_row(3, 0, ["008", 123456789012345, 1e-7])
        sheet.write_row(4, 0, ["009", 1234567890123456, -12.5])
        hidden = made.add_worksheet("隐藏")
        hidden.write(0, 0, "x")
        hidden.hide()
        made.add_worksheet("一格").write(0, 0, "x")
    return path


def test_cells_are_what_a_person_reads(book: Path) -> None:
    style = look(book)
    assert (style.sheet, style.header_row) == ("用户", 1)
    assert sheet_names(Source(book)) == ["用户", "一格"]
    names = header(book, style)
    rows = [row for part in batches(book, 0, names, style) for row in part.to_pylist()]
    good = {row["row_line"]: [row[f"c{n}"] for n in range(6)] for row in rows if row["row_fault"] is None}
    assert good == {
        3: ["007", "13800138000", "0.3", "2025-06-30", "2025-06-30 08:05:00", "true"],
        4: ["008", "123456789012345", "0.0000001", "", "", ""],
    }
    assert [(row["row_line"], row["row_fault"]) for row in rows if row["row_fault"]] == [(5, "PRECISION")]
    assert dict(record_texts(book, np.array([3, 4]), style))[4] == "008\t123456789012345\t0.0000001"


def test_a_column_that_is_not_read_may_have_lost_digits(book: Path) -> None:
    rows = [row for part in batches(book, 0, ["编码"], look(book)) for row in part.to_pylist()]
    assert [row["c0"] for row in rows] == ["007", "008", "009"]
