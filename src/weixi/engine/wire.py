"""Our column types as Arrow types."""

import pyarrow as pa

from weixi.dialect.types import ColumnType
from weixi.engine.schema import Table

ARROW = {
    ColumnType.INTEGER: pa.int32(),
    ColumnType.BIGINT: pa.int64(),
    ColumnType.DOUBLE: pa.float64(),
    ColumnType.VARCHAR: pa.string(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATE: pa.date32(),
    ColumnType.TIMESTAMP: pa.timestamp("us"),
}


def arrow_schema(table: Table) -> pa.Schema:
    """The table's columns as an Arrow schema, in order."""
    return pa.schema([(column.name, ARROW[column.type]) for column in table.columns])
