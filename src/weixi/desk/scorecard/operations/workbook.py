"""Tables as an Excel workbook: numbers as numbers, rates as per cent, and no text that is run as a formula."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

import xlsxwriter

Cell = str | int | Fraction | None
"""A text, a count, a rate, or nothing."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: what it is (`title`), what it rests on (`notes`), its headings and its rows.

    The columns in `yuan` hold fen and are shown in whole currency.
    """

    name: str
    title: str
    notes: tuple[str, ...]
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    yuan: frozenset[int] = frozenset()


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The workbook of those sheets."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "in_memory": True,
        },
    )
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#D7EAF5", "border": 1, "text_wrap": True})
    forms = {
        "rate": book.add_format({"num_format": "0.00%"}),
        "count": book.add_format({"num_format": "#,##0"}),
        "yuan": book.add_format({"num_format": "#,##0.00"}),
    }
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.write_string(0, 0, sheet.title, bold)
        for line, note in enumerate(sheet.notes, 1):
            page.write_string(line, 0, note)
        top = len(sheet.notes) + 2
        for column, heading in enumerate(sheet.headings):
            page.write_string(top, column, heading, head)
            page.set_column(column, column, max(12, min(40, 2 * len(heading) + 4)))
        for number, row in enumerate(sheet.rows, top + 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, column, cell)
                elif isinstance(cell, Fraction):
                    page.write_number(number, column, float(cell), forms["rate"])
                elif cell is not None and column in sheet.yuan:
                    page.write_number(number, column, cell / 100, forms["yuan"])
                elif cell is not None:
                    page.write_number(number, column, cell, forms["count"])
        page.freeze_panes(top + 1, 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(top)
    book.close()
    return stream.getvalue()
