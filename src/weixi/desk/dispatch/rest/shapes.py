"""What the calls give and take, where that is not what a query answers as it stands."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from weixi.desk.dispatch.queries.card import CardLine
from weixi.desk.dispatch.queries.feed import TaskRow
from weixi.desk.dispatch.rules import ContactResult, TaskAct, TaskState
from weixi.kernel.terms import Channel


class TasksOut(Schema):
    """One page of tasks; `after` asks for the next one, null: this is the last."""

    tasks: list[TaskRow]
    after: int | None


class EventOut(Schema):
    """One act on the task."""

    number: int
    act: TaskAct
    state_before: TaskState
    state_after: TaskState
    at: datetime
    agent_code: str
    channel: str
    result: str
    offer_code: str
    reason: str
    target: str


class CardOut(Schema):
    """One task with its lines and everything that was done to it. Free notes are not given out."""

    task_id: str
    month: int
    subscriber_id: int
    kind: str
    task_type: str
    level: str
    state: TaskState
    state_at: datetime
    happens_date: date
    task_date: date
    next_date: date
    due_at: datetime
    window_start_date: date
    window_end_date: date
    reasons: list[str]
    offer_code: str
    channel: str
    unit_code: str
    owner_code: str
    revenue_at_risk_fen: int
    number_masked: str
    name_masked: str
    attempt_count: int
    is_mine: bool
    lines: list[CardLine]
    events: list[EventOut]


class ReportIn(Schema):
    """What came of one contact."""

    result: ContactResult
    channel: Channel = Channel.PHONE
    note: Annotated[str, Field(max_length=500)] = ""


class DoneOut(Schema):
    """Where the task stands after the report. `was_done`: the same report came before, nothing was done again."""

    task_id: str
    state: TaskState
    acts: list[TaskAct]
    was_done: bool


class OutcomeOut(Schema):
    """One act that says what came of a task: reported by people, or verified in the data (VERIFY)."""

    id: int
    task_id: str
    subscriber_id: int
    kind: str
    act: TaskAct
    result: str
    channel: str
    offer_code: str
    reason: str
    state_after: TaskState
    agent_code: str
    at: datetime


class OutcomesOut(Schema):
    """One page of outcomes; `after` asks for the next one, now or another day; it never goes back."""

    outcomes: list[OutcomeOut]
    after: int
    has_more: bool
