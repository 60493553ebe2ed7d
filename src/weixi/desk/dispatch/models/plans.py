"""Plans handed over, and lists that people made into tasks."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from weixi.desk.dispatch.rules import Listed


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
