"""Many rows at once: COPY on PostgreSQL, executemany on SQLite; no object is made for a row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models
from django.db.models import Max


def reserve(model: type[models.Model], count: int) -> int:
    """The first of `count` ids in a row that nobody else gets; in the transaction that holds the plan's lock."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), nextval(pg_get_serial_sequence(%s, 'id')) + %s)",
                [table, table, count],
            )
            last: int = cursor.fetchone()[0]
            return last - count + 1
    highest = model._default_manager.aggregate(highest=Max("id"))["highest"]
    return (highest or 0) + 1


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add the rows; each has a value for every field named, moments with their zone."""
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    listed = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    is_copied = connection.vendor == "postgresql"
    shaped = [_json if isinstance(f, models.JSONField) else None if is_copied else _shape(f) for f in fields]
    plain = [k for k, shape in enumerate(shaped) if shape is not None]
    if is_copied:
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(_adapted(row, plain, shaped) if plain else row)
        return
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({listed}) VALUES ({marks})",
            [_adapted(row, plain, shaped) for row in rows],
        )


def _adapted(row: Sequence[Any], plain: list[int], shaped: list[Callable[[Any], Any] | None]) -> list[Any]:
    values = list(row)
    for k in plain:
        shape = shaped[k]
        if shape is not None and values[k] is not None:
            values[k] = shape(values[k])
    return values


def _shape(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """How SQLite keeps a value of the field, where it is not kept as it is."""
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.DateField):
        return _day
    return None


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@lru_cache(maxsize=4096)
def _day(day: date) -> str:
    return day.isoformat()


@lru_cache(maxsize=4096)
def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
