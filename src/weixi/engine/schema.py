"""What a stored table is: its grain, its columns with their meaning, its checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from weixi.dialect.types import ColumnType
from weixi.kernel.ids import fingerprint

Words = type[StrEnum]
"""A closed vocabulary of text values."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `meaning` says what a value is, with its unit; `values` closes its vocabulary."""

    name: str
    type: ColumnType
    meaning: str
    required: bool = False
    values: Words | None = None
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class Table:
    """One kind of stored table. `grain` says what one row is; `key` is unique within a partition.

    `partition` names the partition's keys in order, `month` first where there is one.
    """

    name: str
    grain: str
    partition: tuple[str, ...]
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @cached_property
    def types(self) -> Mapping[str, ColumnType]:
        """Column name → type, in the table's order."""
        return {column.name: column.type for column in self.columns}

    @cached_property
    def fingerprint(self) -> str:
        """The schema's own name: changes when a column, a type or a check does."""
        return fingerprint(
            self.name,
            *(
                f"{c.name}|{c.type}|{c.required}|{c.minimum}|{','.join(c.values) if c.values else ''}"
                + ("" if c.maximum is None else f"|{c.maximum}")
                for c in self.columns
            ),
            *self.key,
        )

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")


def columns_sql(table: Table, source: str = "") -> str:
    """The table's column list for a SELECT, each name prefixed by `source` where one is given."""
    prefix = f"{source}." if source else ""
    return ", ".join(f"{prefix}{column.name}" for column in table.columns)
