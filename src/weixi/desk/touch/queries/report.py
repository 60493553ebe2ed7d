"""The report on a list as a file: a spreadsheet, or text that a spreadsheet opens; no cell can be a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from weixi.desk.touch.queries.external import ReportRow
from weixi.flow.decision import harmless
from weixi.kernel.language import Language, Text

COLUMNS = (
    Text("行号", "line"),
    Text("名单中的号码", "number in the list"),
    Text("结果", "result"),
    Text("原因", "why"),
    Text("名单理由", "reason in the list"),
    Text("处理期限", "to be done by"),
    Text("维护单元", "care unit"),
    Text("任务编号", "task"),
)
FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def report(rows: Sequence[ReportRow], form: str, language: Language) -> bytes:
    """The rows in that form (`xlsx` or `csv`) and language."""
    head = [column.say(language) for column in COLUMNS]
    cells = (_cells(row, language) for row in rows)
    return _workbook(head, cells) if form == "xlsx" else _text(head, cells)


def _cells(row: ReportRow, language: Language) -> list[str]:
    day = row.day.isoformat() if row.day is not None else ""
    verdict, why = row.verdict.text.say(language), row.why.say(language)
    return [str(row.line), row.said, verdict, why, row.reason, day, row.unit_code, row.task_id]


def _text(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    # Excel takes UTF-8 for what it is only behind a byte order mark.
    return stream.getvalue().encode("utf-8-sig")


def _workbook(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "constant_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for place, (width, title) in enumerate(zip((8, 18, 16, 36, 28, 12, 14, 40), head, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, title, bold)
        sheet.freeze_panes(1, 0)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                # write_string never makes a formula, whatever the cell begins with.
                sheet.write_string(line, place, cell)
    return stream.getvalue()
