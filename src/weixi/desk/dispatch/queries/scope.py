"""Who sees which tasks, as a condition of the database; `rules.sees` says the same of one task."""

from collections.abc import Iterable

from django.db.models import Q

from weixi.desk.base.territory import under
from weixi.desk.dispatch.rules import READERS, TaskState, pool_paths, shown_states
from weixi.desk.org.rules import Role, Sight

_HIDDEN = shown_states((TaskState.HELD_OUT, TaskState.CREATED))
NOTHING = Q(pk__in=[])


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


def visible(sight: Sight) -> Q:
    """Everything the person may see."""
    planning = within(sight.paths_as((Role.PLANNER, Role.AUDITOR)))
    seen = own(sight) | pool(sight) | within(sight.paths_as(READERS))
    return (seen & ~Q(state__in=_HIDDEN)) | planning
