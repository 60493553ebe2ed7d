"""The number, the call and the customer who wants no more: by who works the task, in the hours, entered first."""

from datetime import date, time, timedelta

import pytest

from handmade.dispatch import everything, task_id
from weixi.desk.audit.models import AuditEntry
from weixi.desk.base import book
from weixi.desk.dispatch.models import DoNotCall, Task
from weixi.desk.dispatch.operations import dial, lead, work
from weixi.desk.dispatch.queries.no_contact import is_refusing
from weixi.desk.dispatch.rules import Refused, TaskState, WithdrawReason

SPANS = ((time(9), time(12)), (time(14, 30), time(20)))
# `now` is nine o'clock in Shanghai.


@pytest.fixture(autouse=True)
def applied(apply, people, planned_store, settings):
    """The plan handed over, and the desk's store the one that the tests wrote."""
    settings.HOME = planned_store.home
    apply()


def test_an_own_open_task_is_reason_enough_to_see_the_number(people, now):
    assert dial.reveal(task_id=task_id(1), sight=people.agent, now=now) == "13012345678"
    entry = AuditEntry.objects.get(act="dispatch.reveal")
    assert (entry.actor_id, entry.subject) == (people.agent.user_id, f"task:{task_id(1)}")
    assert "13012345678" not in entry.detail


REFUSED = {
    "a colleague's": ("task.unknown", lambda p, n: dial.reveal(task_id=task_id(1), sight=p.colleague, now=n)),
    "another county's": ("task.unknown", lambda p, n: dial.reveal(task_id=task_id(1), sight=p.stranger, now=n)),
    "held out": ("task.unknown", lambda p, n: dial.reveal(task_id=task_id(7), sight=p.agent, now=n)),
    "silenced": ("task.closed", lambda p, n: dial.reveal(task_id=task_id(8), sight=p.agent, now=n)),
    "the pool's": ("task.closed", lambda p, n: dial.reveal(task_id=task_id(5), sight=p.agent, now=n)),
    "a manager": ("task.role", lambda p, n: dial.reveal(task_id=task_id(1), sight=p.county, now=n)),
    "an auditor": ("task.role", lambda p, n: dial.place_call(
        task_id=task_id(1), sight=p.auditor, spans=(), now=n)),
    "no number": ("task.no_number", lambda p, n: dial.reveal(task_id=task_id(2), sight=p.agent, now=n)),
    "before nine": ("task.hours", lambda p, n: dial.place_call(
        task_id=task_id(1), sight=p.agent, spans=SPANS, now=n - timedelta(minutes=1))),
    "at noon": ("task.hours", lambda p, n: dial.place_call(
        task_id=task_id(1), sight=p.agent, spans=SPANS, now=n + timedelta(hours=3))),
    "another reason": ("task.reason", lambda p, n: dial.stop_calls(
        task_id=task_id(1), sight=p.agent, reason=WithdrawReason.MISTAKE, call_id="c", now=n)),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_changes_nothing(case, people, now):
    code, call = case
    before, audited = everything(), AuditEntry.objects.count()
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        call(people, now)
    assert everything() == before
    assert AuditEntry.objects.count() == audited
    assert not DoNotCall.objects.exists()


@pytest.mark.req("O2")
def test_a_call_is_entered_before_the_number_is_given(people, now):
    assert dial.place_call(task_id=task_id(1), sight=people.agent, spans=SPANS, now=now) == "13012345678"
    assert AuditEntry.objects.filter(act="dispatch.call", subject=f"task:{task_id(1)}").count() == 1
    lead.hand_over(task_id=task_id(1), sight=people.leader, owner_code="W112", call_id="h", now=now)
    with pytest.raises(Refused, match=r"task\.unknown"):
        dial.place_call(task_id=task_id(1), sight=people.agent, spans=SPANS, now=now)
    assert dial.place_call(task_id=task_id(1), sight=people.colleague, spans=SPANS, now=now) == "13012345678"


@pytest.mark.req("O2")
def test_who_asks_for_no_more_calls_is_put_through_to_nobody(people, now):
    done = dial.stop_calls(
        task_id=task_id(1), sight=people.agent, reason=WithdrawReason.DO_NOT_CONTACT, call_id="c", now=now
    )
    assert done.state is TaskState.HANDLED
    again = dial.stop_calls(
        task_id=task_id(1), sight=people.agent, reason=WithdrawReason.DO_NOT_CONTACT, call_id="c", now=now
    )
    assert again.was_done
    row = DoNotCall.objects.get()
    assert (row.household_key, row.actor_id) == ("S1", people.agent.user_id)
    assert AuditEntry.objects.filter(act="dispatch.do_not_call").count() == 1
    # Another task of the same household, another day.
    Task.objects.filter(task_id=task_id(2)).update(household_key="S1", subscriber_id=1)
    with pytest.raises(Refused, match=r"task\.do_not_call"):
        dial.place_call(task_id=task_id(2), sight=people.agent, spans=(), now=now)


def test_who_applied_to_leave_is_noted_and_not_worked_on(people, now):
    reason = WithdrawReason.APPLIED_TO_LEAVE
    dial.stop_calls(task_id=task_id(1), sight=people.agent, reason=reason, call_id="c", now=now)
    assert Task.objects.get(task_id=task_id(1)).state == TaskState.HANDLED
    row = DoNotCall.objects.get()
    assert (row.reason, row.until_date) == ("APPLIED_TO_LEAVE", date(2026, 7, 1))
    # Applications lapse; who asks for no more calls later is left alone for good.
    assert is_refusing("S1", date(2026, 6, 30))
    assert not is_refusing("S1", date(2026, 7, 1))
    reason = WithdrawReason.DO_NOT_CONTACT
    Task.objects.filter(task_id=task_id(2)).update(household_key="S1", subscriber_id=1)
    dial.stop_calls(task_id=task_id(2), sight=people.agent, reason=reason, call_id="d", now=now)
    row.refresh_from_db()
    assert (row.reason, row.until_date) == ("DO_NOT_CONTACT", None)


def test_a_task_of_the_pool_is_called_once_it_is_claimed(people, now):
    work.claim(task_id=task_id(5), sight=people.agent, call_id="c", now=now)
    with pytest.raises(Refused, match=r"task\.no_number"):
        dial.place_call(task_id=task_id(5), sight=people.agent, spans=SPANS, now=now)
    assert book.store().home
