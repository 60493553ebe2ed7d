"""Tables of `evidence`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from weixi.desk.evidence.rules.answer import Decision


class ProposalAnswer(models.Model):
    """One row is what a person decided on one proposal of a month: accepted as a version, or declined for a reason."""

    id: int
    answered_by_id: int
    month: models.IntegerField[int, int] = models.IntegerField()
    code: models.CharField[str, str] = models.CharField(max_length=200)
    decision: models.CharField[str, str] = models.CharField(max_length=16)
    reason: models.TextField[str, str] = models.TextField(default="")
    version_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    answered_by: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="evidence_one_answer", fields=["month", "code"]),
            models.CheckConstraint(
                name="evidence_answer",
                condition=Q(decision=Decision.ACCEPTED.value, version_id__isnull=False)
                | (Q(decision=Decision.DECLINED.value, version_id__isnull=True) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.code} {self.decision}"
