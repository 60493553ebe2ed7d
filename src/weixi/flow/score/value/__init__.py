"""Value: how long each line is expected to stay, and what margin it leaves until then."""

from weixi.flow.score.value.build import build_survival, build_value, valuation
from weixi.flow.score.value.summary import GROUPS, Worth, value_by
from weixi.flow.score.value.tables import SURVIVAL, SURVIVAL_COUNT, TABLES, VALUE_SCORE

__all__ = [
    "GROUPS",
    "SURVIVAL",
    "SURVIVAL_COUNT",
    "TABLES",
    "VALUE_SCORE",
    "Worth",
    "build_survival",
    "build_value",
    "valuation",
    "value_by",
]
