"""Tables of the organisation."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac

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

    `agent_code` is the code under which the book knows them as an owner of subscribers; empty: none. A first password
    that somebody else chose is changed before anything else. Whatever ends a person's sessions raises `session_epoch`.
    """

    id: int
    name: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    agent_code: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    must_change_password: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    session_epoch: models.IntegerField[int, int] = models.IntegerField(default=0)

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

    def get_session_auth_hash(self) -> str:
        """What a session must carry to hold on: of the password, and of how often the sessions were ended."""
        key = "weixi.desk.org.models.User.session"
        return salted_hmac(key, f"{self.session_epoch}:{self.password}", algorithm="sha256").hexdigest()


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


class SecondFactor(models.Model):
    """One row is one person's second factor: a telephone that counts codes, proved by a first one.

    The secret is in no table: it is made from the desk's key and `salt`. `last_count` is the last count that was
    used; codes up to it are refused.
    """

    id: int
    user_id: int
    user: models.OneToOneField[User, User] = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="second_factor"
    )
    salt: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    last_count: models.BigIntegerField[int, int] = models.BigIntegerField()
    enrolled_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    renewed_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.enrolled_at:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """One row is one code that stands in for the telephone once; only its keyed hash is kept. A used one is deleted."""

    id: int
    factor_id: int
    factor: models.ForeignKey[SecondFactor, SecondFactor] = models.ForeignKey(
        SecondFactor, on_delete=models.CASCADE, related_name="codes"
    )
    hash: models.CharField[str, str] = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="org_recovery_once", fields=["factor", "hash"]),
        ]

    def __str__(self) -> str:
        return f"{self.factor_id}"


class ApiToken(models.Model):
    """One row is one token by which a program works in a person's name, from now up to, not including, `expires_date`.

    Only its keyed hash is kept; `shown` is how it begins. `scopes` are words with a space between. `minute` and
    `minute_count` say how many calls there were in the minute (since 1970) of the last one.
    """

    id: int
    user_id: int
    user: models.ForeignKey[User, User] = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="tokens"
    )
    name: models.CharField[str, str] = models.CharField(max_length=64)
    shown: models.CharField[str, str] = models.CharField(max_length=16)
    hash: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    scopes: models.CharField[str, str] = models.CharField(max_length=200)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    expires_date: models.DateField[date, date] = models.DateField()
    revoked_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    used_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    minute: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    minute_count: models.IntegerField[int, int] = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="org_token_scopes", condition=~models.Q(scopes="")),
            models.CheckConstraint(name="org_token_count", condition=models.Q(minute_count__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.shown} {self.name}"
