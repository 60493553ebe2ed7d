"""Making tasks of customers whom somebody names from outside the plan: once for each household, and never twice."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from weixi.desk.audit.operations import record
from weixi.desk.base.book import playbook
from weixi.desk.dispatch.models import TaskList, TaskListRow
from weixi.desk.dispatch.operations.bulk import insert
from weixi.desk.dispatch.operations.listed import load, planned_of
from weixi.desk.dispatch.queries.listing import Judged, Wanted, book_rows, content_of, judge, list_month
from weixi.desk.dispatch.rules import ROLES, Listed, Refused, TaskAct
from weixi.desk.org.rules import Sight
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text

__all__ = ["MOST_ROWS", "Adopted", "Became", "Wanted", "adopt"]

MOST_ROWS = 50_000
"""Rows of one list: it is one transaction, and other writers wait for it."""

LONGEST_SOURCE = 32
"""Characters of the word for what kind of list it is: as long as its column."""

_ROW_FIELDS = ("list", "number", "subscriber_id", "verdict", "detail", "task_id", "reason", "note")


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one row; `task_id`: its new task, or the one that was open already."""

    number: int
    subscriber_id: int
    verdict: Listed
    detail: str
    task_id: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """What one list did, in rows; `task_ids` are the new tasks. `was_done`: the same call came before.

    `folded` rows joined the task of another row of their household, `repeated` ones were in the list before.
    """

    list_id: int
    added: int
    already_open: int
    held_out: int
    silenced: int
    not_yours: int
    unknown: int
    folded: int
    repeated: int
    task_ids: tuple[str, ...]
    rows: tuple[Became, ...]
    was_done: bool


def adopt(
    *,
    rows: Sequence[Wanted],
    source: str,
    sight: Sight,
    now: datetime,
    call_id: str,
    by: Collection[str] | None = ROLES[TaskAct.ISSUE],
    title: str = "",
) -> Adopted:
    """Issue a task to each household of the list that may be contacted and has none; once for each `call_id`.

    A task's day is its `task_date` at the latest; it stands on the work list from today. `by` are the roles that must
    be held over a customer; None: the customer asked himself, and whoever heard it passes it on. Raises Refused for an
    empty or a too long list, for a source that its column cannot hold, and for a call id that came with another list;
    DataError where no month of the book was run.
    """
    if not 0 < len(rows) <= MOST_ROWS:
        raise _too_long(len(rows))
    if not 0 < len(source) <= LONGEST_SOURCE:
        raise _no_source(source)
    content = content_of(rows, source)
    before = TaskList.objects.filter(call_id=call_id).first()
    if before is not None:
        return _again(before, content, sight)
    month, rules = list_month(), playbook()
    # The book is asked before the transaction: its answer takes seconds for a long list.
    found = book_rows({row.subscriber_id for row in rows if row.subscriber_id > 0}, month)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Plans are handed over, and other lists taken, before or after this one: ids are given in a row.
                cursor.execute("LOCK TABLE dispatch_appliedplan IN EXCLUSIVE MODE")
        before = TaskList.objects.filter(call_id=call_id).first()
        if before is not None:
            return _again(before, content, sight)
        judged = judge(rows, sight=sight, by=by, month=month, found=found)
        planned = list(planned_of(judged, rules, month, now, fingerprint(call_id, content)))
        there = TaskList.objects.create(
            call_id=call_id,
            fingerprint=content,
            source=source,
            title=title[:200],
            month=month.number,
            made_at=now,
            made_by=sight.user_id,
            path=_place(sight, by, found),
            row_count=len(rows),
            added_count=len(planned),
        )
        load(there, planned, sight, now)
        became = tuple(_became(judged, {line[0]: row.task_id for row, _ in planned for line in row.lines}))
        insert(
            TaskListRow,
            _ROW_FIELDS,
            (
                (there.id, b.number, b.subscriber_id, b.verdict.value, b.detail, b.task_id, b.reason, b.note)
                for b in became
            ),
        )
        done = _told(there, became, was_done=False)
        record(
            actor_id=sight.user_id,
            act="dispatch.adopt",
            subject=f"list:{there.id}",
            detail={
                "source": source,
                "title": there.title,
                "fingerprint": content,
                "rows": len(rows),
                "added": done.added,
                "held_out": done.held_out,
                "silenced": done.silenced,
                "not_yours": done.not_yours,
                "unknown": done.unknown,
                "already_open": done.already_open,
            },
            now=now,
            path=there.path,
        )
        return done


def _became(judged: Sequence[Judged], made: Mapping[int, str]) -> Iterator[Became]:
    for one in judged:
        key = one.wanted.subscriber_id
        is_new = one.verdict in (Listed.ADDED, Listed.FOLDED, Listed.REPEATED)
        task_id = made.get(key, "") if is_new else one.task_id
        yield Became(
            one.number, key, one.verdict, one.detail, task_id, one.wanted.reason[:64], one.wanted.note
        )


def _again(there: TaskList, content: str, sight: Sight) -> Adopted:
    """What the same call did. Raises Refused where it came from somebody else or with another list."""
    if (there.made_by, there.fingerprint) != (sight.user_id, content):
        raise Refused(
            "task.call",
            Text("这个请求编号已用于另一操作", "this call id was used for something else"),
            Text("刷新页面后重试", "open the page again and repeat"),
        )
    rows = TaskListRow.objects.filter(list=there).order_by("number")
    became = tuple(
        Became(
            row.number, row.subscriber_id, Listed(row.verdict), row.detail, row.task_id, row.reason, row.note
        )
        for row in rows
    )
    return _told(there, became, was_done=True)


def _told(there: TaskList, rows: tuple[Became, ...], *, was_done: bool) -> Adopted:
    counts = dict.fromkeys(Listed, 0)
    for row in rows:
        counts[row.verdict] += 1
    return Adopted(
        list_id=there.id,
        added=counts[Listed.ADDED],
        already_open=counts[Listed.ALREADY_OPEN],
        held_out=counts[Listed.HELD_OUT],
        silenced=counts[Listed.SILENCED],
        not_yours=counts[Listed.NOT_YOURS],
        unknown=counts[Listed.UNKNOWN],
        folded=counts[Listed.FOLDED],
        repeated=counts[Listed.REPEATED],
        task_ids=tuple(row.task_id for row in rows if row.verdict is Listed.ADDED),
        rows=rows,
        was_done=was_done,
    )


def _place(sight: Sight, by: Collection[str] | None, found: Mapping[int, Mapping[str, Any]]) -> str:
    """Where the list belongs: the first subtree in which its maker may make it; his customer's where none is asked."""
    paths = sight.paths_as(by) if by is not None else tuple(str(row["path"]) for row in found.values())
    return paths[0] if paths else ""


def _no_source(source: str) -> Refused:
    return Refused(
        "list.source",
        Text(
            f"名单的来源要有 1 到 {LONGEST_SOURCE} 个字符，现在是 {len(source)} 个",
            f"the list's source must have 1 to {LONGEST_SOURCE} characters; it has {len(source)}",
        ),
        Text("给一个短的来源代码，名称写在标题里", "give a short code as the source; the name is the title"),
    )


def _too_long(count: int) -> Refused:
    if not count:
        return Refused(
            "list.empty",
            Text("名单里没有一行", "the list has no row"),
            Text("选择另一张表或另一列", "choose another sheet or column"),
        )
    return Refused(
        "list.too_long",
        Text(
            f"名单有 {count:,} 行，超过 {MOST_ROWS:,} 行", f"the list has {count:,} rows, over {MOST_ROWS:,}"
        ),
        Text("分成几份再导入", "split it into several"),
    )
