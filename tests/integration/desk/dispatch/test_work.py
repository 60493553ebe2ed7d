"""What people do to tasks: by their posts and the task's state alone, once for each call, and written down."""

from datetime import date, timedelta

import pytest

from handmade.desk import U11, W111, W112
from handmade.dispatch import everything, task_id
from weixi.desk.audit.models import AuditEntry
from weixi.desk.dispatch.models import Task, TaskEvent
from weixi.desk.dispatch.operations import lead, work
from weixi.desk.dispatch.queries.queue import my_queue
from weixi.desk.dispatch.rules import ContactResult, Refused, TaskAct, TaskState, WithdrawReason
from weixi.kernel.terms import Channel

PHONE = Channel.PHONE


@pytest.fixture(autouse=True)
def applied(apply, people):
    apply()


def contact(number, who, result, call, now, **given):
    return work.record_contact(
        task_id=task_id(number), sight=who, result=result, channel=PHONE, call_id=call, now=now, **given
    )


def test_one_report_fills_the_states_between(people, now):
    later = now + timedelta(hours=1)
    done = contact(1, people.agent, ContactResult.AGREED, "c1", later, note="周五到厅办理")
    assert (done.state, done.acts) == (TaskState.HANDLED, (TaskAct.CLAIM, TaskAct.CONTACT, TaskAct.HANDLE))
    task = Task.objects.get(task_id=task_id(1))
    assert (task.claimed_at, task.contacted_at, task.handled_at) == (later, later, later)
    assert (task.attempt_count, task.last_result, task.is_begun, task.event_count) == (1, "AGREED", True, 4)
    events = list(TaskEvent.objects.filter(task=task).order_by("number"))
    assert [e.number for e in events] == [1, 2, 3, 4]
    assert [(e.state_before, e.state_after) for e in events[1:]] == [
        ("ISSUED", "CLAIMED"),
        ("CLAIMED", "CONTACTED"),
        ("CONTACTED", "HANDLED"),
    ]
    assert (events[2].offer_code, events[2].channel, events[2].note) == (
        "prepay_bonus",
        "PHONE",
        "周五到厅办理",
    )
    entry = AuditEntry.objects.get(act="dispatch.contact")
    assert (entry.actor_id, entry.subject, entry.path) == (people.agent.user_id, f"task:{task_id(1)}", W111)


def test_the_same_call_twice_is_one(people, now):
    first = contact(1, people.agent, ContactResult.NOT_REACHED, "c1", now)
    before, audited = everything(), AuditEntry.objects.count()
    again = contact(1, people.agent, ContactResult.NOT_REACHED, "c1", now + timedelta(minutes=1))
    assert (again.was_done, again.state, again.acts) == (True, first.state, first.acts)
    assert everything() == before
    assert AuditEntry.objects.count() == audited
    contact(1, people.agent, ContactResult.NOT_REACHED, "c2", now)
    assert Task.objects.get(task_id=task_id(1)).attempt_count == 2


def test_a_call_id_stands_for_one_thing(people, now):
    contact(1, people.agent, ContactResult.NOT_REACHED, "c1", now)
    before = everything()
    with pytest.raises(Refused, match=r"task\.call"):
        contact(2, people.agent, ContactResult.NOT_REACHED, "c1", now)
    with pytest.raises(Refused, match=r"task\.call"):
        work.claim(task_id=task_id(1), sight=people.leader, call_id="c1", now=now)
    with pytest.raises(Refused, match=r"task\.call"):
        work.handle(task_id=task_id(1), sight=people.agent, call_id="c1", now=now)
    assert everything() == before


def queue_of(who, now, today):
    """The numbers of the tasks on the person's list."""
    return [row.subscriber_id for row in my_queue(who, today, now=now).rows]


REFUSED = {
    "another's task": ("task.unknown", lambda p, n: contact(4, p.agent, ContactResult.REACHED, "x", n)),
    "another county's": ("task.unknown", lambda p, n: contact(1, p.stranger, ContactResult.REACHED, "x", n)),
    "no such task": ("task.unknown", lambda p, n: contact(99, p.agent, ContactResult.REACHED, "x", n)),
    "held out": ("task.unknown", lambda p, n: contact(7, p.agent, ContactResult.REACHED, "x", n)),
    "silenced": ("task.state", lambda p, n: contact(8, p.agent, ContactResult.REACHED, "x", n)),
    "an auditor works": ("task.role", lambda p, n: contact(1, p.auditor, ContactResult.REACHED, "x", n)),
    "a planner works": ("task.role", lambda p, n: contact(1, p.planner, ContactResult.REACHED, "x", n)),
    "an agent hands over": (
        "task.role",
        lambda p, n: lead.hand_over(task_id=task_id(1), sight=p.agent, owner_code="W112", call_id="x", now=n),
    ),
    "an agent withdraws": (
        "task.role",
        lambda p, n: lead.withdraw(
            task_id=task_id(1), sight=p.agent, reason=WithdrawReason.MISTAKE, call_id="x", now=n
        ),
    ),
    "a person gives a rule as the reason": (
        "task.reason",
        lambda p, n: lead.withdraw(
            task_id=task_id(1), sight=p.county, reason=WithdrawReason.RULE, call_id="x", now=n
        ),
    ),
    "handled without a contact": (
        "task.state",
        lambda p, n: work.handle(task_id=task_id(1), sight=p.agent, call_id="x", now=n),
    ),
    "called back before the data verified it": (
        "task.state",
        lambda p, n: work.call_back(
            task_id=task_id(1),
            sight=p.agent,
            result=ContactResult.REACHED,
            channel=PHONE,
            call_id="x",
            now=n,
            note="",
        ),
    ),
    "archived before it was called back": (
        "task.state",
        lambda p, n: lead.archive(task_id=task_id(1), sight=p.leader, call_id="x", now=n),
    ),
    "handed over to another county": (
        "task.owner",
        lambda p, n: lead.hand_over(
            task_id=task_id(1), sight=p.leader, owner_code="W211", call_id="x", now=n
        ),
    ),
    "handed over to nobody": (
        "task.owner",
        lambda p, n: lead.hand_over(
            task_id=task_id(1), sight=p.leader, owner_code="W999", call_id="x", now=n
        ),
    ),
    "handed over to a unit": (
        "task.owner",
        lambda p, n: lead.hand_over(task_id=task_id(1), sight=p.leader, owner_code="U11", call_id="x", now=n),
    ),
    "put off beyond the window": (
        "task.day",
        lambda p, n: work.call_back_later(
            task_id=task_id(1), sight=p.agent, on=date(2026, 4, 1), call_id="x", now=n, today=date(2026, 3, 2)
        ),
    ),
    "put off into the past": (
        "task.day",
        lambda p, n: work.call_back_later(
            task_id=task_id(1), sight=p.agent, on=date(2026, 3, 1), call_id="x", now=n, today=date(2026, 3, 2)
        ),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_changes_nothing(case, people, now):
    code, act = REFUSED[case]
    before, audited = everything(), AuditEntry.objects.count()
    with pytest.raises(Refused) as refused:
        act(people, now)
    assert refused.value.code == code
    assert everything() == before
    assert AuditEntry.objects.count() == audited


def test_a_task_of_the_pool_becomes_the_agents_own(people, now):
    done = contact(5, people.agent, ContactResult.NOT_REACHED, "c1", now)
    task = Task.objects.get(task_id=task_id(5))
    assert (done.state, task.owner_code, task.path) == (TaskState.CLAIMED, "W111", W111)
    before = everything()
    with pytest.raises(Refused, match=r"task\.unknown"):
        contact(5, people.colleague, ContactResult.REACHED, "c2", now)
    assert everything() == before


def test_who_takes_over_takes_up_anew(people, now):
    work.claim(task_id=task_id(1), sight=people.agent, call_id="c1", now=now)
    done = lead.hand_over(task_id=task_id(1), sight=people.leader, owner_code="W112", call_id="c2", now=now)
    task = Task.objects.get(task_id=task_id(1))
    assert (done.state, task.owner_code, task.path, task.unit_code) == (TaskState.ISSUED, "W112", W112, "U11")
    with pytest.raises(Refused, match=r"task\.unknown"):
        contact(1, people.agent, ContactResult.REACHED, "c3", now)
    assert contact(1, people.colleague, ContactResult.REFUSED, "c4", now).state is TaskState.HANDLED
    history = (
        TaskEvent.objects.filter(task=task).order_by("number").values_list("act", "agent_code", "target")
    )
    assert list(history)[1:3] == [("CLAIM", "W111", ""), ("HAND_OVER", "", "W112")]


def test_called_back_later_within_the_window(people, now, today):
    day = today + timedelta(days=3)
    done = work.call_back_later(
        task_id=task_id(1), sight=people.agent, on=day, call_id="c1", now=now, today=today, note="下午"
    )
    assert done.acts == (TaskAct.CLAIM, TaskAct.POSTPONE)
    assert Task.objects.get(task_id=task_id(1)).next_date == day


def waits(number):
    task = Task.objects.get(task_id=task_id(number))
    return task.next_date, task.call_at


def test_who_was_not_reached_is_left_alone_for_hours(people, now, today):
    done = contact(1, people.agent, ContactResult.NOT_REACHED, "c1", now)
    assert (done.again, waits(1)) == ("2026-03-02 11:00", (today, now + timedelta(hours=2)))
    event = TaskEvent.objects.get(call_id="c1", act="ATTEMPT")
    assert event.target == "2026-03-02 11:00"
    assert 1 not in queue_of(people.agent, now, today)
    assert 1 in queue_of(people.agent, now + timedelta(hours=2), today)
    again = contact(1, people.agent, ContactResult.NOT_REACHED, "c1", now + timedelta(minutes=5))
    assert (again.was_done, again.again) == (True, "2026-03-02 11:00")
    # Called sooner all the same: the rest begins anew, and 12:30 is nobody's hour.
    done = contact(1, people.agent, ContactResult.NOT_REACHED, "c2", now + timedelta(hours=1, minutes=30))
    assert done.again == "2026-03-02 14:00"


def test_who_is_undecided_is_left_alone_for_days(people, now, today):
    done = contact(1, people.agent, ContactResult.REACHED, "c1", now)
    assert (done.again, waits(1)) == ("2026-03-05", (today + timedelta(days=3), None))
    assert 1 not in queue_of(people.agent, now + timedelta(days=2), today + timedelta(days=2))
    assert 1 in queue_of(people.agent, now + timedelta(days=3), today + timedelta(days=3))


def test_an_hour_that_was_agreed_stands(people, now, today):
    hour = now + timedelta(hours=6)
    work.call_back_later(
        task_id=task_id(1), sight=people.agent, on=today, at=hour, call_id="c1", now=now, today=today
    )
    for k, result in enumerate((ContactResult.NOT_REACHED, ContactResult.REACHED)):
        done = contact(1, people.agent, result, f"c2{k}", now + timedelta(hours=1))
        assert (done.again, waits(1)) == ("", (today, hour))
    # Once the hour has come the playbook's rest counts again; an answer ends all waiting.
    done = contact(1, people.agent, ContactResult.NOT_REACHED, "c3", hour)
    assert done.again == "2026-03-02 17:00"
    contact(1, people.agent, ContactResult.AGREED, "c4", hour)
    assert waits(1) == (today, None)


def test_a_rest_that_outlasts_the_window_is_none(people, now, today):
    Task.objects.filter(task_id=task_id(1)).update(window_end_date=today + timedelta(days=1))
    assert contact(1, people.agent, ContactResult.REACHED, "c1", now).again == ""
    evening = now + timedelta(hours=8)
    assert contact(1, people.agent, ContactResult.NOT_REACHED, "c2", evening).again == ""
    assert waits(1) == (today, None)
    assert 1 in queue_of(people.agent, evening, today)


def test_escalated_one_level_at_a_time(people, now):
    for k, level in enumerate(("UNIT", "COUNTY", "CITY", "PROVINCE")):
        lead.escalate(task_id=task_id(1), sight=people.agent, call_id=f"c{k}", now=now)
        assert Task.objects.get(task_id=task_id(1)).escalated_to == level
    before = everything()
    with pytest.raises(Refused, match=r"task\.top"):
        lead.escalate(task_id=task_id(1), sight=people.agent, call_id="c9", now=now)
    assert everything() == before


def test_withdrawn_by_the_county_with_its_reason(people, now):
    lead.withdraw(
        task_id=task_id(1), sight=people.county, reason=WithdrawReason.DO_NOT_CONTACT, call_id="c1", now=now
    )
    task = Task.objects.get(task_id=task_id(1))
    assert (task.state, task.ended_at) == ("WITHDRAWN", now)
    assert TaskEvent.objects.get(task=task, act="WITHDRAW").reason == "DO_NOT_CONTACT"
    assert AuditEntry.objects.get(act="dispatch.withdraw").reason == "DO_NOT_CONTACT"
    assert Task.objects.filter(path__startswith=U11).exclude(state="WITHDRAWN").count() == 5
