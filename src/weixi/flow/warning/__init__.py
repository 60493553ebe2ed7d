"""Early warnings (预警): which lines, how urgent, on which day, for which reasons."""

from weixi.flow.warning.day import detect_day
from weixi.flow.warning.detect import detect
from weixi.flow.warning.missing import absent_columns, sources, trimmed
from weixi.flow.warning.tables import DAY_WARNING, WARNING

TABLES = (WARNING, DAY_WARNING)

__all__ = [
    "DAY_WARNING",
    "TABLES",
    "WARNING",
    "absent_columns",
    "detect",
    "detect_day",
    "sources",
    "trimmed",
]
