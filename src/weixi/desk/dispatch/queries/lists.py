"""Lists of customers that were made into tasks, with what became of each row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from weixi.desk.base.territory import under
from weixi.desk.dispatch.models import TaskList, TaskListRow
from weixi.desk.dispatch.rules import Listed


@dataclass(frozen=True, slots=True)
class ListLine:
    """One list that was made into tasks."""

    list_id: int
    title: str
    source: str
    made_at: datetime
    row_count: int
    added_count: int


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of it; `detail` is the silence or the state behind the verdict, `task_id` its task or the open one."""

    number: int
    subscriber_id: int
    verdict: Listed
    detail: str
    task_id: str
    reason: str
    note: str


_LINE = tuple(ListLine.__dataclass_fields__)


def lists_of(
    territory: Iterable[str], source: str, *, before: int | None = None, limit: int = 20
) -> tuple[ListLine, ...]:
    """The lists made in those subtrees, newest first; the next page is asked with the last id. One statement."""
    found = TaskList.objects.filter(under("path", territory), source=source)
    if before is not None:
        found = found.filter(id__lt=before)
    rows = found.order_by("-id").values_list("id", *_LINE[1:])
    return tuple(ListLine(*row) for row in rows[:limit])


def path_of_list(list_id: int, **_: str) -> str | None:
    """Where the list was made; None: there is no such list. Other parts of an address say nothing of that."""
    return TaskList.objects.filter(id=list_id).values_list("path", flat=True).first()


def list_of(list_id: int) -> ListLine | None:
    """The list of that number."""
    row = TaskList.objects.filter(id=list_id).values_list("id", *_LINE[1:]).first()
    return ListLine(*row) if row is not None else None


def rows_of_list(list_id: int) -> tuple[ListRow, ...]:
    """Every row of the list, in its order. One statement."""
    rows = TaskListRow.objects.filter(list_id=list_id).order_by("number")
    return tuple(
        ListRow(
            row.number, row.subscriber_id, Listed(row.verdict), row.detail, row.task_id, row.reason, row.note
        )
        for row in rows
    )


def list_with(content: str, made_by: int) -> ListLine | None:
    """The newest list of that content that the person made."""
    found = TaskList.objects.filter(fingerprint=content, made_by=made_by).order_by("-id")
    row = found.values_list("id", *_LINE[1:]).first()
    return ListLine(*row) if row is not None else None
