"""Taking a list out of the desk: who took which, and how many rows."""

from datetime import datetime

from weixi.desk.audit.operations import record
from weixi.desk.org.queries import path_of_node
from weixi.desk.org.rules import Sight
from weixi.kernel.period import Month


def take_list(
    *, what: str, month: Month, kpi: str, code: str, rows: int, sight: Sight, now: datetime
) -> None:
    """Enter that the person took a list; numbers in it are masked."""
    record(
        actor_id=sight.user_id,
        act="scorecard.take_list",
        subject=f"list:{code}",
        detail={"what": what, "month": str(month), "kpi": kpi, "rows": rows},
        now=now,
        path=path_of_node(code) or "",
    )
