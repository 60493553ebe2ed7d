"""What the type checker knows of a value: the column types and the kinds that are only half-way results."""

from enum import StrEnum

from weixi.dialect.types import ColumnType


class Kind(StrEnum):
    """One kind of value. The second group may not leave a statement: engines differ on its type.

    SUM is an uncast sum (HUGEINT or BIGINT); SHORT the quotient of two INTEGERs (INTEGER or BIGINT); SHIFT a DATE
    moved by an interval (TIMESTAMP or DATE); WHOLE a floor or ceil (DOUBLE or BIGINT); UNKNOWN a parameter.
    """

    INTEGER = "INTEGER"
    BIGINT = "BIGINT"
    DOUBLE = "DOUBLE"
    VARCHAR = "VARCHAR"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    TIMESTAMP = "TIMESTAMP"

    DECIMAL = "DECIMAL"
    SUM = "SUM"
    SHORT = "SHORT"
    SHIFT = "SHIFT"
    WHOLE = "WHOLE"
    NULL = "NULL"
    UNKNOWN = "UNKNOWN"

    @property
    def is_integer(self) -> bool:
        """Whether it is a whole number that takes arithmetic."""
        return self in _INTEGERS

    @property
    def is_number(self) -> bool:
        """Whether it takes arithmetic."""
        return self in _INTEGERS or self in (Kind.DOUBLE, Kind.DECIMAL)

    @property
    def is_open(self) -> bool:
        """Whether it fits any other kind: NULL and parameters."""
        return self in (Kind.NULL, Kind.UNKNOWN)

    @property
    def column(self) -> ColumnType | None:
        """The column type it is, if it is one."""
        return _COLUMNS.get(self)


_INTEGERS = frozenset((Kind.INTEGER, Kind.BIGINT, Kind.SHORT))
_COLUMNS = {Kind(kind.value): kind for kind in ColumnType}


def unify(left: Kind, right: Kind) -> Kind | None:
    """The kind of a value that may be either; None where the two do not go together."""
    if left is right or right.is_open:
        return left
    if left.is_open:
        return right
    pair = {left, right}
    if pair <= _INTEGERS:
        return Kind.BIGINT if Kind.BIGINT in pair else Kind.SHORT
    if Kind.SUM in pair and pair <= {*_INTEGERS, Kind.SUM}:
        return Kind.SUM
    if Kind.DOUBLE in pair and pair <= {*_INTEGERS, Kind.DOUBLE}:
        return Kind.DOUBLE
    if Kind.DECIMAL in pair and pair <= {*_INTEGERS, Kind.DECIMAL}:
        return Kind.DECIMAL
    return None
