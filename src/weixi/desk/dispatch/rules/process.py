"""What may happen to a task: the table of transitions, and what an act is to the month's run."""

from collections.abc import Mapping, Sequence

from weixi.desk.dispatch.rules.terms import ContactResult, TaskAct, TaskState, WithdrawReason
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import FactType

S, A = TaskState, TaskAct

OPEN = (S.ISSUED, S.CLAIMED, S.CONTACTED)
"""The states in which somebody has work to do before the data verify it."""
PENDING = (S.CREATED, *OPEN)
"""The states of a task that keeps its household from getting a second one."""
UNWORKED = (S.CREATED, S.ISSUED, S.HELD_OUT)
"""The states in which nobody has touched a task yet: a revised plan may still change it."""
ENDS = (S.ARCHIVED, S.WITHDRAWN)
"""The states that nothing follows."""
LIVE = tuple(state for state in TaskState if state not in ENDS)

TRANSITIONS: Mapping[tuple[TaskState, TaskAct], TaskState] = {
    (S.CREATED, A.ISSUE): S.ISSUED,
    (S.ISSUED, A.CLAIM): S.CLAIMED,
    **{(state, act): state for state in (S.CLAIMED, S.CONTACTED) for act in (A.ATTEMPT, A.POSTPONE)},
    (S.CLAIMED, A.CONTACT): S.CONTACTED,
    (S.CONTACTED, A.CONTACT): S.CONTACTED,
    (S.CONTACTED, A.HANDLE): S.HANDLED,
    # Who takes over takes up anew; what the customer was told stays said.
    (S.ISSUED, A.HAND_OVER): S.ISSUED,
    (S.CLAIMED, A.HAND_OVER): S.ISSUED,
    (S.CONTACTED, A.HAND_OVER): S.CONTACTED,
    **{(state, A.ESCALATE): state for state in OPEN},
    **{
        (state, A.WITHDRAW): S.WITHDRAWN
        for state in (*UNWORKED, S.CLAIMED, S.CONTACTED, S.HANDLED, S.VERIFIED)
    },
    # The data may show that it is done before, or without, anybody's report.
    **{(state, A.VERIFY): S.VERIFIED for state in (S.CREATED, *OPEN, S.HANDLED)},
    (S.VERIFIED, A.CALL_BACK): S.CALLED_BACK,
    # Once its window is over every task ends, however far it came.
    **{(state, A.ARCHIVE): S.ARCHIVED for state in LIVE},
    (S.CREATED, A.REVISE): S.CREATED,
    (S.ISSUED, A.REVISE): S.ISSUED,
}
"""Everything that may happen; what is not here may not."""


class Refused(UsageError):
    """An act that the rules do not allow. Nothing was changed."""


def after(state: TaskState, act: TaskAct) -> TaskState:
    """The state that follows. Raises Refused for a step that is not in the table."""
    following = TRANSITIONS.get((state, act))
    if following is None:
        raise Refused(
            "task.state",
            Text(
                f"任务处于“{state.text.zh}”，不能“{act.text.zh}”",
                f"the task is {state.text.en}: {act.text.en} is not possible",
            ),
            Text("刷新后再看任务的最新状态", "open the task again to see where it stands"),
        )
    return following


def first_state(*, is_holdout: bool, is_withdrawn: bool, issue: bool) -> TaskState:
    """The state in which a planned task enters the desk."""
    if is_withdrawn:
        return S.WITHDRAWN
    if is_holdout:
        return S.HELD_OUT
    return S.ISSUED if issue else S.CREATED


def contact_acts(state: TaskState, result: ContactResult) -> tuple[TaskAct, ...]:
    """The acts that one report of a contact stands for: what lies between is filled in (两次点击).

    A customer who agreed or refused has answered: the work on him is done. Raises Refused where no contact is due.
    """
    acts = [A.CLAIM] if state is S.ISSUED else []
    acts.append(A.ATTEMPT if result is ContactResult.NOT_REACHED else A.CONTACT)
    if result in (ContactResult.AGREED, ContactResult.REFUSED):
        acts.append(A.HANDLE)
    for act in acts:
        state = after(state, act)
    return tuple(acts)


_FACTS: Mapping[TaskAct, FactType] = {
    A.ISSUE: FactType.ISSUED,
    A.CLAIM: FactType.ACCEPTED,
    A.ATTEMPT: FactType.ATTEMPTED,
    A.HANDLE: FactType.TICKED,
}
_RESULTS: Mapping[ContactResult, FactType] = {
    ContactResult.REACHED: FactType.REACHED,
    ContactResult.AGREED: FactType.AGREED,
    ContactResult.REFUSED: FactType.REFUSED,
}
SILENCING = (WithdrawReason.RULE, WithdrawReason.APPLIED_TO_LEAVE, WithdrawReason.DO_NOT_CONTACT)
"""Reasons that forbid contact: they take a task out of the completion rate; a mistake or a revision does not."""
HUMAN_REASONS = (WithdrawReason.APPLIED_TO_LEAVE, WithdrawReason.DO_NOT_CONTACT, WithdrawReason.MISTAKE)
"""Reasons that people give for taking a task back."""


def fact_of(act: TaskAct, result: ContactResult | None, reason: WithdrawReason | None) -> FactType | None:
    """The fact that an event is to the month's run; None: it says nothing there."""
    if act is A.CONTACT and result is not None:
        return _RESULTS.get(result)
    if act is A.WITHDRAW:
        return FactType.WITHDRAWN if reason in SILENCING else None
    return _FACTS.get(act)


def shown_states(wanted: Sequence[TaskState]) -> tuple[str, ...]:
    """The values of the states, for a query."""
    return tuple(state.value for state in wanted)
