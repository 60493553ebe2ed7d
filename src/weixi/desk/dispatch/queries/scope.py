"""Who sees which tasks, as a condition of the database; `rules.sees` says the same of one task."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from weixi.desk.dispatch.rules import READERS, TaskState, pool_paths, shown_states
from weixi.desk.org.rules import Role, Sight

_HIDDEN = shown_states((TaskState.HELD_OUT, TaskState.CREATED))
NOTHING = Q(pk__in=[])


def within(paths: Iterable[str]) -> Q:
    """Tasks in one of the subtrees, by the index on `path`; no path: none."""
    found = NOTHING
    for path in paths:
        found |= _below(path)
    return found


def _below(path: str) -> Q:
    # SQLite's LIKE takes no index and forgets capitals; its texts compare byte by byte, and "0" follows "/".
    # PostgreSQL compares by its locale, but its LIKE takes the index made for patterns.
    if connection.vendor == "sqlite":
        return Q(path__gte=path, path__lt=f"{path[:-1]}0")
    return Q(path__startswith=path)


def own(sight: Sight) -> Q:
    """An agent's own tasks."""
    if Role.AGENT not in sight.roles or not sight.agent_code:
        return NOTHING
    return Q(owner_code=sight.agent_code) & within(sight.paths_as((Role.AGENT,)))


def pool(sight: Sight) -> Q:
    """The tasks of an agent's shared pool: nobody's yet."""
    if Role.AGENT not in sight.roles:
        return NOTHING
    return Q(owner_code="") & (Q(path__in=pool_paths(sight)) | within(sight.paths_as((Role.AGENT,))))


def visible(sight: Sight) -> Q:
    """Everything the person may see."""
    planning = within(sight.paths_as((Role.PLANNER, Role.AUDITOR)))
    seen = own(sight) | pool(sight) | within(sight.paths_as(READERS))
    return (seen & ~Q(state__in=_HIDDEN)) | planning
