"""Exports of what a page shows: cut as the page is, masked as the page is, and noted in the audit."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime

from weixi.desk.audit.operations import record
from weixi.desk.org.models import User
from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.operations.asked import Asked, Wanted
from weixi.desk.scorecard.operations.columns import Say
from weixi.desk.scorecard.operations.sheets import SHEETS
from weixi.desk.scorecard.operations.workbook import workbook
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Export:
    """One workbook: what the file is called, and what is in it."""

    name: str
    content: bytes
    rows: int


def export(
    *,
    wanted: Wanted,
    code: str,
    path: str,
    actor: User,
    seen: Sight,
    territory: tuple[str, ...],
    say: Say,
    now: datetime,
) -> Export:
    """The workbook of what the node's page shows, in the language of the page; the audit has how many rows left.

    Raises UsageError and DataError as the page does.
    """
    sheets_of = SHEETS.get(wanted.what)
    if sheets_of is None:
        raise UsageError(
            "scorecard.export",
            Text("没有这种导出", "there is no such export"),
            Text("用页面上的“导出 Excel”", "use the button on the page"),
            where=wanted.what,
        )
    by = f"{actor.shown_name}（{actor.username}）{localtime(now):%Y-%m-%d %H:%M}"
    made = sheets_of(Asked(wanted, code, path, seen, territory, say, by))
    content = workbook(made.sheets)
    record(
        actor_id=actor.id,
        act="scorecard.export",
        subject=f"node:{code}",
        detail={
            "what": wanted.what,
            "month": made.month,
            "kpi": wanted.kpi or " − ".join(filter(None, (wanted.first, wanted.second))),
            "rows": made.rows,
        },
        now=now,
        path=path,
    )
    return Export(f"{made.title}-{made.month}.xlsx", content, made.rows)
