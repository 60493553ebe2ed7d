"""The morning after a day in figures: what closed, what is silenced, what is new, what is due."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from weixi.engine import Partition, Store, Value
from weixi.flow.book import day_key, day_of, missing_days
from weixi.flow.cohort import require_tree
from weixi.flow.decision import DAY_PLAN, time_limit, withdrawn_words
from weixi.flow.outcome.day import plans_of
from weixi.flow.outcome.tables import DAY_CLOSING, OPEN_TASK
from weixi.flow.warning import DAY_WARNING
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook

SHOWN = 12
"""How many single tasks a morning lists of each sort."""

_FREE = "NOT is_holdout AND withdrawn_rule IS NULL"
_SO_FAR = """WITH state AS (
  SELECT task_id AS state_id, MAX(CASE WHEN state = 'WITHDRAWN' THEN 1 ELSE 0 END) AS withdrawn_flag,
    MAX(CASE WHEN state = 'CLOSED' THEN 1 ELSE 0 END) AS closed_flag
  FROM closing GROUP BY task_id
)
SELECT CAST(COALESCE(SUM(closed_flag), 0) AS BIGINT) AS verified_count, COUNT(*) AS counted_count
FROM plan LEFT JOIN state ON state_id = task_id
WHERE is_assessed AND NOT is_holdout AND withdrawn_rule IS NULL AND COALESCE(withdrawn_flag, 0) = 0"""


@dataclass(frozen=True, slots=True)
class KindCount:
    """Tasks of one warning: all, and those of the assessed population."""

    kind: str
    text: Text
    task_count: int
    assessed_count: int


@dataclass(frozen=True, slots=True)
class DayTask:
    """One task as a morning lists it; unit and owner by name."""

    task_id: str
    subscriber_id: int
    kind: str
    text: Text
    level: str
    unit: str
    owner: str | None
    detail: Text


@dataclass(frozen=True, slots=True)
class Morning:
    """The morning after `day`.

    `urgent` are tasks to be answered within hours: new ones, and open ones of `folded_urgent_count` households whose
    warning of the day makes no second task. `folded_count` warnings in all concern households with an open, held-out
    or silenced task.
    `due_count` open tasks are due by this morning, `overdue_count` of them were due before. `verified_count` of
    `counted_count` assessed tasks are closed so far: tasks due in the month less withdrawn less hold-out; lines that
    leave before the month's end are still among them.
    """

    day: date
    month: Month
    closed: tuple[KindCount, ...]
    silenced: tuple[DayTask, ...]
    silenced_count: int
    raised: tuple[KindCount, ...]
    urgent: tuple[DayTask, ...]
    urgent_count: int
    folded_count: int
    folded_urgent_count: int
    due_count: int
    overdue_count: int
    verified_count: int
    counted_count: int
    missing_days: tuple[date, ...]
    not_computable: tuple[str, ...]


def morning_of(store: Store, playbook: Playbook, day: date) -> Morning:
    """The figures of the morning after `day`. Raises DataError where that day was not run."""
    key, month = day_key(day), Month.containing(day)
    closing, open_task = store.require(DAY_CLOSING, **key), store.require(OPEN_TASK, **key)
    new, warned = store.require(DAY_PLAN, **key), store.require(DAY_WARNING, **key)
    names = {rule.code: rule.text for rule in playbook.warnings}
    limits = {
        response.warning: time_limit(playbook, response.warning, "")
        for response in playbook.service.responses
    }
    quick = ", ".join(f"'{code}'" for code in limits) or "''"
    nodes = _nodes(store, month)
    silences = withdrawn_words(playbook)
    silenced = _tasks(
        store,
        f"""SELECT task_id, subscriber_id, kind, level, unit_code, owner_code, withdrawn_rule AS detail FROM closing
        WHERE state = 'WITHDRAWN' ORDER BY task_id LIMIT {SHOWN}""",
        {"closing": closing},
        names,
        nodes,
        lambda rule: silences.get(rule, Text(rule, rule)),
    )
    urgent = _tasks(
        store,
        f"""SELECT task_id, subscriber_id, kind, level, unit_code, owner_code, kind AS detail FROM plan
        WHERE kind IN ({quick}) AND {_FREE}
        UNION ALL
        SELECT o.task_id, w.subscriber_id, w.kind, w.level, o.unit_code, o.owner_code, w.kind AS detail
        FROM warned w JOIN open_task o ON w.household_key = o.household_key
        WHERE w.kind IN ({quick}) AND NOT o.is_holdout AND NOT o.is_silenced
        ORDER BY task_id, subscriber_id LIMIT {SHOWN}""",
        {"plan": new, "warned": warned, "open_task": open_task},
        names,
        nodes,
        lambda kind: Text(f"{limits[kind].zh}内首次联系", f"first contact within {limits[kind].en}"),
    )
    today: dict[str, Value] = {"today": day + timedelta(days=1)}
    due = {"open_task": open_task}
    idle = "NOT is_holdout AND NOT is_silenced"
    so_far = store.rows(
        _SO_FAR,
        inputs={
            "plan": plans_of(store, month, day + timedelta(days=1)),
            "closing": [p for p in store.partitions(DAY_CLOSING) if month.first <= day_of(p) <= day],
        },
    )[0]
    folded = """FROM warned JOIN (SELECT household_key AS busy_key FROM open_task GROUP BY household_key) AS o
        ON warned.household_key = o.busy_key"""
    both = {"warned": warned, "open_task": open_task}
    return Morning(
        day=day,
        month=month,
        closed=_kinds(store, "closing", "state = 'CLOSED'", closing, names),
        silenced=silenced,
        raised=_kinds(store, "plan", _FREE, new, names),
        urgent=urgent,
        missing_days=tuple(missing_days(store, day)),
        not_computable=tuple(warned.manifest.note["not_computable"]),
        silenced_count=_count(store, "FROM closing WHERE state = 'WITHDRAWN'", {"closing": closing}),
        urgent_count=_count(store, f"FROM plan WHERE kind IN ({quick}) AND {_FREE}", {"plan": new}),
        folded_count=_count(store, folded, both),
        folded_urgent_count=_count(
            store,
            f"""FROM (SELECT household_key FROM warned WHERE kind IN ({quick}) GROUP BY household_key) AS w
            JOIN (SELECT household_key AS busy_key FROM open_task WHERE {idle} GROUP BY household_key) AS o
                ON w.household_key = o.busy_key""",
            both,
        ),
        due_count=_count(store, f"FROM open_task WHERE {idle} AND task_date <= $today", due, today),
        overdue_count=_count(store, f"FROM open_task WHERE {idle} AND task_date < $today", due, today),
        verified_count=int(so_far["verified_count"]),
        counted_count=int(so_far["counted_count"]),
    )


def _count(
    store: Store, rows: str, inputs: Mapping[str, Partition], parameters: Mapping[str, Value] | None = None
) -> int:
    return int(
        store.rows(f"SELECT COUNT(*) AS row_count {rows}", inputs=inputs, parameters=parameters)[0][
            "row_count"
        ]
    )


def _kinds(
    store: Store, view: str, condition: str, partition: Partition, names: Mapping[str, Text]
) -> tuple[KindCount, ...]:
    """The tasks by warning, in the playbook's order."""
    rows = store.rows(
        f"""SELECT kind, COUNT(*) AS task_count,
            CAST(SUM(CASE WHEN is_assessed AND NOT is_holdout THEN 1 ELSE 0 END) AS BIGINT) AS assessed_count
        FROM {view} WHERE {condition} GROUP BY kind ORDER BY kind""",
        inputs={view: partition},
    )
    found = {str(row["kind"]): row for row in rows}
    order = [code for code in names if code in found] + sorted(found.keys() - names.keys())
    return tuple(
        KindCount(code, names.get(code, Text(code, code)), row["task_count"], row["assessed_count"])
        for code in order
        for row in (found[code],)
    )


def _nodes(store: Store, month: Month) -> Mapping[str, str]:
    tree = require_tree(store, month.plus(-1))
    rows = store.rows("SELECT node_code, name FROM node ORDER BY node_code", inputs={"node": tree})
    return {str(row["node_code"]): str(row["name"]) for row in rows}


def _tasks(
    store: Store,
    text: str,
    inputs: Mapping[str, Partition],
    names: Mapping[str, Text],
    nodes: Mapping[str, str],
    detail: Callable[[str], Text],
) -> tuple[DayTask, ...]:
    return tuple(
        DayTask(
            task_id=str(row["task_id"]),
            subscriber_id=int(row["subscriber_id"]),
            kind=str(row["kind"]),
            text=names.get(str(row["kind"]), Text(str(row["kind"]), str(row["kind"]))),
            level=str(row["level"]),
            unit=nodes.get(str(row["unit_code"]), str(row["unit_code"])),
            owner=nodes.get(str(row["owner_code"]), row["owner_code"]),
            detail=detail(str(row["detail"])),
        )
        for row in store.rows(text, inputs=inputs)
    )
