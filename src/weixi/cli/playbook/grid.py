"""Tables of words as `weixi playbook` prints them."""

from rich.table import Table as Grid
from rich.text import Text as Cell

from weixi.cli.session import Session
from weixi.kernel.language import Text


def grid(session: Session, title: Text, *headings: Text) -> Grid:
    """An empty table of those columns."""
    table = Grid(title=session.text(title), title_justify="left")
    for heading in headings:
        table.add_column(session.text(heading), overflow="fold")
    return table


def row(table: Grid, *cells: str) -> None:
    """One more row of it."""
    # A plan's own words are no markup.
    table.add_row(*(Cell(cell) for cell in cells))
