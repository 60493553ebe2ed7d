"""What came back: facts of the desk, and what the data shows of every planned task."""

from weixi.flow.outcome.attribute import attribute
from weixi.flow.outcome.facts import record_facts
from weixi.flow.outcome.phrases import OUTCOME_PHRASES
from weixi.flow.outcome.scope import OUTCOME_COLUMNS
from weixi.flow.outcome.tables import FACT, OUTCOME

TABLES = (FACT, OUTCOME)
"""Every table of the package."""

__all__ = [
    "FACT",
    "OUTCOME",
    "OUTCOME_COLUMNS",
    "OUTCOME_PHRASES",
    "TABLES",
    "attribute",
    "record_facts",
]
