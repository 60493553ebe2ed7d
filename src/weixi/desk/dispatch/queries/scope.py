"""Who sees which tasks, as a condition of the database; `rules.sees` says the same of one task."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Func, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from weixi.desk.base.territory import under
from weixi.desk.dispatch.models import Task
from weixi.desk.dispatch.rules import READERS, TaskState, shown_states
from weixi.desk.org.rules import Role, Sight, outermost, pool_paths

HIDDEN = shown_states((TaskState.HELD_OUT, TaskState.CREATED))
NOTHING = Q(pk__in=[])


class Beside(Func):
    """A column by which rows are judged but not looked up: SQLite would take its index and sort what it finds."""

    template = "%(expressions)s"

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, Any]:
        """The same with the sign that keeps SQLite from the index."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


WIDE = 3
"""A path of so many codes or fewer (province, city, county) holds so many tasks that a list goes by its order."""


def ranked(tasks: QuerySet[Task], paths: Iterable[str]) -> QuerySet[Task]:
    """Those of the tasks in one of the subtrees, read in the order of the list where the subtrees are large."""
    inside = tuple(paths)
    if any(path.count("/") <= WIDE for path in inside):
        return tasks.alias(place=Beside(F("path"))).filter(under("place", inside))
    return tasks.filter(within(inside))


def within(paths: Iterable[str]) -> Q:
    """Tasks in one of the subtrees, by the index on `path`; no path: none."""
    return under("path", paths)


def own(sight: Sight) -> Q:
    """An agent's own tasks."""
    if Role.AGENT not in sight.roles or not sight.agent_code:
        return NOTHING
    return Q(owner_code=sight.agent_code) & within(sight.paths_as((Role.AGENT,)))


def worked(sight: Sight) -> Q:
    """What the person works through: an agent his own tasks, a team leader who is no agent those of the team."""
    if Role.AGENT in sight.roles:
        return own(sight)
    return within(sight.paths_as((Role.TEAM_LEADER,)))


def pool(sight: Sight) -> Q:
    """The tasks of an agent's shared pool: nobody's yet."""
    if Role.AGENT not in sight.roles:
        return NOTHING
    return Q(owner_code="") & (Q(path__in=pool_paths(sight)) | within(sight.paths_as((Role.AGENT,))))


def pooled(sight: Sight) -> QuerySet[Task]:
    """The open tasks of that pool, looked up by where they lie: nobody's are many, a unit's few."""
    if Role.AGENT not in sight.roles:
        return Task.objects.none()
    units, mine = pool_paths(sight), sight.paths_as((Role.AGENT,))
    beside = Task.objects.alias(owner=Beside(F("owner_code")), place=Beside(F("path")))
    here = Q(place__in=units) | under("place", mine)
    return beside.filter(within(outermost((*units, *mine))), here, owner="", is_open=True)


def visible(sight: Sight) -> Q:
    """Everything the person may see."""
    planning = within(sight.paths_as((Role.PLANNER, Role.AUDITOR)))
    seen = own(sight) | pool(sight) | within(sight.paths_as(READERS))
    return (seen & ~Q(state__in=HIDDEN)) | planning
