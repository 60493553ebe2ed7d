"""The checks every written partition passes: keys, vocabularies, required values, minima."""

from collections.abc import Callable, Mapping
from typing import Any

from weixi.dialect.types import ColumnType
from weixi.engine.schema import Column, Table
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

Rows = Callable[[str], list[dict[str, Any]]]


def check_types(table: Table, made: Mapping[str, ColumnType | None]) -> None:
    """Raises DataError where a statement lacks a column of the table or gives it another type.

    An INTEGER may stand for a BIGINT; None is a column whose type the statement leaves open.
    """
    for column in table.columns:
        kind = made.get(column.name, "no such column")
        widened = column.type is ColumnType.BIGINT and kind is ColumnType.INTEGER
        if kind is not None and kind != column.type and not widened:
            raise DataError(
                "store.types",
                Text(
                    f"表 {table.name} 的列 {column.name} 应为 {column.type}，实为 {kind}",
                    f"column {column.name} of table {table.name} should be {column.type} and is {kind}",
                ),
                Text("修正该步骤的语句", "mend the step's statement"),
                where=table.name,
            )


def checks_text(table: Table, view: str) -> str:
    """One row: `row_count` and, per check, how many rows break it."""
    counts = ["CAST(count(*) AS BIGINT) AS row_count"]
    for column in table.columns:
        counts += [
            f"CAST(COALESCE(sum(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS BIGINT) AS {name}"
            for name, condition in _breaks(column)
        ]
    return f"SELECT {', '.join(counts)} FROM {view}"


def _breaks(column: Column) -> list[tuple[str, str]]:
    """The (name, condition) of each way a value of the column can break its schema."""
    found = []
    if column.required:
        found.append((f"null__{column.name}", f"{column.name} IS NULL"))
    if column.values is not None:
        words = ", ".join(f"'{value}'" for value in column.values)
        found.append((f"word__{column.name}", f"NOT {column.name} IN ({words})"))
    if column.minimum is not None:
        found.append((f"low__{column.name}", f"{column.name} < {column.minimum}"))
    if column.maximum is not None:
        found.append((f"high__{column.name}", f"{column.name} > {column.maximum}"))
    return found


def duplicates_text(table: Table, view: str) -> str:
    """The first five keys that stand more than once."""
    key = ", ".join(table.key)
    return (
        f"SELECT {key}, CAST(count(*) AS BIGINT) AS row_count FROM {view} "
        f"GROUP BY {key} HAVING count(*) > 1 ORDER BY {key} LIMIT 5"
    )


def check(table: Table, view: str, rows: Rows) -> int:
    """How many rows the view holds. Raises DataError naming each check that fails."""
    counts = rows(checks_text(table, view))[0]
    faults = [
        f"{name.replace('__', ' ')}: {count}" for name, count in counts.items() if count and "__" in name
    ]
    duplicates = rows(duplicates_text(table, view))
    if duplicates:
        faults.append(f"duplicate key: {duplicates[0]}")
    if faults:
        listed = "; ".join(faults)
        raise DataError(
            "store.check",
            Text(f"表 {table.name} 未通过校验：{listed}", f"table {table.name} fails its checks: {listed}"),
            Text("没有写入任何数据；请修正来源后重试", "nothing was written; mend the source and run again"),
            where=table.name,
        )
    return int(counts["row_count"])
