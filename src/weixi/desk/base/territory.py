"""The rows that lie inside a territory."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q


def under(field: str, paths: Iterable[str]) -> Q:
    """The condition that `field` lies at or below one of the paths; no paths: no row.

    SQLite's LIKE ignores capitals and uses no index, so there it is a range; PostgreSQL may sort by a language's
    rules, so there it is LIKE, which has an index of its own.
    """
    found = Q(pk__in=())
    for path in paths:
        if connection.vendor == "sqlite":
            found |= Q(**{f"{field}__gte": path, f"{field}__lt": f"{path[:-1]}0"})  # "0" comes after "/"
        else:
            found |= Q(**{f"{field}__startswith": path})
    return found
