"""What an export is asked for, and what is made of it."""

from dataclasses import dataclass

from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.operations.columns import Say
from weixi.desk.scorecard.operations.workbook import Sheet


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page was showing when the export was asked for; `what` names the page."""

    what: str
    month: str = ""
    kpi: str = ""
    among: str = ""
    reason: str = ""
    first: str = ""
    second: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One export: what is wanted of which node, for whom, in whose words; `by` says who exports it and when."""

    wanted: Wanted
    code: str
    path: str
    seen: Sight
    territory: tuple[str, ...]
    say: Say
    by: str


@dataclass(frozen=True, slots=True)
class Made:
    """The sheets of one page, what it is called, and the month it shows."""

    title: str
    month: str
    sheets: list[Sheet]

    @property
    def rows(self) -> int:
        """The rows of all sheets."""
        return sum(len(sheet.rows) for sheet in self.sheets)
