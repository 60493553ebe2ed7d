"""The process in figures: counted from the events, never written by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q


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
