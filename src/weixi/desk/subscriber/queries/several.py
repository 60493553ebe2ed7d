"""A handful of lines at once: where they belong, who they are."""

from collections.abc import Mapping, Sequence
from typing import Any

from weixi.desk.base.book import latest_month, store
from weixi.desk.org.models import Node
from weixi.desk.subscriber.queries.identity import Identity
from weixi.desk.subscriber.rules import Place
from weixi.engine import Partition, Table
from weixi.flow.book import IDENTITY
from weixi.flow.cohort import ASSIGNMENT

MOST = 40
"""So many lines may be asked for at once."""

_SIZES = (1, 4, 20, MOST)
"""How many a statement names: one for each size, so that each is linted once."""


def rows_of(
    partitions: Sequence[Partition], ids: Sequence[int], columns: Sequence[str], test: str = ""
) -> list[dict[str, Any]]:
    """The rows of those lines, at most MOST of them, for which `test` holds too. One statement."""
    if not partitions or not ids:
        return []
    size = next(size for size in _SIZES if size >= len(ids))
    bound = {f"s{k}": ids[min(k, len(ids) - 1)] for k in range(size)}
    listed = ", ".join(f"${name}" for name in bound)
    also = f" AND {test}" if test else ""
    return store().rows(
        f"SELECT {', '.join(columns)} FROM line WHERE subscriber_id IN ({listed}){also}",
        inputs={"line": list(partitions)},
        parameters=bound,
    )


def by_id(
    table: Table, ids: Sequence[int], columns: Sequence[str], month: int
) -> Mapping[int, Mapping[str, Any]]:
    """Subscriber → its row of the table in that month, where there is one."""
    partition = store().current(table, month=month)
    found = rows_of([partition] if partition is not None else [], ids, ("subscriber_id", *columns))
    return {row["subscriber_id"]: row for row in found}


def identities_of(ids: Sequence[int]) -> Mapping[int, Identity]:
    """Subscriber → the newest identity, in full: to be masked."""
    columns = ("subscriber_id", "month", "msisdn", "name", "source_key")
    newest: dict[int, dict[str, Any]] = {}
    for row in rows_of(store().partitions(IDENTITY), ids, columns):
        held = newest.get(row["subscriber_id"])
        if held is None or held["month"] < row["month"]:
            newest[row["subscriber_id"]] = row
    return {
        key: Identity(row["msisdn"] or "", row["name"] or "", row["source_key"] or "")
        for key, row in newest.items()
    }


def places_of(ids: Sequence[int]) -> Mapping[int, Place]:
    """Subscriber → where the line belongs today. One statement of each database."""
    month = latest_month(ASSIGNMENT)
    if month is None:
        return {}
    rows = by_id(ASSIGNMENT, ids, ("node_code", "unit_code", "owner_code", "rule"), month.number)
    nodes = Node.objects.filter(code__in={row["node_code"] for row in rows.values()}, is_current=True)
    paths = dict(nodes.values_list("code", "path"))
    return {
        key: Place(paths[row["node_code"]], row["unit_code"], row["owner_code"] or "", row["rule"])
        for key, row in rows.items()
        if row["node_code"] in paths
    }
