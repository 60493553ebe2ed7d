"""A frozen plan's rows as rows of the desk: territory, masks, urgency and due time added."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weixi.desk.dispatch.queries.handover import LABELS
from weixi.desk.dispatch.queries.standards import limits_of
from weixi.desk.dispatch.rules import Limit, TaskState, due_at, first_state, priority
from weixi.flow.decision import PLAN, Facts
from weixi.kernel.ids import mask_name, mask_number
from weixi.playbook import Playbook

PLANNED = tuple(name for name in PLAN.types if name != "task_id")
"""What a task takes from the plan as it is."""
TASK_FIELDS = (
    "id", "task_id", "plan", "month", *PLANNED, *LABELS, "number_masked", "name_masked", "path", "priority", "state",
    "state_at", "is_begun", "next_date", "due_at", "escalated_to", "attempt_count", "last_result", "created_at",
    "issued_at", "ended_at", "event_count", "facts",
)  # fmt: skip
LINE_FIELDS = ("task", "subscriber_id", "kind", "happens_date", "number_masked")
EVENT_FIELDS = (
    "task", "number", "act", "state_before", "state_after", "at", "actor_id", "agent_code", "channel", "result",
    "offer_code", "reason", "target", "note", "call_id", "step",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planned:
    """One task as the plan gives it to the desk: the values of its fields by name, its first state, its lines."""

    task_id: str
    values: dict[str, Any]
    state: TaskState
    lines: tuple[tuple[Any, ...], ...]


@dataclass(slots=True)
class Shaper:
    """Makes `Planned` of Arrow rows. `now` is the moment of the hand-over, when tasks are issued.

    `facts` are the cards' facts in order of task, from the first task that is shaped or before it.
    """

    playbook: Playbook
    paths: Mapping[str, str]
    now: datetime
    issue: bool
    facts: Iterator[tuple[str, Facts]] = field(default_factory=lambda: iter(()))
    _limits: tuple[dict[str, Limit], dict[str, Limit], frozenset[str]] = field(init=False)
    _due: dict[tuple[str, str, date, date], datetime] = field(init=False, default_factory=dict)
    _held: tuple[str, Facts] = field(init=False, default=("", {}))

    def __post_init__(self) -> None:
        self._limits = limits_of(self.playbook)

    def shaped(self, tasks: pa.Table, lines: pa.Table) -> Iterator[Planned]:
        """The rows of `tasks`, each with its `lines`; both are in order of task and hold the same tasks."""
        names = tasks.schema.names
        listed = zip(*(column.to_pylist() for column in lines.columns), strict=True)
        line = next(listed, None)
        for row in zip(*(_told(column).to_pylist() for column in tasks.columns), strict=True):
            values = dict(zip(names, row, strict=True))
            task_id = values.pop("task_id")
            own = []
            while line is not None and line[0] == task_id:
                own.append((line[1], line[2], line[3], mask_number(line[4]) if line[4] else ""))
                line = next(listed, None)
            values["facts"] = self._facts_of(task_id)
            yield self._one(task_id, values, tuple(own))

    def _facts_of(self, task_id: str) -> Facts:
        while self._held[0] < task_id:
            held = next(self.facts, None)
            if held is None:
                return {}
            self._held = held
        return self._held[1] if self._held[0] == task_id else {}

    def _one(self, task_id: str, values: dict[str, Any], lines: tuple[tuple[Any, ...], ...]) -> Planned:
        number, name = values.pop("msisdn"), values.pop("name")
        state = first_state(
            is_holdout=values["is_holdout"], is_withdrawn=bool(values["withdrawn_rule"]), issue=self.issue
        )
        values["number_masked"] = mask_number(number) if number else ""
        values["name_masked"] = mask_name(name) if name else ""
        values["path"] = self.paths[values["node_code"]]
        values["priority"] = priority(
            values["level"], values["revenue_at_risk_fen"], self.playbook.service.work.urgency
        )
        values["next_date"] = values["task_date"]
        values["due_at"] = self._when(values)
        return Planned(task_id, values, state, lines)

    def _when(self, values: Mapping[str, Any]) -> datetime:
        key = (values["kind"], values["level"], values["task_date"], values["window_end_date"])
        found = self._due.get(key)
        if found is None:
            by_kind, by_level, assessed = self._limits
            limit = by_kind.get(key[0]) or (by_level.get(key[1]) if key[0] in assessed else None)
            found = due_at(task_date=key[2], window_end_date=key[3], issued_at=self.now, limit=limit)
            self._due[key] = found
        return found


def _told(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column, where it is text with "" for none."""
    if pa.types.is_string(column.type) or pa.types.is_null(column.type):
        return pc.fill_null(column.cast(pa.string()), "")
    return column
