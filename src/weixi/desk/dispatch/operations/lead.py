"""What who answers for tasks does: issue, hand over, escalate, withdraw, archive."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from weixi.desk.audit.operations import record
from weixi.desk.base.book import playbook as plan_in_force
from weixi.desk.dispatch.models import Task, TaskEvent
from weixi.desk.dispatch.operations.acting import Done, Step, perform
from weixi.desk.dispatch.operations.roll_up import touch
from weixi.desk.dispatch.queries.scope import within
from weixi.desk.dispatch.queries.standards import limits_of
from weixi.desk.dispatch.rules import (
    ROLES,
    Refused,
    TaskAct,
    TaskState,
    WithdrawReason,
    due_at,
    escalated,
)
from weixi.desk.org.queries import path_of_owner
from weixi.desk.org.rules import Sight
from weixi.kernel.language import Text
from weixi.playbook import Playbook

CHUNK = 500


@transaction.atomic
def issue(*, sight: Sight, playbook: Playbook, now: datetime, path: str = "") -> int:
    """Issue every created task of the person's territory, or of the subtree at `path` in it; how many.

    Their time begins now. Issued ones are left as they are, so the same call again issues none.
    """
    posts = sight.paths_as(ROLES[TaskAct.ISSUE])
    inside = [path] if path and any(path.startswith(post) for post in posts) else [] if path else posts
    waiting = Task.objects.select_for_update().filter(within(inside), state=TaskState.CREATED)
    by_kind, by_level, assessed = limits_of(playbook)
    count = 0
    for tasks in _chunks(list(waiting.defer("facts").order_by("id"))):
        events = []
        for task in tasks:
            limit = by_kind.get(task.kind) or (by_level.get(task.level) if task.kind in assessed else None)
            task.due_at = due_at(
                task_date=task.task_date, window_end_date=task.window_end_date, issued_at=now, limit=limit
            )
            task.state, task.state_at, task.issued_at = TaskState.ISSUED.value, now, now
            task.event_count += 1
            events.append(
                TaskEvent(
                    task=task,
                    number=task.event_count,
                    act=TaskAct.ISSUE.value,
                    state_before=TaskState.CREATED.value,
                    state_after=TaskState.ISSUED.value,
                    at=now,
                    actor_id=sight.user_id,
                )
            )
        Task.objects.bulk_update(tasks, ["due_at", "state", "state_at", "issued_at", "event_count"])
        TaskEvent.objects.bulk_create(events)
        count += len(tasks)
    if count:
        record(
            actor_id=sight.user_id,
            act="dispatch.issue",
            subject="tasks",
            detail={"tasks": count, "paths": list(inside)},
            now=now,
            path=inside[0] if len(inside) == 1 else "",
        )
    return count


def hand_over(
    *, task_id: str, sight: Sight, owner_code: str, call_id: str, now: datetime, note: str = ""
) -> Done:
    """Give the task to another owner of the leader's territory (转派), who takes it up anew.

    Raises Refused where the leader does not answer for that owner as well, or the task is his already.
    """
    path = path_of_owner(owner_code)

    def steps(task: Task) -> list[Step]:
        if path is None or not sight.covers_as(path, ROLES[TaskAct.HAND_OVER]) or path == task.path:
            raise Refused(
                "task.owner",
                Text(f"不能转派给 {owner_code}", f"it cannot be handed over to {owner_code}"),
                Text("选择你管辖范围内的另一位责任人", "choose another owner of your territory"),
            )
        unit = path.rstrip("/").rsplit("/", 2)[-2]
        if unit != task.unit_code:
            touch(unit_code=task.unit_code, issued_at=task.issued_at)
        where = {"owner_code": owner_code, "node_code": owner_code, "unit_code": unit, "path": path}
        return [Step(TaskAct.HAND_OVER, says={"target": owner_code, "note": note}, changes=where)]

    return perform(
        task_id=task_id, sight=sight, call_id=call_id, now=now, verb=TaskAct.HAND_OVER, steps_of=steps
    )


def escalate(*, task_id: str, sight: Sight | None, call_id: str, now: datetime, note: str = "") -> Done:
    """Bring the task one level up; it is due again after the playbook's hours. Raises Refused at the top."""
    respite = timedelta(hours=plan_in_force().service.work.respite_hours)

    def steps(task: Task) -> list[Step]:
        level = escalated(task.escalated_to)
        if level is None:
            raise Refused(
                "task.top",
                Text("已升级到省级，不能再升", "it is at the province's level already"),
                Text("请省级责任人处理", "the province decides"),
            )
        changes = {"escalated_to": level.value, "due_at": max(task.due_at, now + respite)}
        return [Step(TaskAct.ESCALATE, says={"target": level.value, "note": note}, changes=changes)]

    return perform(
        task_id=task_id, sight=sight, call_id=call_id, now=now, verb=TaskAct.ESCALATE, steps_of=steps
    )


def withdraw(
    *, task_id: str, sight: Sight, reason: WithdrawReason, call_id: str, now: datetime, note: str = ""
) -> Done:
    """Take the task back for one of the reasons that people give. Raises Refused."""
    if reason in (WithdrawReason.RULE, WithdrawReason.PLAN_CHANGED):
        raise Refused(
            "task.reason",
            Text(f"“{reason.text.zh}”只能由系统登记", f"“{reason.text.en}” is the system's alone"),
            Text("选择一个人工撤回的原因", "choose a reason that people give"),
        )
    return perform(
        task_id=task_id,
        sight=sight,
        call_id=call_id,
        now=now,
        verb=TaskAct.WITHDRAW,
        steps_of=lambda _: [Step(TaskAct.WITHDRAW, says={"reason": reason.value, "note": note})],
    )


def archive(*, task_id: str, sight: Sight, call_id: str, now: datetime) -> Done:
    """Close the file of a task that was called back (归档). Raises Refused for one that is not that far."""

    def steps(task: Task) -> list[Step]:
        if task.state != TaskState.CALLED_BACK:
            raise Refused(
                "task.state",
                Text("回访后才能归档", "it is archived after the call back"),
                Text(
                    "先完成回访；窗口期过后系统自动归档", "call back first; the system archives what is over"
                ),
            )
        return [Step(TaskAct.ARCHIVE)]

    return perform(
        task_id=task_id, sight=sight, call_id=call_id, now=now, verb=TaskAct.ARCHIVE, steps_of=steps
    )


def _chunks(tasks: list[Task]) -> Iterator[list[Task]]:
    for start in range(0, len(tasks), CHUNK):
        yield tasks[start : start + CHUNK]
