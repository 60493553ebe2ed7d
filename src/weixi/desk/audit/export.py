"""Audit entries as a file: Excel, or CSV that Excel opens with its Chinese intact."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import xlsxwriter
from django.utils import timezone

from weixi.desk.audit.queries import EntryLine
from weixi.desk.audit.rules import plain_cell
from weixi.kernel.language import Language, Text

HEADINGS = (
    Text("编号", "number"),
    Text("时间", "at"),
    Text("工号", "staff number"),
    Text("姓名", "name"),
    Text("动作", "act"),
    Text("对象类别", "kind of subject"),
    Text("对象", "subject"),
    Text("辖区", "territory"),
    Text("内容", "detail"),
    Text("原因", "reason"),
    Text("指纹", "hash"),
)
_WIDTHS = (8, 19, 12, 12, 18, 10, 28, 28, 40, 30, 66)


def row_of(line: EntryLine, language: Language) -> tuple[str, ...]:
    """One entry as its cells, in the order of the headings."""
    detail = "；".join(f"{name.say(language)} {value.say(language)}" for name, value in line.detail)
    cells = (
        str(line.number),
        _moment(line.at),
        line.actor or Text("系统", "system").say(language),
        line.name,
        line.words.say(language),
        line.kind.say(language),
        _subject(line, language),
        " / ".join(line.places),
        detail,
        line.reason,
        line.hash,
    )
    return tuple(plain_cell(cell) for cell in cells)


def _subject(line: EntryLine, language: Language) -> str:
    """The subject in words, and as it is searched for."""
    said = line.called.say(language)
    return said if line.subject in ("", said) else f"{said} [{line.subject}]"


def write_csv(lines: Iterable[EntryLine], language: Language) -> tuple[IO[bytes], int]:
    """The file, rewound, and how many entries are in it."""
    stream = io.BytesIO()
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([heading.say(language) for heading in HEADINGS])
    count = 0
    for line in lines:
        writer.writerow(row_of(line, language))
        count += 1
    text.flush()
    text.detach()
    stream.seek(0)
    return stream, count


def write_excel(lines: Iterable[EntryLine], language: Language) -> tuple[IO[bytes], int]:
    """The same as a sheet."""
    stream = io.BytesIO()
    count = 0
    with TemporaryDirectory() as folder:
        given = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "tmpdir": folder,
        }
        file = Path(folder) / "audit.xlsx"
        with xlsxwriter.Workbook(str(file), given) as workbook:
            sheet = workbook.add_worksheet(Text("审计", "audit").say(language))
            bold = workbook.add_format({"bold": True, "bg_color": "#eef6fb"})
            for column, width in enumerate(_WIDTHS):
                sheet.set_column(column, column, width)
            _put(sheet, 0, [heading.say(language) for heading in HEADINGS], bold)
            sheet.freeze_panes(1, 0)
            for line in lines:
                count += 1
                _put(sheet, count, row_of(line, language), None)
        stream.write(file.read_bytes())
    stream.seek(0)
    return stream, count


def _put(sheet: "xlsxwriter.worksheet.Worksheet", at: int, cells: Sequence[str], form: object) -> None:
    for column, cell in enumerate(cells):
        sheet.write_string(at, column, cell, form)


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")
