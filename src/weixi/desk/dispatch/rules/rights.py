"""Who may do what to a task, and who sees it."""

from collections.abc import Mapping

from weixi.desk.dispatch.rules.terms import TaskAct, TaskState
from weixi.desk.org.rules import Role, Sight, is_own

A = TaskAct

WORKERS = frozenset({Role.AGENT, Role.TEAM_LEADER})
_LEADERS = frozenset({Role.TEAM_LEADER, Role.COUNTY_MANAGER, Role.MANAGER})
_HEADS = frozenset({Role.COUNTY_MANAGER, Role.MANAGER, Role.PLANNER})

ROLES: Mapping[TaskAct, frozenset[Role]] = {
    **dict.fromkeys((A.CLAIM, A.ATTEMPT, A.CONTACT, A.POSTPONE, A.HANDLE, A.CALL_BACK), WORKERS),
    **dict.fromkeys((A.HAND_OVER, A.ARCHIVE), _LEADERS),
    **dict.fromkeys((A.ISSUE, A.WITHDRAW), _HEADS),
    A.ESCALATE: WORKERS | _LEADERS,
}
"""Who may do what. VERIFY and REVISE are nobody's: the data and the plan do them."""

BY_THE_SYSTEM = frozenset({A.ISSUE, A.ESCALATE, A.WITHDRAW, A.VERIFY, A.ARCHIVE, A.REVISE})
"""What happens without a person."""

READERS = frozenset(Role) - {Role.AGENT, Role.ADMINISTRATOR}
"""Roles that see every task of their subtrees; an agent sees his own and his unit's pool."""


def sees(sight: Sight, *, owner_code: str, path: str, state: TaskState) -> bool:
    """Whether a person may see a task: his own, his pool's, or one under a post that reads.

    Held-out tasks, and those not issued yet, are shown to nobody who works them: to planners and auditors alone.
    """
    if state in (TaskState.HELD_OUT, TaskState.CREATED):
        return sight.covers_as(path, (Role.PLANNER, Role.AUDITOR))
    return is_own(sight, owner_code=owner_code, path=path) or sight.covers_as(path, READERS)


def claimed_path(sight: Sight, path: str) -> str:
    """Where a task of the pool lies once the agent has it: at his own node below, if he has one."""
    own = f"{path}{sight.agent_code}/"
    return own if sight.agent_code and own in sight.paths_as((Role.AGENT,)) else path


def may(sight: Sight | None, act: TaskAct, *, owner_code: str, path: str) -> bool:
    """Whether the person may do that to the task; None is the system.

    An agent acts on his own tasks and his pool's; every other role on those under its posts.
    """
    if sight is None:
        return act in BY_THE_SYSTEM
    allowed = ROLES.get(act, frozenset())
    if Role.AGENT in allowed and is_own(sight, owner_code=owner_code, path=path):
        return True
    return bool(allowed - {Role.AGENT}) and sight.covers_as(path, allowed - {Role.AGENT})
