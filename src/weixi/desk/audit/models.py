"""Tables of `audit`."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models


class AuditEntry(models.Model):
    """One row is one act, chained to the row before: rows are only ever added.

    `number` counts without gaps. `detail` is canonical JSON kept as the text that was hashed. `actor_id` is a person's
    number in `org`, no foreign key: the entry outlives the person. `path` is the territory of the subject; empty: the
    whole operator.
    """

    number: models.BigIntegerField[int, int] = models.BigIntegerField(primary_key=True)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)
    actor_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    act: models.CharField[str, str] = models.CharField(max_length=64)
    subject: models.CharField[str, str] = models.CharField(max_length=200, db_index=True)
    path: models.CharField[str, str] = models.CharField(max_length=400, db_index=True, default="")
    detail: models.TextField[str, str] = models.TextField()
    reason: models.TextField[str, str] = models.TextField(default="")
    hash: models.CharField[str, str] = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="audit_number", condition=models.Q(number__gte=1)),
        ]
        indexes: ClassVar = [
            models.Index(name="audit_by_act", fields=["act", "-number"]),
            models.Index(name="audit_by_actor", fields=["actor_id", "-number"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.act} {self.subject}"


class AuditHead(models.Model):
    """The one row (`id` = 1) that says where the chain ends: writers lock it, and a cut tail differs from it."""

    id: models.SmallIntegerField[int, int] = models.SmallIntegerField(primary_key=True)
    count: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    hash: models.CharField[str, str] = models.CharField(max_length=64, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="audit_head_is_one", condition=models.Q(id=1)),
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.hash}"
