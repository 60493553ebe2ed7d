"""Tables of the organisation."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from weixi.desk.org.rules import Role
from weixi.kernel.terms import OrgLevel

LEVELS = [(level.value, level.text.zh) for level in OrgLevel]
ROLES = [(role.value, role.text.zh) for role in Role]


class Node(models.Model):
    """One row is one node of the operator's tree. A node that left the tree stays: posts and tasks name it."""

    id: int
    parent_id: int | None
    code: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    parent: models.ForeignKey[Node | None, Node | None] = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="children"
    )
    level: models.CharField[str, str] = models.CharField(max_length=16, choices=LEVELS)
    name: models.CharField[str, str] = models.CharField(max_length=128)
    path: models.CharField[str, str] = models.CharField(max_length=400, unique=True)
    is_current: models.BooleanField[bool, bool] = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="org_node_level", condition=models.Q(level__in=[level.value for level in OrgLevel])
            ),
            models.CheckConstraint(name="org_node_path", condition=models.Q(path__endswith="/")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class User(AbstractUser):
    """One row is one person who may sign in, by the staff number the operator gave (`username`).

    `agent_code` is the code under which the book knows them as an owner of subscribers; empty: none.
    """

    id: int
    name: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    agent_code: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="org_user_agent_code", fields=["agent_code"], condition=~models.Q(agent_code="")
            ),
        ]

    @property
    def shown_name(self) -> str:
        """The name for pages; the staff number where none was given."""
        return self.name or self.username


class Post(models.Model):
    """One row is one role of one person over one subtree, from `since_date` up to, not including, `until_date`."""

    id: int
    user_id: int
    node_id: int
    user: models.ForeignKey[User, User] = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="posts"
    )
    role: models.CharField[str, str] = models.CharField(max_length=16, choices=ROLES)
    node: models.ForeignKey[Node, Node] = models.ForeignKey(
        Node, on_delete=models.PROTECT, related_name="posts"
    )
    since_date: models.DateField[date, date] = models.DateField()
    until_date: models.DateField[date | None, date | None] = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="org_post_role", condition=models.Q(role__in=[role.value for role in Role])
            ),
            models.CheckConstraint(
                name="org_post_half_open",
                condition=models.Q(until_date__isnull=True)
                | models.Q(until_date__gte=models.F("since_date")),
            ),
            models.UniqueConstraint(
                name="org_post_open_once",
                fields=["user", "role", "node"],
                condition=models.Q(until_date__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.node_id}"


class SignInFailure(models.Model):
    """One row is one sign-in that has failed, or is being tried.

    The staff number is kept as a keyed hash: people type passwords into the wrong field.
    """

    id: int
    user_key: models.CharField[str, str] = models.CharField(max_length=64)
    address: models.CharField[str, str] = models.CharField(max_length=64)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="org_failure_user", fields=["user_key", "at"]),
            models.Index(name="org_failure_address", fields=["address", "at"]),
            models.Index(name="org_failure_at", fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.at:%Y-%m-%d %H:%M:%S}"
