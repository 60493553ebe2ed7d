"""Who must not be contacted, and why: every answer within the person's territory, hold-outs in none."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from handmade.dispatch import task_id
from weixi.desk.dispatch.models import Task
from weixi.desk.dispatch.operations import dial, lead
from weixi.desk.dispatch.queries.no_contact import refusing, silenced
from weixi.desk.dispatch.queries.team import Wanted, task_list
from weixi.desk.dispatch.rules import WithdrawReason
from weixi.desk.org.models import User


@pytest.fixture
def applied(apply, people):
    return apply()


@pytest.fixture
def rules(work_plan):
    return work_plan


def who(page) -> dict[int, str]:
    return {row.subscriber_id: row.why.zh for row in page.rows}


def test_the_silenced_are_listed_with_the_rule_and_the_held_out_are_not(
    applied, people, rules, django_assert_num_queries
):
    task = Task.objects.get(subscriber_id=8)
    assert (task.state, bool(task.withdrawn_rule)) == ("WITHDRAWN", True)
    said = next(s.text.zh for s in rules.silences if s.code == task.withdrawn_rule)
    with django_assert_num_queries(2):
        page = silenced(people.county, rules)
    assert who(page) == {8: said}
    assert Task.objects.filter(subscriber_id=7, is_holdout=True).exists()
    assert who(silenced(people.stranger, rules)) == {}


def test_who_was_taken_back_for_a_rule_is_listed_and_a_mistake_is_not(applied, people, rules, now):
    for number, reason in ((1, WithdrawReason.APPLIED_TO_LEAVE), (3, WithdrawReason.MISTAKE)):
        lead.withdraw(
            task_id=task_id(number), sight=people.county, reason=reason, call_id=f"{number}" * 20, now=now, note=""
        )  # fmt: skip
    mine = who(silenced(people.agent, rules))
    assert mine[1] == "已申请携转"
    assert 3 not in mine


def test_who_said_so_himself_is_listed_with_his_word(applied, people, now, today, django_assert_num_queries):
    for number, reason in ((1, WithdrawReason.DO_NOT_CONTACT), (3, WithdrawReason.APPLIED_TO_LEAVE)):
        dial.stop_calls(
            task_id=task_id(number), sight=people.agent, reason=reason, call_id=f"{number}" * 20, now=now
        )  # fmt: skip
    with django_assert_num_queries(2):
        page = refusing(people.agent, today)
    assert who(page) == {1: "要求不再联系", 3: "已申请携转"}
    assert [row.until for row in page.rows] == [date(2026, 7, 1), None]
    assert who(refusing(people.colleague, today)) == {}
    assert set(who(refusing(people.county, today))) == {1, 3}
    assert set(who(refusing(people.county, date(2026, 8, 1)))) == {1}


def test_pages_follow_each_other(applied, people, now, today):
    for number in (1, 2, 3):
        dial.stop_calls(
            task_id=task_id(number), sight=people.agent, reason=WithdrawReason.DO_NOT_CONTACT,
            call_id=f"{number}" * 20, now=now,
        )  # fmt: skip
    first = refusing(people.county, today, limit=2)
    second = refusing(people.county, today, limit=2, after=first.after)
    assert [row.subscriber_id for row in (*first.rows, *second.rows)] == [3, 2, 1]
    assert second.after is None


def test_the_escalated_are_a_list_of_their_own(applied, people, now):
    lead.escalate(task_id=task_id(2), sight=people.agent, call_id="c" * 20, now=now, note="")
    held = task_list(people.county, Wanted(is_held=True), now=now)
    assert [row.subscriber_id for row in held.rows] == [2]
    # Brought up, it has a new time: nobody calls it overdue until that is over.
    late = task_list(people.county, Wanted(is_overdue=True), now=now + timedelta(minutes=1))
    assert 2 not in [row.subscriber_id for row in late.rows]


def test_the_page_says_who_and_why(
    applied, people, now, settings, planned_store, django_assert_max_num_queries
):
    settings.HOME = planned_store.home
    reason = WithdrawReason.DO_NOT_CONTACT
    dial.stop_calls(task_id=task_id(1), sight=people.agent, reason=reason, call_id="a" * 20, now=now)
    client = Client()
    client.force_login(User.objects.get(username="m1"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("no_contact")).content.decode()
    assert page.index("data-refusing") < page.index('data-silenced="1"') < page.index("data-silent")
    assert page.index("data-silent") < page.index('data-silenced="8"')
    assert "要求不再联系" in page
    rows = client.get(reverse("no_contact"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in rows
    assert 'data-silenced="8"' in rows
