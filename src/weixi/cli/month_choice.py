"""The month that a command is asked about: the one that was named, if the book has it, else the latest."""

from weixi.cli.session import Session
from weixi.engine import Table
from weixi.flow.book import SUBSCRIBER_MONTH, require_month
from weixi.kernel.language import Text
from weixi.kernel.period import Month


def data_month(
    session: Session, named: str | None, table: Table, code: str, nothing: Text, remedy: Text
) -> Month:
    """The month named, else the latest that the table has.

    Raises UsageError for what is no month, DataError for one that was never imported, with the months that are there,
    and in those words where the table has none.
    """
    if not named:
        return session.latest(table, code, nothing, remedy)
    month = Month.parse(named)
    what = Text(f"账册里没有 {month}", f"the book has no {month}")
    how = Text("先用 weixi import 导入", "import it with weixi import")
    require_month(session.store(), SUBSCRIBER_MONTH, month, what, how)
    return month
