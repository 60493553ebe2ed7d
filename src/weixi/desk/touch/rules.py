"""What customers call for, what comes of a contact, when the next one is due. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from weixi.desk.org.rules import Role
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import Grade, Term
from weixi.playbook import Playbook

CALL_TAKERS = frozenset({Role.AGENT, Role.TEAM_LEADER})
"""Who takes calls that come in."""
WORKERS = CALL_TAKERS | {Role.COUNTY_MANAGER, Role.MANAGER}
"""Who speaks with customers outside tasks, and writes down what was said."""
LIST_MAKERS = frozenset({Role.PLANNER, Role.COUNTY_MANAGER, Role.MANAGER})
"""Who makes tasks of a list from outside."""
LIST_READERS = LIST_MAKERS | {Role.AUDITOR}


class Direction(Term):
    """Who began the contact."""

    IN = "IN", "客户来", "by the customer"
    OUT = "OUT", "我方去", "by us"


class Intent(Term):
    """What a customer called or came for."""

    PORT_OUT = "PORT_OUT", "携转意向", "wants to port out"
    CANCEL = "CANCEL", "销户/拆机意向", "wants to cancel"
    COMPLAINT = "COMPLAINT", "投诉", "complaint"
    BILLING = "BILLING", "话费疑问", "question about the bill"
    PACKAGE = "PACKAGE", "套餐咨询", "asks about packages"
    FAULT = "FAULT", "网络或宽带报障", "network or broadband fault"
    RENEW = "RENEW", "续约或换机", "renewal or handset"
    OTHER = "OTHER", "其他", "other"


class Result(Term):
    """What came of one contact outside a task."""

    NOT_REACHED = "NOT_REACHED", "未接通", "not reached"
    REACHED = "REACHED", "已沟通", "spoken with"
    SOLVED = "SOLVED", "当场解决", "solved at once"
    FOLLOW_UP = "FOLLOW_UP", "需跟进", "to be followed up"


class Said(Term):
    """What a customer told us, one kind of it."""

    NEED = "NEED", "需求", "need"
    OPINION = "OPINION", "意见", "opinion"
    PROBLEM = "PROBLEM", "问题", "problem"
    PROMISE = "PROMISE", "承诺", "promise"


SPOKEN = (Result.REACHED, Result.SOLVED, Result.FOLLOW_UP)
"""Results of a contact in which the customer was spoken with: the next return call counts from there."""
TO_SOLVE = (Said.PROBLEM, Said.PROMISE)
"""What stays open until somebody says that it is done."""
LEAVING = (Intent.PORT_OUT, Intent.CANCEL)
"""Intents of a customer who is about to go: they make a task, or bring an open one a level up."""
KIND_OF: Mapping[Intent, str] = {Intent.PORT_OUT: "inbound_port_out", Intent.CANCEL: "inbound_cancel"}
LONGEST = 500
"""Characters of one text that somebody writes."""

CALL_MINUTES = 15
"""How long the address of one call opens its customer."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often customers of one grade are called back, days; `is_default`: the playbook in force does not say."""

    grade: Grade
    days: int
    is_default: bool


def cadences(playbook: Playbook) -> tuple[Cadence, ...]:
    """The cadence of each grade that has one: the playbook's parameter of months between calls, else 90 days (R1)."""
    parameter = playbook.parameters.get("key_callback_months")
    if parameter is None:
        return (Cadence(Grade.KEY, 90, is_default=True),)
    return (Cadence(Grade.KEY, int(str(parameter.value)) * 30, is_default=False),)


def due_after(last: date, days: int) -> date:
    """When the next return call is due: the cadence after the last contact."""
    return last + timedelta(days=days)


def first_due(open_date: date, since: date, days: int) -> date:
    """When one without any contact on record is due: the first day from `since` on which his tenure is a whole cadence.

    So the lines that nobody has called since the desk began fall due over one cadence, and not on one day.
    """
    months = max(1, round(days / 30))
    for ahead in range(2 * months + 1):
        month = since.year * 12 + since.month - 1 + ahead
        tenure = month - (open_date.year * 12 + open_date.month - 1)
        on = date(month // 12, month % 12 + 1, min(open_date.day, 28))
        if tenure > 0 and tenure % months == 0 and on >= since:
            return on
    return since + timedelta(days=days)


AGES = (
    (3, Text("3 天内", "up to 3 days")),
    (7, Text("4–7 天", "4–7 days")),
    (30, Text("8–30 天", "8–30 days")),
)
OLDER = Text("30 天以上", "over 30 days")


def age_of(days: int) -> Text:
    """The class of age of an open problem."""
    return next((text for most, text in AGES if days <= most), OLDER)


def checked(text: str, *, needed: bool = False) -> str:
    """The text without blanks at its ends. Raises UsageError for one too long, or for none where it is needed."""
    said = text.strip()
    if needed and not said:
        raise UsageError(
            "touch.empty",
            Text("没有写内容，没有保存。", "Nothing was written; nothing was saved."),
            Text("写一句再保存。", "Write a line and save again."),
        )
    if len(said) > LONGEST:
        raise UsageError(
            "touch.long",
            Text(
                f"内容超过 {LONGEST} 字，没有保存。",
                f"The text is over {LONGEST} characters; nothing was saved.",
            ),
            Text("删短后再保存。", "Shorten it and save again."),
        )
    return said


def reused() -> UsageError:
    """The id of the call was used for something else."""
    return UsageError(
        "touch.call",
        Text("这张表单已经提交过别的内容。", "This form was sent before with something else."),
        Text("刷新页面后重新填写。", "Open the page again and fill it in anew."),
    )


def unknown() -> UsageError:
    """There is no such customer, or none that the person sees."""
    return UsageError(
        "touch.unknown",
        Text(
            "没有这位客户，或不在您的服务范围之内。", "There is no such customer among those you look after."
        ),
        Text("核对号码或编号。", "Check the number or the id."),
    )


def nothing_typed() -> UsageError:
    """The field for the caller's number is empty."""
    return UsageError(
        "touch.nothing_typed",
        Text("没有输入号码。", "No number was typed."),
        Text(
            "输入 11 位来电号码、号码后四位，或用户编号。",
            "Type the full number, its last four digits, or the customer's id.",
        ),
    )


def over() -> UsageError:
    """The address of the call is too old, or was not made here."""
    return UsageError(
        "touch.call_over",
        Text("这通来电的页面已过期。", "The page of this call has expired."),
        Text("请重新输入来电号码。", "Type the caller's number again."),
    )


ACTS = {
    "dispatch.adopt": Text("清单派单", "made tasks of a list"),
    "touch.open_call": Text("打开来电客户", "opened a caller's page"),
    "touch.inbound": Text("登记来电", "entered a call"),
    "touch.contact": Text("登记联系", "entered a contact"),
    "touch.note": Text("写共享备注", "wrote a shared note"),
    "touch.solve": Text("了结问题", "settled a problem"),
}
"""What this app writes into the audit, in words."""

WORDS = {
    "list": Text("清单", "list"),
    "intent": Text("来意", "intent"),
    "source": Text("来源", "source"),
    "rows": Text("行数", "rows"),
    "held_out": Text("对照组", "held out"),
    "silenced": Text("按规则不联系", "silenced"),
    "not_yours": Text("不在辖区", "not in the territory"),
    "unknown": Text("查无此户", "not found"),
    "already_open": Text("已有任务", "has a task"),
    "title": Text("名称", "title"),
    **{term.value: term.text for terms in (Direction, Intent, Result, Said) for term in terms},
}
"""The kinds of subjects, the names and the values of details in those entries, in words."""
