"""Handing a frozen plan to the desk: batch by batch, resumable, once for each plan."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from weixi.desk.audit.operations import record
from weixi.desk.dispatch.models import AppliedPlan, Task, TaskEvent, TaskLine
from weixi.desk.dispatch.operations.bulk import insert, reserve
from weixi.desk.dispatch.operations.revise import merge, withdraw_gone, without_second
from weixi.desk.dispatch.operations.roll_up import roll_up
from weixi.desk.dispatch.operations.rows import (
    EVENT_FIELDS,
    LINE_FIELDS,
    TASK_FIELDS,
    Planned,
    Shaper,
)
from weixi.desk.dispatch.queries.handover import Handover, paths_of, planned, tree_of
from weixi.desk.dispatch.rules import ENDS, Refused, TaskAct, TaskState
from weixi.desk.org.operations import load_tree
from weixi.engine import Store
from weixi.flow.decision import card_facts
from weixi.kernel.language import Text
from weixi.playbook import Playbook

BATCH = 10_000
"""Tasks in one transaction: other writers wait for one batch at most."""

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Applied:
    """What handing over a plan did. `was_applied`: it was in before, and nothing changed.

    `kept_count`: tasks of an earlier revision that somebody had begun, left as they are; and those of a morning's
    plan whose household has an open task of a list, which stays its only one.
    """

    fingerprint: str
    was_applied: bool
    task_count: int
    added_count: int
    revised_count: int
    kept_count: int
    withdrawn_count: int


def apply_plan(
    *,
    store: Store,
    playbook: Playbook,
    handover: Handover,
    issue: bool,
    applied_by: str,
    now: datetime,
    tell: Tell = lambda _: None,
) -> Applied:
    """Hand the plan over; the same plan again changes nothing, a broken hand-over goes on where it broke off.

    Another revision of the same month is reconciled: new tasks are added, tasks nobody has begun take the new content
    or, where they are gone, are withdrawn, and tasks begun stay as they are. `tell` gets the count of tasks done.
    Raises Refused where another process hands over the same plan, or where an older revision would replace a newer.
    """
    fingerprint = handover.plan.fingerprint
    there = AppliedPlan.objects.filter(fingerprint=fingerprint).first()
    if there is not None and there.completed_at is not None:
        return _told(there, was_applied=True)
    if handover.replaces is not None and handover.replaces > handover.plan.revision:
        raise Refused(
            "dispatch.older",
            Text(
                f"派单里已有第 {handover.replaces} 版，这是较早的第 {handover.plan.revision} 版",
                f"the desk has revision {handover.replaces}; this is the older {handover.plan.revision}",
            ),
            Text("核对 --home 是否正确", "see whether --home is the right one"),
            where=handover.plan.name,
        )
    tasks, lines = planned(store, handover)
    tree = tree_of(store, handover.month)
    paths = paths_of(tree, iter(tasks["node_code"].unique().to_pylist()))
    load_tree(nodes=tree, actor=None, now=now)
    if there is None:
        there, _ = AppliedPlan.objects.get_or_create(
            fingerprint=fingerprint,
            defaults={
                "month": handover.month.number,
                "day": handover.day,
                "revision": handover.plan.revision,
                "is_issued": issue,
                "task_count": tasks.num_rows,
                "applied_at": now,
                "applied_by": applied_by,
            },
        )
    # What a broken hand-over began with holds for the rest of it.
    facts = card_facts(store, playbook, handover.plan, handover.lines)
    shaper = Shaper(playbook, paths, there.applied_at, there.is_issued, facts)
    done = there.loaded_count
    tell(done)
    shaped = (list(shaper.shaped(batch, own)) for batch, own in _batches(tasks, lines, done))
    for rows in _ahead(shaped):
        with transaction.atomic():
            plan = _turn(there.id, done)
            new, revised, kept = rows, 0, 0
            if handover.replaces is not None:
                merged = merge(plan, rows, now)
                new, revised, kept = merged.new, merged.revised_count, merged.kept_count
            if handover.day is not None:
                free = without_second(new)
                kept += len(new) - len(free)
                new = free
            added = _load(plan, new)
            done += len(rows)
            AppliedPlan.objects.filter(id=plan.id).update(
                loaded_count=done,
                added_count=plan.added_count + added,
                revised_count=plan.revised_count + revised,
                kept_count=plan.kept_count + kept,
            )
        tell(done)
    applied = _complete(there.id, done, handover, now)
    roll_up(now=now)
    return applied


def _batches(tasks: pa.Table, lines: pa.Table, start: int) -> Iterator[tuple[pa.Table, pa.Table]]:
    """The tasks from `start` on in batches, each with its lines; a task's line count says how many are its own."""
    line = int(pc.sum(tasks["line_count"].slice(0, start)).as_py() or 0)
    for at in range(start, tasks.num_rows, BATCH):
        batch = tasks.slice(at, BATCH)
        count = int(pc.sum(batch["line_count"]).as_py())
        yield batch, lines.slice(line, count)
        line += count


def _ahead(batches: Iterator[list[Planned]]) -> Iterator[list[Planned]]:
    """The batches; the next one is shaped while the database takes this one."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch


def _turn(plan_id: int, done: int, *, is_last: bool = False) -> AppliedPlan:
    """The plan, locked for one batch. Raises Refused where another process has gone on with it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE dispatch_appliedplan IN EXCLUSIVE MODE")
            # A batch that a crash takes back is handed over again; the last commit of all waits for the disk.
            if not is_last:
                cursor.execute("SET LOCAL synchronous_commit TO OFF")
    plan = AppliedPlan.objects.select_for_update().get(id=plan_id)
    if plan.loaded_count != done or plan.completed_at is not None:
        raise Refused(
            "dispatch.busy",
            Text("另一个进程正在派这份计划", "another process is handing over this plan"),
            Text("等它完成后再运行一次", "run again when it is done"),
            where=f"{plan.month}",
        )
    return plan


def _load(plan: AppliedPlan, rows: list[Planned]) -> int:
    """Add the tasks with their lines and, where they are issued, the event that says so."""
    if not rows:
        return 0
    first = reserve(Task, len(rows))
    at = plan.applied_at
    insert(Task, TASK_FIELDS, (_task(plan, first + k, row) for k, row in enumerate(rows)))
    insert(
        TaskLine,
        LINE_FIELDS,
        ((first + k, *line) for k, row in enumerate(rows) for line in row.lines),
    )
    issued = (TaskAct.ISSUE.value, TaskState.CREATED.value, TaskState.ISSUED.value)
    insert(
        TaskEvent,
        EVENT_FIELDS,
        (
            (first + k, 1, *issued, at, None, "", "", "", "", "", "", "", "", 0)
            for k, row in enumerate(rows)
            if row.state is TaskState.ISSUED
        ),
    )
    return len(rows)


_IN_ORDER = itemgetter(*TASK_FIELDS)


def _task(plan: AppliedPlan, number: int, row: Planned) -> tuple[object, ...]:
    at, state = plan.applied_at, row.state
    is_issued = state is TaskState.ISSUED
    given = {
        **row.values,
        "id": number,
        "task_id": row.task_id,
        "plan": plan.id,
        "month": plan.month,
        "state": state.value,
        "state_at": at,
        "is_begun": False,
        "escalated_to": "",
        "attempt_count": 0,
        "last_result": "",
        "created_at": at,
        "issued_at": at if is_issued else None,
        "ended_at": at if state in ENDS else None,
        "event_count": 1 if is_issued else 0,
    }
    ordered: tuple[object, ...] = _IN_ORDER(given)
    return ordered


@transaction.atomic
def _complete(plan_id: int, done: int, handover: Handover, now: datetime) -> Applied:
    """Withdraw what the revision no longer lists, close the hand-over and enter it in the audit."""
    plan = _turn(plan_id, done, is_last=True)
    if handover.replaces is not None:
        gone = withdraw_gone(plan, now)
        plan.withdrawn_count, plan.kept_count = gone.withdrawn_count, plan.kept_count + gone.kept_count
    AppliedPlan.objects.filter(id=plan_id).update(
        completed_at=now, withdrawn_count=plan.withdrawn_count, kept_count=plan.kept_count
    )
    record(
        actor_id=None,
        act="dispatch.apply",
        subject=handover.plan.name,
        detail={
            "fingerprint": plan.fingerprint,
            "by": plan.applied_by,
            "tasks": plan.task_count,
            "added": plan.added_count,
            "revised": plan.revised_count,
            "kept": plan.kept_count,
            "withdrawn": plan.withdrawn_count,
        },
        now=now,
    )
    return _told(plan, was_applied=False)


def _told(plan: AppliedPlan, *, was_applied: bool) -> Applied:
    return Applied(
        fingerprint=plan.fingerprint,
        was_applied=was_applied,
        task_count=plan.task_count,
        added_count=plan.added_count,
        revised_count=plan.revised_count,
        kept_count=plan.kept_count,
        withdrawn_count=plan.withdrawn_count,
    )
