"""Who must not be contacted, and why: by a rule of the playbook, or because of what the customer said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from weixi.desk.base.territory import under
from weixi.desk.dispatch.models import DoNotCall, Task, TaskEvent
from weixi.desk.dispatch.queries.scope import own, pool
from weixi.desk.dispatch.rules import READERS, SILENCING, TaskAct, TaskState, WithdrawReason
from weixi.desk.org.rules import Role, Sight
from weixi.flow.decision import withdrawn_words
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook

LASTING_MONTHS = 3
"""For how many months a port-out still silences: as long as the book keeps the application."""
_SILENCING = tuple(reason.value for reason in SILENCING)


@dataclass(frozen=True, slots=True)
class Silenced:
    """One household that must not be contacted: whose it is, since when, why; number and name are masked.

    `id` is its place in its list; `until` the day from which it may be called again, None: no day is set.
    """

    id: int
    task_id: str
    subscriber_id: int
    number_masked: str
    name_masked: str
    owner_code: str
    unit_code: str
    since: datetime
    until: date | None
    why: Text


@dataclass(frozen=True, slots=True)
class SilencedPage:
    """One page, the newest first; `after` continues it, None at the end."""

    rows: tuple[Silenced, ...]
    after: int | None


def is_refusing(household_key: str, today: date) -> bool:
    """Whether the household must not be called because of what the customer said. One statement."""
    return DoNotCall.objects.filter(_lasting(today), household_key=household_key).exists()


def refusing(sight: Sight, today: date, *, after: int | None = None, limit: int = 50) -> SilencedPage:
    """Those who said so themselves, of the person's own customers or of the subtrees he answers for. Two statements."""
    seen = under("path", (*sight.paths_as((Role.AGENT,)), *sight.paths_as(READERS)))
    found = DoNotCall.objects.filter(_lasting(today)).filter(seen)
    if after is not None:
        found = found.filter(id__lt=after)
    said = list(found.order_by("-id")[: limit + 1])
    tasks = {task.task_id: task for task in _tasks(Q(task_id__in=[one.task_id for one in said[:limit]]))}
    rows = tuple(
        _silenced(tasks[one.task_id], one.id, one.asked_at, one.until_date, WithdrawReason(one.reason).text)
        for one in said[:limit]
        if one.task_id in tasks
    )
    return SilencedPage(rows, said[limit - 1].id if len(said) > limit else None)


def silenced(sight: Sight, playbook: Playbook, *, after: int | None = None, limit: int = 50) -> SilencedPage:
    """Those whom a rule silences, or whose task was taken back for it: of the last months. Three statements.

    Of the person's own customers and pool, or of the subtrees that he answers for. Hold-outs are not among them: who
    works must not know them.
    """
    newest = Task.objects.aggregate(month=Max("month"))["month"]
    if newest is None:
        return SilencedPage((), None)
    last = Month.from_number(newest)
    said = TaskEvent.objects.filter(task=OuterRef("pk"), act=TaskAct.WITHDRAW, reason__in=_SILENCING)
    found = (
        _tasks(Q(month__in=[last.plus(-back).number for back in range(LASTING_MONTHS + 1)]))
        .filter(own(sight) | pool(sight) | under("path", sight.paths_as(READERS)), is_holdout=False)
        .filter(ended_at__isnull=False, state=TaskState.WITHDRAWN)
        .filter(Q(withdrawn_rule__gt="") | Exists(said))
    )
    if after is not None:
        found = found.filter(id__lt=after)
    tasks = list(found.order_by("-id")[: limit + 1])
    reasons = dict(
        TaskEvent.objects.filter(
            task__in=[task.id for task in tasks[:limit] if not task.withdrawn_rule],
            act=TaskAct.WITHDRAW,
            reason__in=_SILENCING,
        ).values_list("task_id", "reason")
    )
    names: Mapping[str, Text] = withdrawn_words(playbook)

    def why(task: Task) -> Text:
        rule = task.withdrawn_rule
        return names.get(rule, Text(rule, rule)) if rule else WithdrawReason(reasons[task.id]).text

    rows = tuple(_silenced(task, task.id, task.state_at, None, why(task)) for task in tasks[:limit])
    return SilencedPage(rows, tasks[limit - 1].id if len(tasks) > limit else None)


def _tasks(condition: Q) -> QuerySet[Task]:
    return Task.objects.defer("facts").filter(condition)


def _lasting(today: date) -> Q:
    return Q(until_date__isnull=True) | Q(until_date__gt=today)


def _silenced(task: Task, place: int, since: datetime, until: date | None, why: Text) -> Silenced:
    return Silenced(
        id=place,
        task_id=task.task_id,
        subscriber_id=task.subscriber_id,
        number_masked=task.number_masked,
        name_masked=task.name_masked,
        owner_code=task.owner_code,
        unit_code=task.unit_code,
        since=since,
        until=until,
        why=why,
    )
