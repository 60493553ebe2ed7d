"""What came back: facts of the desk, and what the data shows of every planned task, by the day and by the month."""

from weixi.flow.outcome.attribute import attribute
from weixi.flow.outcome.day import close_day, open_day, plans_of
from weixi.flow.outcome.facts import record_facts
from weixi.flow.outcome.morning import DayTask, KindCount, Morning, morning_of
from weixi.flow.outcome.phrases import OUTCOME_PHRASES
from weixi.flow.outcome.scope import OUTCOME_COLUMNS
from weixi.flow.outcome.tables import DAY_CLOSING, FACT, OPEN_TASK, OUTCOME

TABLES = (FACT, OUTCOME, DAY_CLOSING, OPEN_TASK)
"""Every table of the package."""

__all__ = [
    "DAY_CLOSING",
    "FACT",
    "OPEN_TASK",
    "OUTCOME",
    "OUTCOME_COLUMNS",
    "OUTCOME_PHRASES",
    "TABLES",
    "DayTask",
    "KindCount",
    "Morning",
    "attribute",
    "close_day",
    "morning_of",
    "open_day",
    "plans_of",
    "record_facts",
]
