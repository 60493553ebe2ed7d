"""The scores: who is likely to leave, whom contact helps, what a subscriber is worth, and why."""

from weixi.flow.score.value import (
    GROUPS,
    SURVIVAL,
    SURVIVAL_COUNT,
    VALUE_SCORE,
    Worth,
    build_value,
    valuation,
    value_by,
)
from weixi.flow.score.value import TABLES as VALUE_TABLES

TABLES = VALUE_TABLES

__all__ = [
    "GROUPS",
    "SURVIVAL",
    "SURVIVAL_COUNT",
    "TABLES",
    "VALUE_SCORE",
    "Worth",
    "build_value",
    "valuation",
    "value_by",
]
