"""What was done to tasks."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from weixi.desk.dispatch.models.tasks import Task
from weixi.desk.dispatch.rules import ContactResult, TaskAct, TaskState, WithdrawReason


class TaskEvent(models.Model):
    """One row is one act on one task, in the order of `number`; rows are only ever added (the database sees to it).

    `call_id` is the caller's own id of the call that made it, `step` its place among the acts of that call; the
    system's have none. `target` is who got a task handed over, or the level it was escalated to.
    """

    id: int
    task_id: int
    task: models.ForeignKey[Task, Task] = models.ForeignKey(
        Task, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    number: models.IntegerField[int, int] = models.IntegerField()
    act: models.CharField[str, str] = models.CharField(max_length=16)
    state_before: models.CharField[str, str] = models.CharField(max_length=16)
    state_after: models.CharField[str, str] = models.CharField(max_length=16)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    actor_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    agent_code: models.CharField[str, str] = models.CharField(max_length=64, default="")
    channel: models.CharField[str, str] = models.CharField(max_length=16, default="")
    result: models.CharField[str, str] = models.CharField(max_length=16, default="")
    offer_code: models.CharField[str, str] = models.CharField(max_length=64, default="")
    reason: models.CharField[str, str] = models.CharField(max_length=32, default="")
    target: models.CharField[str, str] = models.CharField(max_length=64, default="")
    note: models.TextField[str, str] = models.TextField(default="")
    call_id: models.CharField[str, str] = models.CharField(max_length=64, default="")
    step: models.SmallIntegerField[int, int] = models.SmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="dispatch_event_order", fields=["task", "number"]),
            models.UniqueConstraint(
                name="dispatch_event_call", fields=["call_id", "step"], condition=~Q(call_id="")
            ),
            models.CheckConstraint(
                name="dispatch_event_act", condition=Q(act__in=[act.value for act in TaskAct])
            ),
            models.CheckConstraint(
                name="dispatch_event_states",
                condition=Q(state_before__in=[state.value for state in TaskState])
                & Q(state_after__in=[state.value for state in TaskState]),
            ),
            models.CheckConstraint(
                name="dispatch_event_result",
                condition=Q(result__in=["", *(result.value for result in ContactResult)]),
            ),
            models.CheckConstraint(
                name="dispatch_event_reason",
                condition=Q(reason__in=["", *(reason.value for reason in WithdrawReason)]),
            ),
        ]
        indexes: ClassVar = [
            # Of all rows: SQLite takes an index of some only where the query says so without parameters.
            models.Index(name="dispatch_work", fields=["agent_code", "at"]),
            models.Index(name="dispatch_call", fields=["call_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.number} {self.act}"
