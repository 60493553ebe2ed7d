"""Value: how long each line is expected to stay, and what margin it leaves until then."""

from weixi.flow.score.value.build import build_survival, build_value
from weixi.flow.score.value.tables import SURVIVAL, SURVIVAL_COUNT, TABLES, VALUE_SCORE

__all__ = ["SURVIVAL", "SURVIVAL_COUNT", "TABLES", "VALUE_SCORE", "build_survival", "build_value"]
