"""Dispatching those who stand at the edge of a figure."""

from collections.abc import Sequence
from datetime import datetime

from weixi.desk.dispatch.operations.adopt import Adopted, adopt
from weixi.desk.dispatch.queries.listing import Wanted
from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.queries.month import MonthChoice
from weixi.desk.scorecard.queries.near import NearRow, near_of
from weixi.desk.scorecard.rules.acts import DISPATCHERS
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import SHANGHAI, Month
from weixi.kernel.terms import WarningLevel

KIND = "near"
"""What a task is called that no warning raised: its customer stands at the edge of a figure."""


def dispatch_near(
    *,
    choice: MonthChoice,
    kpi: str,
    code: str,
    territory: tuple[str, ...],
    row_ids: Sequence[str],
    note: str,
    call_id: str,
    sight: Sight,
    now: datetime,
) -> Adopted:
    """Make tasks of the chosen edge cases at the node; each row's fate is in the answer. The same call is done once.

    Who is not at the edge there is not taken. Raises UsageError where nobody is chosen, and as `adopt` does.
    """
    chosen = near_of(choice, kpi, code, territory, row_ids)
    if not chosen:
        raise UsageError(
            "near.nobody",
            Text("没有选中任何一户", "nobody is chosen"),
            Text("勾选要派的用户再提交", "tick whom to dispatch, then send"),
        )
    today = now.astimezone(SHANGHAI).date()
    wanted = [
        Wanted(
            subscriber_id=row.subscriber_id,
            kind=row.kind or KIND,
            level=_level(row),
            task_date=today,
            reason=f"near_{row.side_code.lower()}",
            note="；".join(part for part in (_why(row, choice.month), note.strip()) if part),
        )
        for row in chosen
    ]
    return adopt(
        rows=wanted,
        source=KIND,
        sight=sight,
        now=now,
        call_id=call_id,
        by=DISPATCHERS,
        title=f"{choice.month} {kpi} {code}",
    )


def _level(row: NearRow) -> WarningLevel:
    """Who is about to leave goes first, then whoever can still be won."""
    if row.side_code == "LEAVING":
        return WarningLevel.RED
    return WarningLevel.YELLOW if row.is_short else WarningLevel.BLUE


def _why(row: NearRow, month: Month) -> str:
    amount = "" if row.amount_fen is None else f" {row.amount_fen // 100}.{row.amount_fen % 100:02d} 元"
    return f"{month} 临界户：{row.side.zh}，{row.tip.zh}{amount}"
