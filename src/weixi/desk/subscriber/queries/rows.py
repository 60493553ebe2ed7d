"""One line's row of one table: how every page of a customer asks the book."""

from collections.abc import Mapping, Sequence
from typing import Any

from weixi.desk.base.book import store
from weixi.engine import Partition, Table

Row = Mapping[str, Any]


def own_row(table: Table, subscriber_id: int, columns: Sequence[str], **key: int | str) -> Row | None:
    """The line's row of that partition; None where there is no such partition or no such row."""
    partition = store().current(table, **key)
    if partition is None:
        return None
    rows = own_rows([partition], subscriber_id, columns)
    return rows[0] if rows else None


def own_rows(
    partitions: Sequence[Partition], subscriber_id: int, columns: Sequence[str]
) -> list[dict[str, Any]]:
    """The line's rows in all of the partitions, in no order. One statement."""
    if not partitions:
        return []
    return store().rows(
        f"SELECT {', '.join(columns)} FROM line WHERE subscriber_id = $subscriber",
        inputs={"line": list(partitions)},
        parameters={"subscriber": subscriber_id},
    )
