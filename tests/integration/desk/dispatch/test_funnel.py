"""The funnel's counts are those that one gets by counting the tasks one by one."""

from datetime import timedelta

import pytest
from django.urls import reverse

from handmade.desk import D2
from handmade.dispatch import task_id
from handmade.rows import everything
from weixi.desk.dispatch.models import FunnelCount, FunnelTouch, Task
from weixi.desk.dispatch.operations import lead, work
from weixi.desk.dispatch.operations.roll_up import roll_up
from weixi.desk.dispatch.operations.settle import escalate_overdue
from weixi.desk.dispatch.queries.funnel import funnel, latest_issue
from weixi.desk.dispatch.queries.team import STEPS, Wanted, task_list
from weixi.desk.dispatch.rules import ContactResult, WithdrawReason
from weixi.desk.org.models import User
from weixi.desk.org.rules import Held, Role, sight
from weixi.kernel.period import SHANGHAI
from weixi.kernel.terms import Channel

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def applied(apply, people):
    apply()


def contact(number, who, call, now, result=ContactResult.AGREED):
    work.record_contact(
        task_id=task_id(number), sight=who, result=result, channel=Channel.PHONE, call_id=call, now=now
    )


def by_hand():
    """The counts by unit, from the tasks one by one."""
    found = {}
    for task in Task.objects.exclude(issued_at=None):
        key = (task.unit_code, task.issued_at.astimezone(SHANGHAI).date())
        row = found.setdefault(key, [0, 0, 0, 0, timedelta(0)])
        row[0] += 1
        row[1] += task.claimed_at is not None
        row[2] += task.handled_at is not None
        row[3] += task.state == "WITHDRAWN"
        row[4] += task.claimed_at - task.issued_at if task.claimed_at else timedelta(0)
    return found


def kept():
    return {
        (c.unit_code, c.issue_date): [
            c.issued_count, c.claimed_count, c.handled_count, c.withdrawn_count, c.to_claimed,
        ]
        for c in FunnelCount.objects.all()
    }  # fmt: skip


@pytest.mark.req("P1")
def test_kept_counts_follow_what_is_done(people, now, today):
    # The hand-over has counted already.
    assert len(kept()) == 2
    assert kept() == by_hand()
    assert roll_up(now=now) == 0
    work.claim(task_id=task_id(1), sight=people.agent, call_id="c1", now=now + HOUR)
    contact(1, people.agent, "c2", now + 3 * HOUR)
    contact(4, people.colleague, "c3", now + 5 * HOUR, ContactResult.NOT_REACHED)
    assert kept() != by_hand()
    assert roll_up(now=now + 6 * HOUR) == 1
    assert kept() == by_hand()
    whole = funnel(people.auditor, today, today + timedelta(days=1))
    assert (whole.whole.issued_count, whole.whole.claimed_count, whole.whole.handled_count) == (6, 2, 1)
    assert whole.counted_at == now + 6 * HOUR
    assert [(u.key, u.issued_count) for u in whole.units] == [("U11", 5), ("U21", 1)]
    unit = whole.units[0]
    assert (unit.to_claimed, unit.to_contacted, unit.to_handled) == (3 * HOUR, 2 * HOUR, timedelta(0))
    assert unit.to_verified is None
    assert [d.key for d in whole.days] == [today.isoformat()]


def test_a_task_that_changes_its_unit_leaves_the_counts_of_the_old(people, now, today):
    roll_up(now=now)
    whole = sight(7, "", [Held(Role.MANAGER, "P01/")])
    work.claim(task_id=task_id(6), sight=people.stranger, call_id="x", now=now)
    lead.hand_over(task_id=task_id(6), sight=whole, owner_code="W111", call_id="h", now=now)
    assert FunnelTouch.objects.count() == 1
    roll_up(now=now + HOUR)
    assert not FunnelTouch.objects.exists()
    assert kept() == by_hand()
    assert {unit for unit, _ in kept()} == {"U11"}


def test_the_page_only_reads_and_the_clock_counts(people, now, today, client):
    contact(1, people.agent, "c1", now + HOUR / 2)
    client.force_login(User.objects.get(id=people.leader.user_id))
    before = everything()
    assert client.get(reverse("funnel")).status_code == 200
    assert everything() == before
    assert kept() != by_hand()
    escalate_overdue(now=now + HOUR, today=today)
    assert kept() == by_hand()


def test_the_figures_are_those_of_the_territory(people, now, today, django_assert_max_num_queries):
    roll_up(now=now)
    with django_assert_max_num_queries(6):
        mine = funnel(people.county, today, today + timedelta(days=1))
    assert [u.key for u in mine.units] == ["U11"]
    assert funnel(people.agent, today, today + timedelta(days=1)).units == ()
    assert funnel(people.county, today + timedelta(days=1), today + timedelta(days=2)).whole.issued_count == 0
    assert latest_issue(people.county) == today


@pytest.mark.parametrize("step", [*STEPS[1:], "withdrawn", "held"])
def test_a_step_that_nobody_reached_is_an_empty_list_and_who_reaches_it_is_there_at_once(
    people, now, today, django_assert_max_num_queries, step
):
    wanted = Wanted(issued=today, step=step)

    def listed(who):
        return {row.task_id for row in task_list(who, wanted, now=now + 9 * HOUR).rows}

    roll_up(now=now)
    with django_assert_max_num_queries(4):
        assert listed(people.county) == set()
    contact(1, people.agent, "c1", now + HOUR)
    lead.withdraw(
        task_id=task_id(2),
        sight=people.county,
        reason=WithdrawReason.MISTAKE,
        call_id="c2",
        now=now + HOUR,
        note="",
    )
    lead.escalate(task_id=task_id(3), sight=people.county, call_id="c3", now=now + HOUR, note="")
    # Not counted yet, and shown already; counted, the same; of another territory, nobody.
    there = {
        "withdrawn": {task_id(2)}, "held": {task_id(3)}, "verified": set(), "called_back": set(),
    }.get(step, {task_id(1)})  # fmt: skip
    assert listed(people.county) == there
    roll_up(now=now + 2 * HOUR)
    assert listed(people.county) == there
    assert listed(sight(9, "", [Held(Role.COUNTY_MANAGER, D2)])) == set()
