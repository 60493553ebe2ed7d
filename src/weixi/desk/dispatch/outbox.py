"""What was done at the desk, as facts of the store: by a cursor, each event exactly once."""

import fcntl
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import Max

from weixi.desk.dispatch.models import FactCursor, TaskEvent
from weixi.desk.dispatch.rules import ContactResult, TaskAct, WithdrawReason, fact_of
from weixi.engine import Store
from weixi.engine.wire import arrow_schema
from weixi.flow.outcome import FACT, record_facts
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_COLUMNS = (
    "task__month", "task__task_id", "number", "act", "result", "reason", "at", "agent_code", "channel", "offer_code",
)  # fmt: skip
_BATCH = 50_000
_SCHEMA = arrow_schema(FACT)

Tell = Callable[[Month], None]


@dataclass(frozen=True, slots=True)
class Collected:
    """What one collection did: events read, facts they make, the plan months that got new ones."""

    event_count: int
    fact_count: int
    months: tuple[Month, ...]


def collect_facts(*, store: Store, tell: Tell = lambda _: None) -> Collected:
    """Give the store the facts of every event since the last time.

    The facts are written first and the cursor after them. Where that breaks off in between, the same events are read
    again, make the same facts, and the store knows those already. Raises DataError where another process collects.
    """
    with _alone(store):
        desk, start, end = _events_to_read()
        months: list[Month] = []
        events = facts = 0
        for month, batches, count in _by_month(desk, start, end):
            events += count
            added = sum(batch.num_rows for batch in batches)
            if not added:
                continue
            tell(month)
            record_facts(store, month, batches, origin=f"desk {desk} events to {end}")
            facts += added
            months.append(month)
        FactCursor.objects.filter(id=1).update(position=end)
        return Collected(events, facts, tuple(months))


@transaction.atomic
def _events_to_read() -> tuple[str, int, int]:
    """The desk's code, the cursor, and the number up to which every event is there.

    Numbers are given before rows are seen: on PostgreSQL a smaller one may appear after a larger. Writers are waited
    for, so that none is skipped; SQLite has one writer at a time.
    """
    FactCursor.objects.get_or_create(id=1, defaults={"desk_code": secrets.token_hex(4)})
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE dispatch_taskevent IN SHARE MODE")
    there = FactCursor.objects.get(id=1)
    end: int | None = TaskEvent.objects.aggregate(last=Max("id"))["last"]
    return there.desk_code, there.position, max(there.position, end or 0)


def _by_month(desk: str, start: int, end: int) -> Iterator[tuple[Month, list[pa.RecordBatch], int]]:
    """The facts of the events in between, for each plan month, and how many events there were."""
    rows = (
        TaskEvent.objects.filter(id__gt=start, id__lte=end)
        .order_by("task__month", "id")
        .values_list(*_COLUMNS)
        .iterator(chunk_size=_BATCH)
    )
    for number, found in groupby(rows, key=lambda row: row[0]):
        batches, count = [], 0
        columns: list[list[object]] = [[] for _ in _SCHEMA.names]
        for row in found:
            count += 1
            fact = _fact(desk, row)
            if fact is not None:
                for column, value in zip(columns, fact, strict=True):
                    column.append(value)
                if len(columns[0]) == _BATCH:
                    batches.append(_batch(columns))
                    columns = [[] for _ in _SCHEMA.names]
        if columns[0]:
            batches.append(_batch(columns))
        yield Month.from_number(number), batches, count


def _batch(columns: list[list[object]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [pa.array(column, kind) for column, kind in zip(columns, _SCHEMA.types, strict=True)],
        schema=_SCHEMA,
    )


def _fact(
    desk: str,
    row: tuple[int, str, int, str, str, str, datetime, str, str, str],
) -> tuple[str, str, str, datetime, str | None, str | None, str | None] | None:
    """One event as a row of FACT; its id names the desk, the task and the event's place in it."""
    _, task_id, number, act, result, reason, at, agent, channel, offer = row
    kind = fact_of(
        TaskAct(act), ContactResult(result) if result else None, WithdrawReason(reason) if reason else None
    )
    if kind is None:
        return None
    moment = at.astimezone(UTC).replace(tzinfo=None)
    return (
        f"{desk}:{task_id}:{number}",
        task_id,
        kind.value,
        moment,
        agent or None,
        channel or None,
        offer or None,
    )


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    """One collection at a time in this home: two would each write the months' facts without the other's."""
    store.home.mkdir(parents=True, exist_ok=True)
    with (store.home / ".collect.lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise DataError(
                "collect.busy",
                Text("另一个进程正在收集办理记录", "another process is collecting"),
                Text("等它完成", "wait until it is done"),
                where=str(store.home),
                permanent=False,
            ) from fault
        yield
