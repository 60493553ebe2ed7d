"""The tasks that a list from outside the plan makes: a household's rows as one task, and its rows in the database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from weixi.desk.dispatch.models import Task, TaskEvent, TaskLine, TaskList
from weixi.desk.dispatch.operations.bulk import insert, reserve
from weixi.desk.dispatch.operations.rows import EVENT_FIELDS, LINE_FIELDS, TASK_FIELDS, Planned, Shaper
from weixi.desk.dispatch.queries.listing import Judged
from weixi.desk.dispatch.rules import Listed, TaskAct, TaskState
from weixi.desk.org.rules import Sight
from weixi.flow.decision import PLAN
from weixi.flow.segment import DIMENSIONS
from weixi.kernel.period import SHANGHAI, Month
from weixi.kernel.terms import Channel, TaskType, WarningLevel
from weixi.playbook import Playbook

_FIELDS = tuple("list" if name == "plan" else name for name in TASK_FIELDS)


def planned_of(
    judged: Sequence[Judged], rules: Playbook, month: Month, now: datetime, made: str
) -> Iterator[tuple[Planned, Judged]]:
    """The tasks that the list makes, each with the row that leads it, as a plan's hand-over would shape them."""
    today = now.astimezone(SHANGHAI).date()
    homes: dict[str, list[Judged]] = {}
    for one in judged:
        if one.verdict in (Listed.ADDED, Listed.FOLDED) and one.row is not None:
            homes.setdefault(str(one.row["household_key"]), []).append(one)
    if not homes:
        return
    tasks, lines, paths = list[dict[str, Any]](), list[dict[str, Any]](), dict[str, str]()
    for own in homes.values():
        task_id = f"{today:%Y%m%d}-{own[0].wanted.subscriber_id}-{made[:12]}"
        tasks.append({"task_id": task_id, **_values(own, rules, month, today)})
        paths[tasks[-1]["node_code"]] = _row(own[0])["path"]
        lines += [
            {
                "task_id": task_id,
                "subscriber_id": one.wanted.subscriber_id,
                "kind": one.wanted.kind,
                "happens_date": tasks[-1]["happens_date"],
                "msisdn": _row(one)["msisdn"],
            }
            for one in own
        ]
    shaper = Shaper(rules, paths, now, issue=True)
    shaped = shaper.shaped(pa.Table.from_pylist(tasks), pa.Table.from_pylist(lines))
    for row, own in zip(shaped, homes.values(), strict=True):
        row.values["next_date"] = min(today, row.values["task_date"])
        yield row, own[0]


def load(there: TaskList, planned: Sequence[tuple[Planned, Judged]], sight: Sight, now: datetime) -> None:
    """Add the tasks with their lines and the event that issued them, which carries the list's note."""
    if not planned:
        return
    first = reserve(Task, len(planned))
    state = TaskState.ISSUED.value
    given = {
        "list": there.id, "month": there.month, "state": state, "state_at": now, "is_begun": False, "escalated_to": "",
        "attempt_count": 0, "last_result": "", "created_at": now, "issued_at": now, "ended_at": None, "event_count": 1,
    }  # fmt: skip
    tasks = [
        {**row.values, **given, "id": first + k, "task_id": row.task_id} for k, (row, _) in enumerate(planned)
    ]
    insert(Task, _FIELDS, ([task[name] for name in _FIELDS] for task in tasks))
    insert(
        TaskLine,
        LINE_FIELDS,
        ((first + k, *line) for k, (row, _) in enumerate(planned) for line in row.lines),
    )
    issued = (TaskAct.ISSUE.value, TaskState.CREATED.value, state, now, sight.user_id)
    insert(
        TaskEvent,
        EVENT_FIELDS,
        (
            (first + k, 1, *issued, sight.agent_code, "", "", "", "", "", lead.wanted.note, "", 0)
            for k, (_, lead) in enumerate(planned)
        ),
    )


def _values(own: Sequence[Judged], rules: Playbook, month: Month, today: date) -> dict[str, Any]:
    """What a plan's row would say of the household, whose first row leads; no offer, and no part in assessed KPIs."""
    first, line = own[0].wanted, _row(own[0])
    rule = next((rule for rule in rules.warnings if rule.code == first.kind), None)
    day = max(first.task_date, today)
    values = {
        "subscriber_id": first.subscriber_id,
        "household_key": line["household_key"],
        "line_count": len(own),
        "kind": first.kind,
        "task_type": rule.task_type if rule is not None else TaskType.WARNING.value,
        "level": WarningLevel(first.level).value,
        "happens_date": day,
        "task_date": day,
        "window_start_date": today,
        "window_end_date": max(month.end, day + timedelta(days=1)),
        "reason_1": first.reason[:64],
        "reason_2": None,
        "reason_3": None,
        "offer_code": None,
        "offer_cost_fen": 0,
        "channel": rule.channel if rule is not None else Channel.PHONE.value,
        "unit_code": line["unit_code"],
        "owner_code": line["owner_code"],
        "node_code": line["node_code"],
        "is_assessed": False,
        "is_holdout": False,
        "withdrawn_rule": None,
        "revenue_at_risk_fen": sum(int(_row(one)["revenue_3m_fen"] or 0) for one in own),
    }
    return {
        **{name: values[name] for name in PLAN.types if name != "task_id"},
        **{name: line[name] for name in DIMENSIONS},
        "msisdn": line["msisdn"],
        "name": line["name"],
    }


def _row(one: Judged) -> Mapping[str, Any]:
    return one.row or {}
