"""Tables of `touch`."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from weixi.desk.touch.rules import TO_SOLVE, Direction, Intent, Result, Said
from weixi.kernel.terms import Channel


class Touch(models.Model):
    """One row is one contact of a person with a customer outside a task; rows are only ever added.

    `due_date` is set where it was a regular return call: when that was due, and `is_on_time`. `task_id` names the task
    that came of it. `path` is where the customer belonged that day.
    """

    id: int
    subscriber_id: models.BigIntegerField[int, int] = models.BigIntegerField()
    household_key: models.CharField[str, str] = models.CharField(max_length=64)
    direction: models.CharField[str, str] = models.CharField(max_length=8)
    channel: models.CharField[str, str] = models.CharField(max_length=16)
    intent: models.CharField[str, str] = models.CharField(max_length=16, default="")
    result: models.CharField[str, str] = models.CharField(max_length=16)
    note: models.TextField[str, str] = models.TextField(default="")
    due_date: models.DateField[date | None, date | None] = models.DateField(null=True)
    is_on_time: models.BooleanField[bool | None, bool | None] = models.BooleanField(null=True)
    task_id: models.CharField[str, str] = models.CharField(max_length=96, default="")
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    by_id: models.BigIntegerField[int, int] = models.BigIntegerField()
    agent_code: models.CharField[str, str] = models.CharField(max_length=64, default="")
    path: models.CharField[str, str] = models.CharField(max_length=400)
    call_id: models.CharField[str, str] = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="touch_direction", condition=Q(direction__in=[term.value for term in Direction])
            ),
            models.CheckConstraint(
                name="touch_channel", condition=Q(channel__in=[term.value for term in Channel])
            ),
            models.CheckConstraint(
                name="touch_intent", condition=Q(intent__in=["", *(term.value for term in Intent)])
            ),
            models.CheckConstraint(
                name="touch_result", condition=Q(result__in=[term.value for term in Result])
            ),
            models.CheckConstraint(name="touch_path", condition=Q(path__endswith="/")),
            models.CheckConstraint(
                name="touch_due",
                condition=Q(due_date__isnull=True, is_on_time__isnull=True)
                | Q(due_date__isnull=False, is_on_time__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="touch_customer", fields=["subscriber_id", "-at"]),
            models.Index(name="touch_place", fields=["path", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.direction} {self.at:%Y-%m-%d}"


class Note(models.Model):
    """One row is one note on a customer, shared by everybody who looks after him; rows are only ever added."""

    id: int
    subscriber_id: models.BigIntegerField[int, int] = models.BigIntegerField()
    household_key: models.CharField[str, str] = models.CharField(max_length=64)
    text: models.TextField[str, str] = models.TextField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    by_id: models.BigIntegerField[int, int] = models.BigIntegerField()
    path: models.CharField[str, str] = models.CharField(max_length=400)
    call_id: models.CharField[str, str] = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="touch_note_said", condition=~Q(text="")),
            models.CheckConstraint(name="touch_note_path", condition=Q(path__endswith="/")),
        ]
        indexes: ClassVar = [
            models.Index(name="touch_note_customer", fields=["subscriber_id", "-at"]),
            models.Index(name="touch_note_household", fields=["household_key", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.at:%Y-%m-%d}"


class Finding(models.Model):
    """One row is one thing that a customer told us in one contact: a need, an opinion, a problem, a promise we made.

    A problem and a promise stay open until `closed_at`; `due_date` is the day a promise was given for.
    """

    id: int
    touch_id: int
    touch: models.ForeignKey[Touch, Touch] = models.ForeignKey(
        Touch, on_delete=models.PROTECT, related_name="findings"
    )
    kind: models.CharField[str, str] = models.CharField(max_length=16)
    text: models.TextField[str, str] = models.TextField()
    due_date: models.DateField[date | None, date | None] = models.DateField(null=True)
    subscriber_id: models.BigIntegerField[int, int] = models.BigIntegerField(db_index=True)
    path: models.CharField[str, str] = models.CharField(max_length=400)
    opened_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    is_open: models.BooleanField[bool, bool] = models.BooleanField()
    closed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    closed_by: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    solution: models.TextField[str, str] = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="touch_said_kind", condition=Q(kind__in=[term.value for term in Said])
            ),
            models.CheckConstraint(
                name="touch_said_open",
                condition=Q(is_open=False)
                | Q(kind__in=[term.value for term in TO_SOLVE], closed_at__isnull=True),
            ),
            models.UniqueConstraint(name="touch_said_once", fields=["touch", "kind"]),
        ]
        indexes: ClassVar = [
            models.Index(name="touch_open", fields=["opened_at"], condition=Q(is_open=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subscriber_id}"
