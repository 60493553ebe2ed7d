"""What was given to the data and taken from it, and who asked for silence."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from weixi.desk.dispatch.rules import WithdrawReason


class DoNotCall(models.Model):
    """One row is one household that is not called because of what the customer said; nobody is put through to it.

    `reason`: he asked for no more calls (谢绝来电), or has applied to port out. `until_date`: from that day on it may
    be called again, None: never.
    """

    id: int
    household_key: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    path: models.CharField[str, str] = models.CharField(max_length=400)
    task_id: models.CharField[str, str] = models.CharField(max_length=96)
    reason: models.CharField[str, str] = models.CharField(
        max_length=24, default=WithdrawReason.DO_NOT_CONTACT.value
    )
    until_date: models.DateField[date | None, date | None] = models.DateField(null=True)
    asked_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    actor_id: models.BigIntegerField[int, int] = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(name="dispatch_refusing", fields=["path", "id"])]

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
