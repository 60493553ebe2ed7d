"""Tables of `planning`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from weixi.desk.planning.rules import UploadState, VersionState


class PlaybookVersion(models.Model):
    """One row is one version of the operator's playbook: its whole text, who wrote it, and who let it hold.

    `fingerprint` is that of the plan it makes (empty: it has faults, or was not checked); `base` names what it was
    made from. `published_by` is never the author, and one version is in force.
    """

    id: int
    author_id: int
    published_by_id: int | None
    number: models.IntegerField[int, int] = models.IntegerField(unique=True)
    title: models.CharField[str, str] = models.CharField(max_length=120)
    text: models.TextField[str, str] = models.TextField()
    base: models.CharField[str, str] = models.CharField(max_length=64)
    note: models.TextField[str, str] = models.TextField(default="")
    path: models.CharField[str, str] = models.CharField(max_length=400)
    author: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    written_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    state: models.CharField[str, str] = models.CharField(max_length=16, default=VersionState.DRAFT.value)
    fingerprint: models.CharField[str, str] = models.CharField(max_length=64, default="")
    checked_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    proposed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    published_by: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    answer: models.TextField[str, str] = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="planning_version_state", condition=Q(state__in=[state.value for state in VersionState])
            ),
            models.CheckConstraint(
                name="planning_four_eyes",
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("author")),
            ),
            models.CheckConstraint(
                name="planning_published",
                condition=~Q(state__in=["PUBLISHED", "RETIRED"])
                | (Q(published_by__isnull=False) & Q(published_at__isnull=False) & ~Q(fingerprint="")),
            ),
            models.UniqueConstraint(
                name="planning_one_in_force", fields=["state"], condition=Q(state="PUBLISHED")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class Upload(models.Model):
    """One row is one upload of an operator's files, kept under the home at `uploads/<folder>/`.

    `files` is a list of {name, bytes, sha256}. `mapping` names one of the shipped mappings, or is empty: then
    `mapping_text` holds one. `suggestion` is what looking at the files found; `month` is that of files that tell none.
    """

    id: int
    made_by_id: int
    folder: models.CharField[str, str] = models.CharField(max_length=32, unique=True)
    path: models.CharField[str, str] = models.CharField(max_length=400)
    made_by: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    files: models.JSONField[Any, Any] = models.JSONField()
    month: models.IntegerField[int | None, int | None] = models.IntegerField(null=True)
    mapping: models.CharField[str, str] = models.CharField(max_length=64, default="")
    mapping_text: models.TextField[str, str] = models.TextField(default="")
    suggestion: models.JSONField[Any, Any] = models.JSONField(default=dict)
    state: models.CharField[str, str] = models.CharField(max_length=16, default=UploadState.RECEIVED.value)
    results: models.JSONField[Any, Any] = models.JSONField(default=list)
    taken_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="planning_upload_state", condition=Q(state__in=[state.value for state in UploadState])
            ),
        ]
        indexes: ClassVar = [models.Index(name="planning_upload_place", fields=["path", "-id"])]

    def __str__(self) -> str:
        return f"{self.folder} {self.state}"
