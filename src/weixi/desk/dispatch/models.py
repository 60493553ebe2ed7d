"""Tables of `dispatch`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from weixi.desk.dispatch.rules import (
    OPEN,
    ContactResult,
    Listed,
    TaskAct,
    TaskState,
    WithdrawReason,
    shown_states,
)
from weixi.kernel.terms import OrgLevel, WarningLevel

_OPEN = Q(is_open=True)


class AppliedPlan(models.Model):
    """One row is one frozen plan handed over: a month's, or that of one morning (`day`).

    `loaded_count` tasks are in; `completed_at` is empty until all are, and a broken hand-over goes on from there.
    """

    id: int
    fingerprint: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    month: models.IntegerField[int, int] = models.IntegerField()
    day: models.DateField[date | None, date | None] = models.DateField(null=True)
    revision: models.IntegerField[int, int] = models.IntegerField()
    is_issued: models.BooleanField[bool, bool] = models.BooleanField()
    task_count: models.IntegerField[int, int] = models.IntegerField()
    loaded_count: models.IntegerField[int, int] = models.IntegerField(default=0)
    added_count: models.IntegerField[int, int] = models.IntegerField(default=0)
    revised_count: models.IntegerField[int, int] = models.IntegerField(default=0)
    kept_count: models.IntegerField[int, int] = models.IntegerField(default=0)
    withdrawn_count: models.IntegerField[int, int] = models.IntegerField(default=0)
    applied_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    applied_by: models.CharField[str, str] = models.CharField(max_length=64)
    completed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="dispatch_plan_loaded",
                condition=Q(loaded_count__gte=0) & Q(loaded_count__lte=models.F("task_count")),
            ),
            models.CheckConstraint(
                name="dispatch_plan_complete",
                condition=Q(completed_at__isnull=True) | Q(loaded_count=models.F("task_count")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day or self.month} r{self.revision}"


class TaskList(models.Model):
    """One row is one list of customers that a person made into tasks beside the plans; rows are only ever added.

    `call_id` is the caller's own id: the same call again finds this row. `fingerprint` is that of the list's content;
    `source` says what kind of list, `title` which. The rows' verdicts are in TaskListRow.
    """

    id: int
    call_id: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    fingerprint: models.CharField[str, str] = models.CharField(max_length=64, db_index=True)
    source: models.CharField[str, str] = models.CharField(max_length=32)
    title: models.CharField[str, str] = models.CharField(max_length=200)
    month: models.IntegerField[int, int] = models.IntegerField()
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)
    made_by: models.BigIntegerField[int, int] = models.BigIntegerField()
    path: models.CharField[str, str] = models.CharField(max_length=400)
    row_count: models.IntegerField[int, int] = models.IntegerField()
    added_count: models.IntegerField[int, int] = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="dispatch_list_added",
                condition=Q(added_count__gte=0) & Q(added_count__lte=models.F("row_count")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.title}"


class TaskListRow(models.Model):
    """One row is one row of such a list: what became of it, and the task it is part of or was kept from by.

    `subscriber_id` 0: the list's maker found no such customer. `detail` is the rule or the state behind the verdict.
    """

    id: int
    list_id: int
    list: models.ForeignKey[TaskList, TaskList] = models.ForeignKey(
        TaskList, on_delete=models.PROTECT, related_name="rows", db_index=False
    )
    number: models.IntegerField[int, int] = models.IntegerField()
    subscriber_id: models.BigIntegerField[int, int] = models.BigIntegerField()
    verdict: models.CharField[str, str] = models.CharField(max_length=16)
    detail: models.CharField[str, str] = models.CharField(max_length=64)
    task_id: models.CharField[str, str] = models.CharField(max_length=96)
    reason: models.CharField[str, str] = models.CharField(max_length=64)
    note: models.TextField[str, str] = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="dispatch_list_row", fields=["list", "number"]),
            models.CheckConstraint(
                name="dispatch_list_verdict", condition=Q(verdict__in=[verdict.value for verdict in Listed])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_id} {self.number} {self.verdict}"


class Task(models.Model):
    """One row is one task of one household: what the frozen plan says, whose it is, and where it stands.

    It comes from a plan, or from a list that a person made (`list`): never from both.

    The territory (`path`, `unit_code`, `owner_code`; no owner: the unit's pool) is copied here, so that no page joins
    to find out who sees it. `next_date` is the first day on which it wants work, `call_at` the moment agreed with the
    customer. Each `*_at` is the first time that state was reached; `is_begun` once a person has acted on it.
    `event_count` is the number of its last event. Numbers and names are masked; whoever may see them asks the book.
    `facts` is what the words of its card need (`flow.decision.card_facts`), so that no card asks the book.
    """

    id: int
    plan_id: int | None
    list_id: int | None
    task_id: models.CharField[str, str] = models.CharField(max_length=96, unique=True)
    plan: models.ForeignKey[AppliedPlan | None, AppliedPlan | None] = models.ForeignKey(
        AppliedPlan, on_delete=models.PROTECT, db_index=False, null=True
    )
    list: models.ForeignKey[TaskList | None, TaskList | None] = models.ForeignKey(
        TaskList, on_delete=models.PROTECT, null=True, related_name="tasks"
    )
    month: models.IntegerField[int, int] = models.IntegerField()
    subscriber_id: models.BigIntegerField[int, int] = models.BigIntegerField()
    household_key: models.CharField[str, str] = models.CharField(max_length=64)
    line_count: models.IntegerField[int, int] = models.IntegerField()
    kind: models.CharField[str, str] = models.CharField(max_length=64)
    task_type: models.CharField[str, str] = models.CharField(max_length=16)
    level: models.CharField[str, str] = models.CharField(max_length=16)
    happens_date: models.DateField[date, date] = models.DateField()
    task_date: models.DateField[date, date] = models.DateField()
    window_start_date: models.DateField[date, date] = models.DateField()
    window_end_date: models.DateField[date, date] = models.DateField()
    reason_1: models.CharField[str, str] = models.CharField(max_length=64)
    reason_2: models.CharField[str, str] = models.CharField(max_length=64)
    reason_3: models.CharField[str, str] = models.CharField(max_length=64)
    offer_code: models.CharField[str, str] = models.CharField(max_length=64)
    offer_cost_fen: models.BigIntegerField[int, int] = models.BigIntegerField()
    channel: models.CharField[str, str] = models.CharField(max_length=16)
    unit_code: models.CharField[str, str] = models.CharField(max_length=64)
    owner_code: models.CharField[str, str] = models.CharField(max_length=64)
    node_code: models.CharField[str, str] = models.CharField(max_length=64)
    path: models.CharField[str, str] = models.CharField(max_length=400)
    is_assessed: models.BooleanField[bool, bool] = models.BooleanField()
    is_holdout: models.BooleanField[bool, bool] = models.BooleanField()
    withdrawn_rule: models.CharField[str, str] = models.CharField(max_length=64)
    revenue_at_risk_fen: models.BigIntegerField[int, int] = models.BigIntegerField()
    number_masked: models.CharField[str, str] = models.CharField(max_length=32)
    name_masked: models.CharField[str, str] = models.CharField(max_length=64)
    grade: models.CharField[str, str] = models.CharField(max_length=16)
    band: models.CharField[str, str] = models.CharField(max_length=64)
    stage: models.CharField[str, str] = models.CharField(max_length=16)
    cluster: models.CharField[str, str] = models.CharField(max_length=32)
    category: models.CharField[str, str] = models.CharField(max_length=32)
    priority: models.BigIntegerField[int, int] = models.BigIntegerField()
    state: models.CharField[str, str] = models.CharField(max_length=16)
    # SQLite takes an index of some rows only where the query says the same without parameters.
    is_open = models.GeneratedField(
        expression=models.ExpressionWrapper(
            Q(state__in=shown_states(OPEN)), output_field=models.BooleanField()
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    state_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    is_begun: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    next_date: models.DateField[date, date] = models.DateField()
    call_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    due_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    escalated_to: models.CharField[str, str] = models.CharField(max_length=16, default="")
    attempt_count: models.IntegerField[int, int] = models.IntegerField(default=0)
    last_result: models.CharField[str, str] = models.CharField(max_length=16, default="")
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    issued_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    claimed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    contacted_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    handled_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    verified_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    called_back_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    event_count: models.IntegerField[int, int] = models.IntegerField(default=0)
    # Last: lists read rows without it, and a database reads a row from its beginning.
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="dispatch_task_state", condition=Q(state__in=[state.value for state in TaskState])
            ),
            models.CheckConstraint(
                name="dispatch_task_level", condition=Q(level__in=[level.value for level in WarningLevel])
            ),
            models.CheckConstraint(
                name="dispatch_task_escalated",
                condition=Q(escalated_to__in=["", *(level.value for level in OrgLevel)]),
            ),
            models.CheckConstraint(name="dispatch_task_path", condition=Q(path__endswith="/")),
            # Nobody who is held out is ever worked, whatever a program does.
            models.CheckConstraint(
                name="dispatch_task_holdout",
                condition=Q(is_holdout=False) | Q(state__in=["HELD_OUT", "WITHDRAWN", "ARCHIVED"]),
            ),
            models.CheckConstraint(
                name="dispatch_task_window", condition=Q(window_end_date__gt=models.F("window_start_date"))
            ),
            models.CheckConstraint(
                name="dispatch_task_source",
                condition=Q(plan__isnull=True, list__isnull=False) | Q(plan__isnull=False, list__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="dispatch_queue", fields=["owner_code", "-priority", "id"], condition=_OPEN),
            models.Index(
                name="dispatch_below",
                fields=["path", "-priority", "id"],
                condition=_OPEN,
                opclasses=["text_pattern_ops", "int8_ops", "int8_ops"],
            ),
            models.Index(name="dispatch_household", fields=["household_key"]),
            # What lists filter by stands in the index: a row is read only where it is shown.
            models.Index(
                name="dispatch_weight",
                fields=["-priority", "id", "path", "next_date", "level", "kind", "owner_code"],
                condition=_OPEN,
            ),
            models.Index(
                name="dispatch_due", fields=["due_at", "id", "path", "level", "kind"], condition=_OPEN
            ),
            models.Index(
                name="dispatch_verified", fields=["owner_code", "verified_at"], condition=Q(state="VERIFIED")
            ),
            models.Index(name="dispatch_unit_day", fields=["unit_code", "issued_at"]),
            models.Index(name="dispatch_issued", fields=["issued_at", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.state}"


class TaskLine(models.Model):
    """One row is one line that one task lists."""

    id: int
    task_id: int
    task: models.ForeignKey[Task, Task] = models.ForeignKey(
        Task, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    subscriber_id: models.BigIntegerField[int, int] = models.BigIntegerField(db_index=True)
    kind: models.CharField[str, str] = models.CharField(max_length=64)
    happens_date: models.DateField[date, date] = models.DateField()
    number_masked: models.CharField[str, str] = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="dispatch_line_once", fields=["task", "subscriber_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.subscriber_id}"


class TaskEvent(models.Model):
    """One row is one act on one task, in the order of `number`; rows are only ever added (the database sees to it).

    `call_id` is the caller's own id of the call that made it, `step` its place among the acts of that call; the
    system's have none. `target` is who got a task handed over, or the level it was escalated to.
    """

    id: int
    task_id: int
    task: models.ForeignKey[Task, Task] = models.ForeignKey(
        Task, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    number: models.IntegerField[int, int] = models.IntegerField()
    act: models.CharField[str, str] = models.CharField(max_length=16)
    state_before: models.CharField[str, str] = models.CharField(max_length=16)
    state_after: models.CharField[str, str] = models.CharField(max_length=16)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    actor_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    agent_code: models.CharField[str, str] = models.CharField(max_length=64, default="")
    channel: models.CharField[str, str] = models.CharField(max_length=16, default="")
    result: models.CharField[str, str] = models.CharField(max_length=16, default="")
    offer_code: models.CharField[str, str] = models.CharField(max_length=64, default="")
    reason: models.CharField[str, str] = models.CharField(max_length=32, default="")
    target: models.CharField[str, str] = models.CharField(max_length=64, default="")
    note: models.TextField[str, str] = models.TextField(default="")
    call_id: models.CharField[str, str] = models.CharField(max_length=64, default="")
    step: models.SmallIntegerField[int, int] = models.SmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="dispatch_event_order", fields=["task", "number"]),
            models.UniqueConstraint(
                name="dispatch_event_call", fields=["call_id", "step"], condition=~Q(call_id="")
            ),
            models.CheckConstraint(
                name="dispatch_event_act", condition=Q(act__in=[act.value for act in TaskAct])
            ),
            models.CheckConstraint(
                name="dispatch_event_states",
                condition=Q(state_before__in=[state.value for state in TaskState])
                & Q(state_after__in=[state.value for state in TaskState]),
            ),
            models.CheckConstraint(
                name="dispatch_event_result",
                condition=Q(result__in=["", *(result.value for result in ContactResult)]),
            ),
            models.CheckConstraint(
                name="dispatch_event_reason",
                condition=Q(reason__in=["", *(reason.value for reason in WithdrawReason)]),
            ),
        ]
        indexes: ClassVar = [
            # Of all rows: SQLite takes an index of some only where the query says so without parameters.
            models.Index(name="dispatch_work", fields=["agent_code", "at"]),
            models.Index(name="dispatch_call", fields=["call_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.number} {self.act}"


class FunnelCount(models.Model):
    """One row is the tasks of one care unit issued on one business date: how many came to each state, how long it took.

    `*_seconds` are sums over the tasks that got there: to claim and to verify from the issue, to contact from the
    claim, to handle from the contact. `held_count` tasks were brought to a higher level and are still open.
    """

    id: int
    unit_code: models.CharField[str, str] = models.CharField(max_length=64)
    path: models.CharField[str, str] = models.CharField(max_length=400)
    issue_date: models.DateField[date, date] = models.DateField()
    issued_count: models.IntegerField[int, int] = models.IntegerField()
    claimed_count: models.IntegerField[int, int] = models.IntegerField()
    contacted_count: models.IntegerField[int, int] = models.IntegerField()
    handled_count: models.IntegerField[int, int] = models.IntegerField()
    verified_count: models.IntegerField[int, int] = models.IntegerField()
    called_back_count: models.IntegerField[int, int] = models.IntegerField()
    withdrawn_count: models.IntegerField[int, int] = models.IntegerField()
    held_count: models.IntegerField[int, int] = models.IntegerField()
    to_claimed: models.DurationField[timedelta, timedelta] = models.DurationField()
    to_contacted: models.DurationField[timedelta, timedelta] = models.DurationField()
    to_handled: models.DurationField[timedelta, timedelta] = models.DurationField()
    to_verified: models.DurationField[timedelta, timedelta] = models.DurationField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="dispatch_funnel_once", fields=["unit_code", "issue_date"]),
            models.CheckConstraint(name="dispatch_funnel_path", condition=Q(path__endswith="/")),
        ]
        indexes: ClassVar = [models.Index(name="dispatch_funnel_day", fields=["issue_date", "path"])]

    def __str__(self) -> str:
        return f"{self.unit_code} {self.issue_date}"


class FunnelCursor(models.Model):
    """The one row (`id` = 1) that says up to which event the funnel was counted, and when."""

    id: models.SmallIntegerField[int, int] = models.SmallIntegerField(primary_key=True)
    position: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    counted_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="dispatch_funnel_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.position)


class FunnelTouch(models.Model):
    """One row is one unit and issue date that a task left for another unit: its counts are made anew."""

    id: int
    unit_code: models.CharField[str, str] = models.CharField(max_length=64)
    issue_date: models.DateField[date, date] = models.DateField()

    def __str__(self) -> str:
        return f"{self.unit_code} {self.issue_date}"


class DoNotCall(models.Model):
    """One row is one household that asked not to be called any more (谢绝来电); nobody is put through to it."""

    id: int
    household_key: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    path: models.CharField[str, str] = models.CharField(max_length=400)
    task_id: models.CharField[str, str] = models.CharField(max_length=96)
    asked_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    actor_id: models.BigIntegerField[int, int] = models.BigIntegerField()

    def __str__(self) -> str:
        return self.household_key


class FactCursor(models.Model):
    """The one row (`id` = 1) that says up to which event facts were given to the store.

    `desk_code` names this database in the ids of its facts: a desk that is built anew tells facts of its own.
    """

    id: models.SmallIntegerField[int, int] = models.SmallIntegerField(primary_key=True)
    desk_code: models.CharField[str, str] = models.CharField(max_length=16)
    position: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="dispatch_cursor_is_one", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return str(self.position)


class TakenResult(models.Model):
    """One row is one partition of the data's results (a day's closings, a month's outcomes) that tasks have taken."""

    id: int
    fingerprint: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    name: models.CharField[str, str] = models.CharField(max_length=64)
    verified_count: models.IntegerField[int, int] = models.IntegerField()
    withdrawn_count: models.IntegerField[int, int] = models.IntegerField()
    taken_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
