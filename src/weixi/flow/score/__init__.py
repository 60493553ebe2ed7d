"""The scores: who is likely to leave, whom contact helps, what a subscriber is worth, and why."""

from weixi.flow.score.value import SURVIVAL, SURVIVAL_COUNT, VALUE_SCORE, build_value
from weixi.flow.score.value import TABLES as VALUE_TABLES

TABLES = VALUE_TABLES

__all__ = ["SURVIVAL", "SURVIVAL_COUNT", "TABLES", "VALUE_SCORE", "build_value"]
