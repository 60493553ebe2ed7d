"""Early warnings (预警): which lines, how urgent, on which day, for which reasons."""

from weixi.flow.warning.detect import detect
from weixi.flow.warning.missing import absent_columns, sources, trimmed
from weixi.flow.warning.tables import WARNING

TABLES = (WARNING,)

__all__ = ["TABLES", "WARNING", "absent_columns", "detect", "sources", "trimmed"]
