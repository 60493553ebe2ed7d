"""Tables of `worker`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from weixi.desk.worker.rules import ACTIVE, JobState


class Job(models.Model):
    """One row is one piece of background work: what was asked for, by whom (none: the schedule), where it stands.

    `key` is what it is about (a month, an upload): of one kind and key one job is active at a time. `attempt` counts
    how often it was begun, `worker` is who does it now, and `heartbeat_at` when that process last said so. `path` is
    the territory of who asked; empty: the schedule. `address` is the page to go to when it is done.
    """

    id: int
    requested_by_id: int | None
    kind: models.CharField[str, str] = models.CharField(max_length=64)
    key: models.CharField[str, str] = models.CharField(max_length=200)
    parameters: models.JSONField[Any, Any] = models.JSONField(default=dict)
    requested_by: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    path: models.CharField[str, str] = models.CharField(max_length=400, default="")
    address: models.CharField[str, str] = models.CharField(max_length=400, default="")
    state: models.CharField[str, str] = models.CharField(max_length=16, default=JobState.QUEUED.value)
    not_before: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    attempt: models.SmallIntegerField[int, int] = models.SmallIntegerField(default=0)
    worker: models.CharField[str, str] = models.CharField(max_length=64, default="")
    heartbeat_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    is_cancel_asked: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    done_count: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    total_count: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    step_zh: models.CharField[str, str] = models.CharField(max_length=200, default="")
    step_en: models.CharField[str, str] = models.CharField(max_length=200, default="")
    started_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    result: models.JSONField[Any, Any] = models.JSONField(default=dict)
    error_code: models.CharField[str, str] = models.CharField(max_length=64, default="")
    error_where: models.TextField[str, str] = models.TextField(default="")
    error_zh: models.TextField[str, str] = models.TextField(default="")
    error_en: models.TextField[str, str] = models.TextField(default="")
    remedy_zh: models.TextField[str, str] = models.TextField(default="")
    remedy_en: models.TextField[str, str] = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="worker_job_state", condition=Q(state__in=[state.value for state in JobState])
            ),
            models.UniqueConstraint(
                name="worker_job_once",
                fields=["kind", "key"],
                condition=Q(state__in=sorted(state.value for state in ACTIVE)),
            ),
            models.CheckConstraint(
                name="worker_job_held",
                condition=~Q(state="RUNNING") | (~Q(worker="") & Q(heartbeat_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="worker_job_ended",
                condition=Q(state__in=["QUEUED", "RUNNING"], ended_at__isnull=True)
                | Q(state__in=["DONE", "FAILED", "CANCELLED"], ended_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="worker_queue", fields=["state", "not_before", "id"]),
            models.Index(name="worker_latest", fields=["kind", "key", "-id"]),
            models.Index(name="worker_asked", fields=["path", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.state}"


class Slot(models.Model):
    """One row is one line of the schedule, and the last moment for which it was put into the queue."""

    id: int
    kind: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    due_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"


class Process(models.Model):
    """One row is one running worker; `seen_at` is its last sign of life."""

    id: int
    name: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    started_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    seen_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
