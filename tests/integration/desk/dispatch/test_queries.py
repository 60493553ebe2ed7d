"""Work lists, cards and figures: what a person may see, the weightiest first, in a fixed number of statements."""

from datetime import timedelta

import pytest

from handmade.desk import D1, W111
from handmade.dispatch import put_plan, row, task_id
from weixi.desk.dispatch.models import Task
from weixi.desk.dispatch.operations import work
from weixi.desk.dispatch.queries.card import task_card
from weixi.desk.dispatch.queries.queue import my_queue, overdue, pool_page, team_page
from weixi.desk.dispatch.queries.scope import visible
from weixi.desk.dispatch.rules import ContactResult, TaskState, sees
from weixi.desk.org.rules import Held, Role, sight
from weixi.kernel.terms import Channel


def numbers(rows) -> list[int]:
    return [r.subscriber_id for r in rows]


@pytest.fixture
def applied(apply, people):
    return apply()


def contact(number, who, result, call, now):
    return work.record_contact(
        task_id=task_id(number), sight=who, result=result, channel=Channel.PHONE, call_id=call, now=now
    )


def test_a_queue_has_the_agents_own_tasks_the_weightiest_first(
    applied, people, now, today, django_assert_num_queries
):
    with django_assert_num_queries(3):
        queue = my_queue(people.agent, today, now=now, tasks_per_day=15)
    # 2 is red (2 × 4), 3 and 1 are yellow (3 × 2, 1 × 2); 7 is held out, 8 silenced, 5 the pool's.
    assert numbers(queue.rows) == [2, 3, 1]
    assert (queue.after, queue.done_count, queue.capacity_left) == (None, 0, 15)
    assert numbers(my_queue(people.colleague, today, now=now).rows) == [4]
    # A team leader works through what is the team's.
    assert numbers(my_queue(people.leader, today, now=now).rows) == [5, 2, 4, 3, 1]
    assert numbers(my_queue(people.auditor, today, now=now).rows) == []


def test_the_pool_and_the_team(applied, people, today, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert numbers(pool_page(people.agent, today).rows) == [5]
    assert numbers(pool_page(people.stranger, today).rows) == []
    with django_assert_num_queries(1):
        assert numbers(team_page(people.leader, today).rows) == [5, 2, 4, 3, 1]
    assert numbers(team_page(people.auditor, today).rows) == [6, 5, 2, 4, 3, 1]
    assert numbers(team_page(people.agent, today).rows) == []


def test_pages_follow_without_gap_or_repetition(apply, people, planned_store, work_plan, now, today):
    # Many equal weights: the id decides.
    rows = tuple(row(100 + k, W111, revenue_at_risk_fen=1000 * (k % 3)) for k in range(23))
    put_plan(planned_store, work_plan, rows)
    apply()
    whole = [r.id for r in my_queue(people.agent, today, now=now, limit=100).rows]
    assert len(whole) == 23
    paged, after = [], None
    while True:
        page = my_queue(people.agent, today, now=now, after=after, limit=5)
        paged += [r.id for r in page.rows]
        after = page.after
        if after is None:
            break
    assert paged == whole


def test_work_of_today_counts_against_the_days_load(applied, people, now, today):
    contact(1, people.agent, ContactResult.NOT_REACHED, "c1", now)
    contact(1, people.agent, ContactResult.AGREED, "c2", now)
    contact(2, people.agent, ContactResult.REFUSED, "c3", now)
    queue = my_queue(people.agent, today, now=now, tasks_per_day=15)
    assert (numbers(queue.rows), queue.done_count, queue.capacity_left) == ([3], 2, 13)
    assert my_queue(people.agent, today + timedelta(days=1), now=now, tasks_per_day=15).capacity_left == 15


def test_a_task_put_off_is_not_asked_for_before_its_day(applied, people, now, today):
    day = today + timedelta(days=2)
    work.call_back_later(task_id=task_id(2), sight=people.agent, on=day, call_id="c", now=now, today=today)
    assert numbers(my_queue(people.agent, today, now=now).rows) == [3, 1]
    assert numbers(my_queue(people.agent, day, now=now).rows) == [2, 3, 1]
    assert numbers(my_queue(people.agent, today - timedelta(days=5), now=now).rows) == []


def test_a_card_shows_lines_and_history_to_who_may_see_it(
    applied, people, now, today, django_assert_num_queries
):
    contact(3, people.agent, ContactResult.REACHED, "c1", now)
    with django_assert_num_queries(4):
        card = task_card(people.agent, task_id(3), today)
    assert card is not None
    assert (len(card.lines), [e.act.value for e in card.events]) == (2, ["ISSUE", "CLAIM", "CONTACT"])
    assert (card.is_mine, card.reasons) == (True, ("balance_low",))
    seen = task_card(people.leader, task_id(3), today)
    assert seen is not None
    assert not seen.is_mine
    for who, number in ((people.colleague, 3), (people.stranger, 3), (people.agent, 7), (people.leader, 7)):
        assert task_card(who, task_id(number), today) is None
    held = task_card(people.planner, task_id(7), today)
    assert held is not None
    assert held.state is TaskState.HELD_OUT


@pytest.mark.req("P1")
def test_overdue_the_longest_first(applied, people, now, django_assert_num_queries):
    assert overdue(people.county, now) == ()
    later = now + timedelta(days=4)
    Task.objects.filter(task_id=task_id(3)).update(due_at=now - timedelta(days=1))
    with django_assert_num_queries(1):
        late = overdue(people.county, later)
    assert sorted(numbers(late)) == [1, 2, 3, 4, 5]
    assert late[0].subscriber_id == 3
    rest = overdue(people.county, later, after=(late[1].due_at, late[1].id))
    assert [r.id for r in rest] == [r.id for r in late[2:]]
    contact(3, people.agent, ContactResult.AGREED, "c1", now)
    assert sorted(numbers(overdue(people.agent, later))) == [1, 2]


def test_one_task_and_the_database_say_the_same_of_who_sees_it(applied, people, now):
    tasks = list(Task.objects.all())
    viewers = [getattr(people, name) for name in people.__dataclass_fields__]
    viewers += [sight(9, "W111", [])]
    for who in viewers:
        by_rule = {
            t.task_id
            for t in tasks
            if sees(who, owner_code=t.owner_code, path=t.path, state=TaskState(t.state))
        }
        assert set(Task.objects.filter(visible(who)).values_list("task_id", flat=True)) == by_rule


def test_a_prefix_of_a_code_is_no_territory(applied, people):
    Task.objects.filter(task_id=task_id(1)).update(path=f"{D1[:-1]}X/U1/")
    Task.objects.filter(task_id=task_id(2)).update(path=D1.lower())
    county = sight(1, "", [Held(Role.COUNTY_MANAGER, D1)])
    seen = set(Task.objects.filter(visible(county)).values_list("subscriber_id", flat=True))
    assert seen == {3, 4, 5, 8}
