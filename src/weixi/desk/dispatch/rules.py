"""What may happen to a task, who may do it, how urgent it is and when it is due. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from weixi.desk.org.rules import Role, Sight, is_own
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import SHANGHAI
from weixi.kernel.terms import FactType, OrgLevel, Term, WarningLevel


class TaskState(Term):
    """Where a task stands in the process. A held-out one is shown to nobody who works."""

    CREATED = "CREATED", "生成", "created"
    ISSUED = "ISSUED", "下发", "issued"
    CLAIMED = "CLAIMED", "领取", "claimed"
    CONTACTED = "CONTACTED", "接触", "contacted"
    HANDLED = "HANDLED", "办理", "handled"
    VERIFIED = "VERIFIED", "核验", "verified"
    CALLED_BACK = "CALLED_BACK", "回访", "called back"
    ARCHIVED = "ARCHIVED", "归档", "archived"
    WITHDRAWN = "WITHDRAWN", "撤回", "withdrawn"
    HELD_OUT = "HELD_OUT", "对照组", "held out"


class TaskAct(Term):
    """One thing that is done to a task."""

    ISSUE = "ISSUE", "下发", "issue"
    CLAIM = "CLAIM", "领取", "claim"
    ATTEMPT = "ATTEMPT", "联系未接通", "attempt, not reached"
    CONTACT = "CONTACT", "接触", "contact"
    POSTPONE = "POSTPONE", "约定再联系", "call back later"
    HANDLE = "HANDLE", "办理", "handle"
    HAND_OVER = "HAND_OVER", "转派", "hand over"
    ESCALATE = "ESCALATE", "升级", "escalate"
    WITHDRAW = "WITHDRAW", "撤回", "withdraw"
    VERIFY = "VERIFY", "核验", "verify in the data"
    CALL_BACK = "CALL_BACK", "回访", "call back"
    ARCHIVE = "ARCHIVE", "归档", "archive"
    REVISE = "REVISE", "计划修订", "take the revised plan"


class ContactResult(Term):
    """What came of one contact."""

    NOT_REACHED = "NOT_REACHED", "未接通", "not reached"
    REACHED = "REACHED", "接通，待定", "reached, undecided"
    AGREED = "AGREED", "同意办理", "agreed"
    REFUSED = "REFUSED", "拒绝", "refused"


class WithdrawReason(Term):
    """Why a task is taken back."""

    RULE = "RULE", "规则静默", "silenced by rule"
    PLAN_CHANGED = "PLAN_CHANGED", "计划修订后不再列入", "not in the revised plan"
    APPLIED_TO_LEAVE = "APPLIED_TO_LEAVE", "已申请携转", "has applied to port out"
    DO_NOT_CONTACT = "DO_NOT_CONTACT", "要求不再联系", "asked for no more contact"
    MISTAKE = "MISTAKE", "派单有误", "issued by mistake"


class Listed(Term):
    """What becomes of one row of a list that a person brings from outside the plan."""

    ADDED = "ADDED", "新增任务", "a new task"
    FOLDED = "FOLDED", "同户并入", "joins the household's task"
    REPEATED = "REPEATED", "名单内重复", "twice in the list"
    ALREADY_OPEN = "ALREADY_OPEN", "已有在办任务", "has an open task"
    HELD_OUT = "HELD_OUT", "对照组，不联系", "held out: no contact"
    SILENCED = "SILENCED", "按规则不得联系", "no contact by rule"
    NOT_YOURS = "NOT_YOURS", "不在管辖范围", "not in your territory"
    UNKNOWN = "UNKNOWN", "没有这个用户", "no such customer"


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


class Refused(UsageError):
    """An act that the rules do not allow. Nothing was changed."""


def sees(sight: Sight, *, owner_code: str, path: str, state: TaskState) -> bool:
    """Whether a person may see a task: his own, his pool's, or one under a post that reads.

    Held-out tasks, and those not issued yet, are shown to nobody who works them: to planners and auditors alone.
    """
    if state in (S.HELD_OUT, S.CREATED):
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


URGENCY: Mapping[str, int] = {WarningLevel.RED: 4, WarningLevel.YELLOW: 2, WarningLevel.BLUE: 1}
"""Each level weighs twice the one below: a yellow task precedes a red one of less than half its revenue."""


def priority(level: str, revenue_at_risk_fen: int) -> int:
    """Value × urgency: the three months' revenue at risk, fen, times the level's weight; the larger goes first."""
    return max(revenue_at_risk_fen, 0) * URGENCY[level]


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit of the playbook; where it has `spans` (local, half-open) only the hours in them count."""

    hours: int
    spans: tuple[tuple[time, time], ...] = ()


def due_at(*, task_date: date, window_end_date: date, issued_at: datetime, limit: Limit | None) -> datetime:
    """When the task is to be handled: its limit after its day begins, else the end of that day; within its window.

    The clock starts when the task is issued or, if that is later, when its best day begins.
    """
    start = max(issued_at, midnight(task_date))
    if limit is None:
        due = midnight(start.astimezone(SHANGHAI).date() + timedelta(days=1))
    elif limit.spans:
        due = _working(start, limit)
    else:
        due = start + timedelta(hours=limit.hours)
    return max(start, min(due, midnight(window_end_date)))


def midnight(day: date) -> datetime:
    """The moment at which a business date begins."""
    return datetime.combine(day, time(0), tzinfo=SHANGHAI)


def _working(start: datetime, limit: Limit) -> datetime:
    left = timedelta(hours=limit.hours)
    day = start.astimezone(SHANGHAI).date()
    while True:
        for opens, closes in limit.spans:
            begin = max(start, datetime.combine(day, opens, tzinfo=SHANGHAI))
            end = datetime.combine(day, closes, tzinfo=SHANGHAI)
            if begin + left <= end:
                return begin + left
            left -= max(end - begin, timedelta(0))
        day += timedelta(days=1)


LADDER = (OrgLevel.OWNER, OrgLevel.UNIT, OrgLevel.COUNTY, OrgLevel.CITY, OrgLevel.PROVINCE)
RESPITE = timedelta(hours=24)
"""How long an escalated task has until it is overdue again: one level at a time."""


def escalated(level: str) -> OrgLevel | None:
    """The level above that of who has the task ("" his owner); None above the province."""
    above = LADDER.index(OrgLevel(level)) + 1 if level else 1
    return LADDER[above] if above < len(LADDER) else None


def day_capacity(tasks_per_day: int | None, done_today: int) -> int | None:
    """How many tasks more a person can take on today; None: the playbook sets no load."""
    return None if tasks_per_day is None else max(tasks_per_day - done_today, 0)


def in_hours(now: datetime, spans: Sequence[tuple[time, time]]) -> bool:
    """Whether customers may be called at that moment; no spans: the playbook sets no hours."""
    clock = now.astimezone(SHANGHAI).time()
    return not spans or any(opens <= clock < closes for opens, closes in spans)


def appointed(choice: str, now: datetime) -> datetime:
    """The moment that one of the quick choices means: this afternoon, tomorrow, in three days; the hour is whole.

    An afternoon that has begun means two hours from now. Raises Refused for another word.
    """
    here = now.astimezone(SHANGHAI)
    if choice == "afternoon":
        three = datetime.combine(here.date(), time(15), tzinfo=SHANGHAI)
        later = (here + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
        return three if here + timedelta(minutes=30) <= three else later
    days = {"tomorrow": 1, "three_days": 3}.get(choice)
    if days is None:
        raise no_moment()
    return datetime.combine(here.date() + timedelta(days=days), time(10), tzinfo=SHANGHAI)


def no_moment() -> Refused:
    """The form names no moment."""
    return Refused(
        "task.moment",
        Text("没有写明再联系的时间", "it is not said when to call again"),
        Text("选一个快捷时间，或填写日期和时间", "choose one of the times, or give a day and an hour"),
    )


def shown_states(wanted: Sequence[TaskState]) -> tuple[str, ...]:
    """The values of the states, for a query."""
    return tuple(state.value for state in wanted)


ACTS = {
    "dispatch.apply": Text("派单", "handed a plan over"),
    "dispatch.issue": Text("下发", "issued tasks"),
    "dispatch.claim": Text("领取任务", "took a task"),
    "dispatch.contact": Text("登记联系结果", "reported a contact"),
    "dispatch.postpone": Text("约定再联系", "put a task off"),
    "dispatch.handle": Text("登记办理", "reported a task done"),
    "dispatch.hand_over": Text("转派", "handed a task over"),
    "dispatch.escalate": Text("升级", "escalated"),
    "dispatch.withdraw": Text("撤回任务", "withdrew a task"),
    "dispatch.verify": Text("数据核验", "verified in the data"),
    "dispatch.call_back": Text("回访", "called back"),
    "dispatch.archive": Text("归档", "archived"),
    "dispatch.call": Text("点击拨号", "called a customer"),
    "dispatch.reveal": Text("查看号码", "saw a number in full"),
    "dispatch.do_not_call": Text("登记谢绝来电", "noted: no more calls"),
}
"""What this app writes into the audit, in words."""

WORDS = {
    "task": Text("任务", "task"),
    "tasks": Text("任务", "tasks"),
    "from": Text("原状态", "from"),
    "to": Text("到", "to"),
    "acts": Text("动作", "acts"),
    "paths": Text("范围", "where"),
    "before": Text("窗口截止早于", "window ended before"),
    "by": Text("操作人", "by"),
    "revised": Text("修订", "revised"),
    "kept": Text("保留", "kept"),
    "withdrawn": Text("撤回", "withdrawn"),
    "verified": Text("核验", "verified"),
    "fingerprint": Text("指纹", "fingerprint"),
    "household": Text("客户（户）", "household"),
    "plan": Text("月度计划", "plan of a month"),
    "day_plan": Text("日更计划", "plan of a day"),
    "closing": Text("月末核验结果", "results of a month"),
    "day_closing": Text("每日核验结果", "results of a day"),
    **{act.value: act.text for act in TaskAct},
    **{state.value: state.text for state in TaskState},
}
"""The kinds of subjects, the names and the values of details in those entries, in words."""
