"""What the data and the calendar do to tasks: verify, withdraw by rule, escalate what is overdue, archive."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from weixi.desk.audit.operations import record
from weixi.desk.base.book import playbook
from weixi.desk.dispatch.models import TakenResult, Task, TaskEvent
from weixi.desk.dispatch.operations.bulk import insert
from weixi.desk.dispatch.operations.roll_up import roll_up
from weixi.desk.dispatch.operations.rows import EVENT_FIELDS
from weixi.desk.dispatch.rules import (
    ENDS,
    LADDER,
    TRANSITIONS,
    TaskAct,
    TaskState,
    WithdrawReason,
    escalated,
    shown_states,
)
from weixi.engine import Partition, Store
from weixi.flow.outcome import DAY_CLOSING, OUTCOME
from weixi.kernel.period import Month

CHUNK = 500

Tell = Callable[[str], None]


def take_results(*, store: Store, now: datetime, tell: Tell = lambda _: None) -> tuple[int, int]:
    """Verify and withdraw tasks as the data say: every closing of a day and outcome of a month not taken yet.

    How many tasks were verified, and withdrawn. One partition is one transaction; the same again changes nothing.
    """
    taken = set(TakenResult.objects.values_list("fingerprint", flat=True))
    verified = withdrawn = 0
    for partition in (*store.partitions(DAY_CLOSING), *store.partitions(OUTCOME)):
        if partition.fingerprint in taken:
            continue
        tell(partition.name)
        met, silenced = _results(store, partition)
        with transaction.atomic():
            row = TakenResult(
                fingerprint=partition.fingerprint,
                name=partition.name,
                verified_count=0,
                withdrawn_count=0,
                taken_at=now,
            )
            # Another process that takes the same partition waits here for its unique fingerprint.
            row.save(force_insert=True)
            row.verified_count = sum(_move(ids, TaskAct.VERIFY, now) for ids in _chunks(met))
            row.withdrawn_count = sum(
                _move(ids, TaskAct.WITHDRAW, now, reason=WithdrawReason.RULE.value, rule=rule)
                for rule, found in silenced.items()
                for ids in _chunks(found)
            )
            row.save(update_fields=["verified_count", "withdrawn_count"])
            if row.verified_count or row.withdrawn_count:
                record(
                    actor_id=None,
                    act="dispatch.verify",
                    subject=partition.name,
                    detail={"verified": row.verified_count, "withdrawn": row.withdrawn_count},
                    now=now,
                )
        verified += row.verified_count
        withdrawn += row.withdrawn_count
    roll_up(now=now)
    return verified, withdrawn


def _results(store: Store, partition: Partition) -> tuple[list[str], dict[str, list[str]]]:
    """The tasks that the partition's data show done, and those silenced, by rule; hold-outs are nobody's work."""
    if partition.table is DAY_CLOSING:
        met, silenced, rule = "state = 'CLOSED'", "state = 'WITHDRAWN'", "withdrawn_rule"
    else:
        met, silenced, rule = "is_verified AND NOT is_withdrawn", "is_withdrawn", "''"
    inputs = {"result": partition}
    done = store.arrow(
        f"SELECT task_id FROM result WHERE NOT is_holdout AND {met} ORDER BY task_id", inputs=inputs
    )
    gone = store.rows(
        f"SELECT task_id, {rule} AS rule FROM result WHERE NOT is_holdout AND {silenced} ORDER BY task_id",
        inputs=inputs,
    )
    by_rule: dict[str, list[str]] = {}
    for row in gone:
        by_rule.setdefault(row["rule"] or "", []).append(row["task_id"])
    return done["task_id"].to_pylist(), by_rule


def escalate_overdue(*, now: datetime, today: date, tell: Tell = lambda _: None) -> int:
    """Bring every overdue task one level up, once until its new time has passed as well; how many.

    A task whose window is over by the business date `today` is left: nothing done now would count.
    """
    respite = timedelta(hours=playbook().service.work.respite_hours)
    count = 0
    for level in ("", *(step.value for step in LADDER[1:-1])):
        above = escalated(level)
        if above is None:
            continue
        late = Task.objects.filter(
            is_open=True, due_at__lt=now, escalated_to=level, window_end_date__gt=today
        )
        for ids in _chunks(list(late.order_by("id").values_list("id", flat=True))):
            with transaction.atomic():
                moved = _move_rows(
                    Task.objects.select_for_update().filter(id__in=ids, due_at__lt=now, escalated_to=level),
                    TaskAct.ESCALATE,
                    now,
                    target=above.value,
                    changes={"escalated_to": above.value, "due_at": now + respite},
                )
                count += moved
                if moved:
                    _enter("escalate", {"tasks": moved, "to": above.value}, now)
        tell(above.value)
    roll_up(now=now)
    return count


def archive_over(*, store: Store, now: datetime) -> int:
    """Archive the tasks whose window closed within the months whose outcomes the desk has taken; how many."""
    outcomes = [p for p in store.partitions(OUTCOME) if _is_taken(p)]
    if not outcomes:
        return 0
    covered: date = max(Month.from_number(int(p.key["month"])) for p in outcomes).end
    over = Task.objects.filter(window_end_date__lte=covered).exclude(state__in=shown_states(ENDS))
    count = 0
    for ids in _chunks(list(over.order_by("id").values_list("id", flat=True))):
        with transaction.atomic():
            moved = _move_rows(Task.objects.select_for_update().filter(id__in=ids), TaskAct.ARCHIVE, now)
            count += moved
            if moved:
                _enter("archive", {"tasks": moved, "before": covered.isoformat()}, now)
    return count


def _is_taken(partition: Partition) -> bool:
    return TakenResult.objects.filter(fingerprint=partition.fingerprint).exists()


def _enter(verb: str, detail: dict[str, Any], now: datetime) -> None:
    record(actor_id=None, act=f"dispatch.{verb}", subject="tasks", detail=detail, now=now)


def _move(task_ids: Sequence[str], act: TaskAct, now: datetime, *, reason: str = "", rule: str = "") -> int:
    tasks = Task.objects.select_for_update().filter(task_id__in=task_ids)
    return _move_rows(tasks, act, now, reason=reason, changes={"withdrawn_rule": rule} if rule else None)


_STAMPS = {TaskState.VERIFIED: "verified_at", TaskState.ARCHIVED: "ended_at", TaskState.WITHDRAWN: "ended_at"}


def _move_rows(
    tasks: QuerySet[Task],
    act: TaskAct,
    now: datetime,
    *,
    reason: str = "",
    target: str = "",
    changes: dict[str, Any] | None = None,
) -> int:
    """Do the system's act to those of the locked tasks whose state allows it; how many."""
    rows = [
        (pk, number, TaskState(state))
        for pk, number, state in tasks.values_list("id", "event_count", "state")
        if (TaskState(state), act) in TRANSITIONS
    ]
    if not rows:
        return 0
    for following in {TRANSITIONS[state, act] for _, _, state in rows}:
        ids = [pk for pk, _, state in rows if TRANSITIONS[state, act] is following]
        moved = dict[str, Any](changes or {})
        if act is not TaskAct.ESCALATE:
            moved |= {"state": following.value, "state_at": now, _STAMPS[following]: now}
        Task.objects.filter(id__in=ids).update(**moved, event_count=F("event_count") + 1)
    rest = (now, None, "", "", "", "", reason, target, "", "", 0)
    insert(
        TaskEvent,
        EVENT_FIELDS,
        (
            (pk, number + 1, act.value, state.value, TRANSITIONS[state, act].value, *rest)
            for pk, number, state in rows
        ),
    )
    return len(rows)


def _chunks(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
