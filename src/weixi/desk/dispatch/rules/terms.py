"""The words of the process: a task's states, acts, results, reasons; what becomes of a list's row."""

from weixi.kernel.terms import Term


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
