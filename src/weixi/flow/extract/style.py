"""How an operator writes a table: separators, encoding, where the header stands, how the file ends."""

from dataclasses import dataclass

TOTALS = ("合计", "总计", "小计", "累计", "total", "subtotal", "sub total", "grand total")
"""Words that make a line one of totals where its first filled cell is, or in Chinese ends with, one of them."""

DELIMITERS = (",", "\t", "|", ";", "\x01", "^", "~")
"""The delimiters that are looked for, in the order that decides between equals."""


@dataclass(frozen=True, slots=True)
class Style:
    """How one table is written. None is found by looking: `look` and `resolve` give a style without.

    `quote` is "" where quotes are data. `sheet` is the name of a spreadsheet's table. `header_row` counts physical
    lines from 1. `end_marker` begins the last line of a whole file; without one, `must_end` refuses a text whose last
    line has no line end.
    """

    delimiter: str | None = ","
    encoding: str | None = "utf-8"
    quote: str = '"'
    decimal: str | None = "."
    sheet: str | None = None
    header_row: int | None = 1
    end_marker: str | None = None
    totals: tuple[str, ...] = TOTALS
    must_end: bool = False

    @property
    def separator(self) -> str:
        """The delimiter of a resolved style."""
        return self.delimiter or ","

    @property
    def codec(self) -> str:
        """The encoding of a resolved style."""
        return self.encoding or "utf-8"

    @property
    def first_row(self) -> int:
        """The header's line of a resolved style."""
        return self.header_row or 1


UNKNOWN = Style(delimiter=None, encoding=None, decimal=None, header_row=None)
"""Nothing is known of how the table is written."""
