"""Rows of the project's tables, made by hand and put into a store."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa

from weixi.dialect.types import ColumnType
from weixi.engine import Partition, Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.book import ORG_NODE, ORG_PATH, SUBSCRIBER_MONTH
from weixi.flow.segment import LABEL

Row = Mapping[str, Any]

ORDINARY: Mapping[str, Row] = {
    SUBSCRIBER_MONTH.name: {
        "line_type": "MOBILE_MAIN",
        "line_use": "COMMERCIAL",
        "service_status": "IN_SERVICE",
        "open_date": date(2020, 1, 1),
    },
    LABEL.name: {"rule_grade": "REGULAR"},
}
"""What a row of a table says unless a test says otherwise: a line is an old main card in service."""

_NOTHING: Mapping[ColumnType, object] = {
    ColumnType.BOOLEAN: False,
    ColumnType.INTEGER: 0,
    ColumnType.BIGINT: 0,
    ColumnType.DOUBLE: 0.0,
}


class Node(NamedTuple):
    """One node of a tree of care units; its name is 节点 and its code, `capacity` how many lines it can keep."""

    code: str
    parent: str | None
    level: str
    capacity: int | None = None


def filled(table: Table, row: Row, **key: int | str) -> dict[str, Any]:
    """The whole row of the table: what is given, the key, what is ordinary, 0 or false where a value is required.

    Everything else is null; a required text, a date or a key that nobody gives stays null, for the store to refuse.
    Raises KeyError on a column that the table lacks: a misspelt value would test nothing.
    """
    unknown = set(row) - set(table.types)
    if unknown:
        raise KeyError(f"{table.name} has no {', '.join(sorted(unknown))}")
    nothing = {
        c.name: _NOTHING.get(c.type) if c.required and c.name not in table.key else None
        for c in table.columns
    }
    known = {name: value for name, value in key.items() if name in table.types}
    return {**nothing, **ORDINARY.get(table.name, {}), **known, **row}


def arrow(table: Table, rows: Iterable[Row], **key: int | str) -> pa.Table:
    """The filled rows in memory."""
    return pa.Table.from_pylist([filled(table, row, **key) for row in rows], arrow_schema(table))


def put(
    store: Store,
    table: Table,
    rows: Iterable[Row],
    *,
    note: Mapping[str, Any] | None = None,
    seal: bool = False,
    **key: int | str,
) -> Partition:
    """Writes the filled rows as the partition of that key; other rows or another note are another revision."""
    made = arrow(table, rows, **key)
    origin = repr((made.to_pylist(), note))
    return store.put(table, key, made.to_batches(), origin=origin, seal=seal, note=note)


def split(rows: Sequence[Row], *tables: Table) -> list[list[dict[str, Any]]]:
    """The rows once for each table, each with the values it has columns for.

    Raises KeyError on a value that no table takes.
    """
    unknown = {name for row in rows for name in row} - {name for table in tables for name in table.types}
    if unknown:
        raise KeyError(f"no table has {', '.join(sorted(unknown))}")
    return [[{k: v for k, v in row.items() if k in table.types} for row in rows] for table in tables]


def put_tree(store: Store, month: int, nodes: Iterable[Node]) -> None:
    """Writes the nodes of a tree and every path up from each of them."""
    above = {node.code: node for node in nodes}
    put(
        store,
        ORG_NODE,
        [
            {
                "node_code": node.code,
                "parent_code": node.parent,
                "level": node.level,
                "name": f"节点{node.code}",
                "capacity": node.capacity,
            }
            for node in above.values()
        ],
        month=month,
    )
    paths = []
    for code in above:
        place: str | None = code
        distance = 0
        while place is not None:
            step = {"node_code": code, "ancestor_code": place, "ancestor_level": above[place].level}
            paths.append({**step, "distance": distance})
            place, distance = above[place].parent, distance + 1
    put(store, ORG_PATH, paths, month=month)
