"""Lists as they come from outside, in the forms that they come in."""

import csv
import io
from collections.abc import Sequence

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

Rows = Sequence[Sequence[str]]
HEAD = ("序号", "用户号码", "到期原因", "截止日期")


def workbook(rows: Rows, *, head: Sequence[str] = HEAD, above: int = 2, total: bool = True) -> bytes:
    """A workbook with a title over its header and a line of totals under its rows."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("三月到期")
        if above:
            sheet.write_string(0, 0, "楚江省公司三月到期清单")
        for place, title in enumerate(head):
            sheet.write_string(above, place, title)
        for line, row in enumerate(rows, start=above + 1):
            for place, cell in enumerate(row):
                sheet.write_string(line, place, cell)
        if total:
            sheet.write_string(above + 1 + len(rows), 0, "合计")
            sheet.write_number(above + 1 + len(rows), 1, len(rows))
    return stream.getvalue()


def text(rows: Rows, *, head: Sequence[str] = HEAD, encoding: str = "gb18030") -> bytes:
    """A text with commas, in the encoding that Excel writes in China."""
    stream = io.StringIO()
    csv.writer(stream).writerows([head, *rows, ("合计", str(len(rows)), "", "")])
    return stream.getvalue().encode(encoding)


def upload(content: bytes, name: str = "三月到期.xlsx") -> SimpleUploadedFile:
    """The content as a browser sends it."""
    return SimpleUploadedFile(name, content)
