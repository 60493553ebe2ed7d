"""Tasks and the lines they list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from weixi.desk.dispatch.models.plans import AppliedPlan, TaskList
from weixi.desk.dispatch.rules import OPEN, TaskState, shown_states
from weixi.kernel.terms import OrgLevel, WarningLevel

_OPEN = Q(is_open=True)


class Task(models.Model):
    """One row is one task of one household: what the frozen plan says, whose it is, and where it stands.

    It comes from a plan, or from a list that a person made (`list`): never from both.

    The territory (`path`, `unit_code`, `owner_code`; no owner: the unit's pool) is copied here, so that no page joins
    to find out who sees it. `next_date` is the first day on which it wants work, `call_at` the moment agreed with the
    customer. Each `*_at` is the first time that state was reached; `is_begun` once a person has acted on it; `is_held`:
    open, and brought to a higher level. `event_count` is the number of its last event. Numbers and names are masked;
    whoever may see them asks the book.
    `facts` is what the words of its card need (`flow.decision.card_facts`), so that no card asks the book.
    """

    id: int
    plan_id: int | None
    list_id: int | None
    task_id: models.CharField[str, str] = models.CharField(max_length=96)
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
    is_held = models.GeneratedField(
        expression=models.ExpressionWrapper(
            Q(state__in=shown_states(OPEN)) & ~Q(escalated_to=""), output_field=models.BooleanField()
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
            # Not `unique=True`: PostgreSQL would keep a second index of it, for LIKE, that nothing asks.
            models.UniqueConstraint(name="dispatch_task_once", fields=["task_id"]),
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
            # A list of one kind, or of none of it, reads that kind alone.
            models.Index(
                name="dispatch_kind", fields=["kind", "-priority", "id", "path", "level"], condition=_OPEN
            ),
            models.Index(
                name="dispatch_due", fields=["due_at", "id", "path", "level", "kind"], condition=_OPEN
            ),
            models.Index(
                name="dispatch_verified", fields=["owner_code", "verified_at"], condition=Q(state="VERIFIED")
            ),
            models.Index(
                name="dispatch_held",
                fields=["-priority", "id", "path", "level", "kind"],
                condition=Q(is_held=True),
            ),
            models.Index(
                name="dispatch_ended", fields=["month", "path", "id"], condition=Q(ended_at__isnull=False)
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
