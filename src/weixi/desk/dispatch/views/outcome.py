"""What one key of the card stands for, and the operation that it calls."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.base.book import playbook
from weixi.desk.dispatch.operations import dial, lead, work
from weixi.desk.dispatch.rules import ContactResult, TaskAct, WithdrawReason, appointed, no_moment
from weixi.desk.dispatch.views.reply import call_of, moment_of
from weixi.desk.org.requests import PersonRequest
from weixi.kernel.language import Text
from weixi.kernel.period import SHANGHAI
from weixi.kernel.terms import Channel


@dataclass(frozen=True, slots=True)
class Key:
    """One button of the card: its key on the keyboard, its value in the form, its words, the act it needs.

    `is_main`: one of the four results of a contact, in thumb's reach; `asks`: it is confirmed first.
    """

    key: int
    value: str
    text: Text
    act: TaskAct
    is_main: bool = False
    asks: Text | None = None


OUTCOMES = (
    Key(1, "AGREED", Text("同意办理", "Agreed"), TaskAct.CONTACT, is_main=True),
    Key(2, "REACHED", Text("再考虑", "Undecided"), TaskAct.CONTACT, is_main=True),
    Key(3, "REFUSED", Text("拒绝", "Refused"), TaskAct.CONTACT, is_main=True),
    Key(4, "NOT_REACHED", Text("未接通", "No answer"), TaskAct.CONTACT, is_main=True),
    Key(5, "afternoon", Text("今天下午", "This afternoon"), TaskAct.POSTPONE),
    Key(6, "tomorrow", Text("明天", "Tomorrow"), TaskAct.POSTPONE),
    Key(7, "three_days", Text("三天后", "In three days"), TaskAct.POSTPONE),
    Key(8, "escalate", Text("升级给上级", "Escalate"), TaskAct.ESCALATE),
    Key(
        9,
        "DO_NOT_CONTACT",
        Text("不再来电", "No more calls"),
        TaskAct.CONTACT,
        asks=Text(
            "登记“客户要求不再联系”？之后不能再拨打这一户。", "Note that the customer wants no more calls?"
        ),
    ),
)
"""The nine keys."""


def report(request: PersonRequest, task_id: str, now: datetime) -> str:
    """Do what the form's button says; what to tell then. Raises Refused."""
    given, note = request.POST.get("outcome", ""), request.POST.get("note", "").strip()[:500]
    sight, call_id = request.sight, call_of(request)
    if given in set(ContactResult):
        done = work.record_contact(
            task_id=task_id,
            sight=sight,
            result=ContactResult(given),
            channel=Channel.PHONE,
            call_id=call_id,
            now=now,
            note=note,
        )
        return _reported(done.again, timezone.localdate(now))
    if given in (WithdrawReason.DO_NOT_CONTACT, WithdrawReason.APPLIED_TO_LEAVE):
        dial.stop_calls(
            task_id=task_id, sight=sight, reason=WithdrawReason(given), call_id=call_id, now=now, note=note
        )
        return _("已登记，不再联系")
    if given == "escalate":
        lead.escalate(task_id=task_id, sight=sight, call_id=call_id, now=now, note=note)
        return _("已升级")
    if given == "at":
        wanted = moment_of(request.POST.get("moment", ""))
        if wanted is None:
            raise no_moment()
        moment = wanted.replace(tzinfo=SHANGHAI)
    else:
        moment = appointed(given, now, playbook().service.work)
    work.call_back_later(
        task_id=task_id,
        sight=sight,
        on=moment.date(),
        at=moment,
        call_id=call_id,
        now=now,
        today=timezone.localdate(now),
        note=note,
    )
    return _("已约 %(moment)s") % {"moment": moment.strftime("%m-%d %H:%M")}


def _reported(again: str, today: date) -> str:
    """That it is reported and, where the customer comes back, when: an hour of today, a day, or both."""
    if not again:
        return _("已登记")
    moment = datetime.fromisoformat(again)
    has_hour = len(again) > len("2026-03-02")
    shown = "%m-%d" if not has_hour else "%H:%M" if moment.date() == today else "%m-%d %H:%M"
    return _("已登记，%(moment)s 再来") % {"moment": moment.strftime(shown)}
