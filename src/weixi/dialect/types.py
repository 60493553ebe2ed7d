"""The column types that exist on every engine."""

from enum import StrEnum


class ColumnType(StrEnum):
    """One portable column type; its value is the DuckDB name."""

    INTEGER = "INTEGER"
    BIGINT = "BIGINT"
    DOUBLE = "DOUBLE"
    VARCHAR = "VARCHAR"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    TIMESTAMP = "TIMESTAMP"

    @property
    def is_number(self) -> bool:
        """Whether arithmetic takes it."""
        return self in (ColumnType.INTEGER, ColumnType.BIGINT, ColumnType.DOUBLE)
