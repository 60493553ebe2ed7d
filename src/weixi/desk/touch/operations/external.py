"""Making a list from outside into tasks."""

from datetime import datetime

from weixi.desk.dispatch.operations.adopt import Adopted, adopt
from weixi.desk.org.rules import Sight
from weixi.desk.touch.queries.external import SOURCE, Choices, wanted_of
from weixi.desk.touch.queries.upload import Sheet
from weixi.desk.touch.rules import LIST_MAKERS
from weixi.kernel.period import SHANGHAI


def make_list(*, sheet: Sheet, choices: Choices, sight: Sight, call_id: str, now: datetime) -> Adopted:
    """Issue the list's tasks as the preview shows them, once for each `call_id`. Raises Refused or DataError."""
    today = now.astimezone(SHANGHAI).date()
    rows = tuple(wanted for wanted, _, _ in wanted_of(sheet, choices, today))
    return adopt(
        rows=rows, source=SOURCE, title=sheet.name, sight=sight, now=now, call_id=call_id, by=LIST_MAKERS
    )
