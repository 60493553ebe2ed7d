"""The workbench's pages: one customer at a time, a contact in two taps, refusals on the card."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handmade.desk import D1, D2, U11, W111, W112, grow, person
from handmade.dispatch import everything
from handmade.objects.dispatch import task_at
from weixi.desk.dispatch.models import Task, TaskEvent
from weixi.desk.org.models import User
from weixi.desk.org.rules import Role

PART = {"HX-Request": "true"}
BENCH = reverse("workbench")


@pytest.fixture
def moment() -> datetime:
    """The pages tell the time themselves."""
    return datetime.now(UTC)


@pytest.fixture
def agent(db: None, moment: datetime) -> Client:
    grow(moment)
    user = person("a1", (Role.AGENT, W111), since=timezone.localdate(), now=moment, agent_code="W111")
    person("a2", (Role.AGENT, W112), since=timezone.localdate(), now=moment, agent_code="W112")
    person("l1", (Role.TEAM_LEADER, U11), since=timezone.localdate(), now=moment)
    client = Client()
    client.force_login(user)
    return client


def mine(number: int, moment: datetime, **given: object) -> Task:
    values = {
        "task_id": f"t{number}", "subscriber_id": number, "household_key": f"S{number}", "owner_code": "W111",
        "priority": 1000 * number, "name_masked": f"第{number}*", **given,
    }  # fmt: skip
    return task_at(W111, moment, **values)


def leader() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="l1"))
    return client


def test_the_weightiest_first_and_in_few_statements(agent, moment, django_assert_max_num_queries):
    for number in (1, 2, 3):
        mine(number, moment)
    with django_assert_max_num_queries(12):
        page = agent.get(BENCH).content.decode()
    assert page.index('data-task="t3"') < page.index('data-task="t2"') < page.index('data-task="t1"')
    assert 'id="card" data-task="t3"' in page
    assert f'data-next="{BENCH}?task=t2"' in page
    assert agent.get("/").headers["Location"] == BENCH


@pytest.mark.req("X15")
def test_one_press_reports_and_the_next_customer_follows(agent, moment, django_assert_max_num_queries):
    for number in (1, 2, 3):
        mine(number, moment)
    with django_assert_max_num_queries(30):
        part = agent.post(f"{BENCH}t3/outcome/", {"outcome": "AGREED", "call": "a" * 32}, headers=PART)
    page = part.content.decode()
    assert 'id="card" data-task="t2"' in page
    assert "<html" not in page
    task = Task.objects.get(task_id="t3")
    assert task.state == "HANDLED"
    assert [e.act for e in TaskEvent.objects.filter(task=task).order_by("number")] == [
        "CLAIM", "CONTACT", "HANDLE",
    ]  # fmt: skip
    # The same button pressed twice is one report.
    agent.post(f"{BENCH}t3/outcome/", {"outcome": "AGREED", "call": "a" * 32}, headers=PART)
    assert TaskEvent.objects.filter(task=task).count() == 3
    # Who was not reached comes back after a rest, which the page says; the next one follows.
    page = agent.post(f"{BENCH}t2/outcome/", {"outcome": "NOT_REACHED"}, headers=PART).content.decode()
    assert 'id="card" data-task="t1"' in page
    waiting = Task.objects.get(task_id="t2")
    assert waiting.call_at is not None
    assert waiting.call_at >= moment + timedelta(hours=2)
    assert re.search(rf"已登记，(\d\d-\d\d )?{timezone.localtime(waiting.call_at):%H:%M} 再来", page)


def test_a_report_without_a_script_goes_on_to_the_next_customer_too(agent, moment):
    for number in (1, 2, 3):
        mine(number, moment)
    first = agent.post(f"{BENCH}t3/outcome/", {"outcome": "REACHED"})
    assert first.headers["Location"] == f"{BENCH}?task=t2"
    agent.post(f"{BENCH}t2/outcome/", {"outcome": "AGREED"})
    agent.post(f"{BENCH}t1/outcome/", {"outcome": "AGREED"})
    assert agent.post(f"{BENCH}t3/outcome/", {"outcome": "AGREED"}).headers["Location"] == BENCH


def test_a_task_that_went_to_another_is_said_to_have_gone(agent, moment):
    mine(1, moment)
    mine(2, moment, owner_code="W112")
    page = agent.get(f"{BENCH}?task=t2").content.decode()
    assert "data-gone" in page
    assert 'id="card" data-task="t1"' in page
    assert "data-gone" not in agent.get(f"{BENCH}?task=t1").content.decode()


def test_a_refusal_is_said_on_the_card_and_the_note_is_kept(agent, moment):
    mine(1, moment, window_end_date=timezone.localdate() - timedelta(days=1))
    before = everything()
    sent = {"outcome": "tomorrow", "note": "客户说下周回电"}
    page = agent.post(f"{BENCH}t1/outcome/", sent, headers=PART).content.decode()
    assert "data-fault" in page
    assert "客户说下周回电" in page
    assert 'id="card" data-task="t1"' in page
    assert everything() == before
    for outcome in ("", "nonsense", "at"):
        answer = agent.post(f"{BENCH}t1/outcome/", {"outcome": outcome, "moment": "32"}, headers=PART)
        assert "data-fault" in answer.content.decode()
    assert everything() == before


def test_put_off_to_an_hour_it_waits_for_it(agent, moment):
    for number in (1, 2):
        mine(number, moment)
    soon = timezone.localtime(moment) + timedelta(days=1)
    page = agent.post(
        f"{BENCH}t2/outcome/", {"outcome": "at", "moment": soon.strftime("%Y-%m-%dT%H:%M")}, headers=PART
    ).content.decode()
    assert 'data-task="t2"' not in page
    task = Task.objects.get(task_id="t2")
    assert task.next_date == soon.date()
    assert task.call_at is not None
    assert timezone.localtime(task.call_at).strftime("%H:%M") == soon.strftime("%H:%M")
    # Once the hour has come the task is asked for again.
    Task.objects.filter(task_id="t2").update(call_at=moment, next_date=timezone.localdate())
    assert 'id="card" data-task="t2"' in agent.get(BENCH).content.decode()


def test_an_empty_queue_says_so_and_offers_the_pool(agent, moment):
    assert "data-empty" in agent.get(BENCH).content.decode()
    task_at(U11, moment, task_id="p1", household_key="S9")
    assert 'data-task="p1"' in agent.get("/pool/").content.decode()
    answer = agent.post("/pool/claim/", {"task": "p1"})
    assert answer.headers["Location"] == f"{BENCH}?task=p1"
    task = Task.objects.get(task_id="p1")
    assert (task.owner_code, task.path, task.state) == ("W111", W111, "CLAIMED")
    assert "data-empty" in agent.get("/pool/").content.decode()


def test_another_agents_task_is_not_there(agent, moment):
    task_at(W112, moment, task_id="x1", owner_code="W112")
    before = everything()
    agent.post("/pool/claim/", {"task": "x1"})
    for address in ("outcome", "number", "call", "callback"):
        assert agent.post(f"{BENCH}x1/{address}/", {"outcome": "AGREED"}).status_code == 404
    assert agent.get("/tasks/x1/").status_code == 404
    assert 'data-task="x1"' not in agent.get(f"{BENCH}?task=x1").content.decode()
    assert everything() == before


@pytest.mark.req("P1")
def test_a_task_with_its_whole_history(agent, moment, django_assert_max_num_queries):
    mine(1, moment)
    agent.post(f"{BENCH}t1/outcome/", {"outcome": "REACHED", "note": "问家里"})
    boss = leader()
    with django_assert_max_num_queries(12):
        page = boss.get("/tasks/t1/").content.decode()
    for word in ("领取", "接触", "问家里", "接通，待定"):
        assert word in page
    assert boss.post("/tasks/t1/act/", {"verb": "escalate"}).status_code == 302
    assert Task.objects.get(task_id="t1").escalated_to == "UNIT"
    before = everything()
    assert (
        boss.post("/tasks/t1/act/", {"verb": "withdraw", "reason": "MISTAKE"}, follow=True).status_code == 200
    )
    assert everything() == before


def test_called_back_after_the_data_verified_it(agent, moment):
    mine(1, moment, state="VERIFIED", verified_at=moment)
    assert 'data-task="t1"' in agent.get("/callbacks/").content.decode()
    agent.post(f"{BENCH}t1/callback/", {"result": "AGREED", "note": "满意"})
    assert Task.objects.get(task_id="t1").state == "CALLED_BACK"
    boss = leader()
    assert boss.post("/tasks/t1/act/", {"verb": "archive"}).status_code == 302
    assert Task.objects.get(task_id="t1").state == "ARCHIVED"


def test_lists_are_cut_by_the_territory(agent, moment, django_assert_max_num_queries):
    mine(1, moment, due_at=moment - timedelta(days=2))
    mine(2, moment, level="BLUE")
    task_at(D2, moment, task_id="far")
    person("m1", (Role.COUNTY_MANAGER, D1), since=timezone.localdate(), now=moment)
    client = Client()
    client.force_login(User.objects.get(username="m1"))
    with django_assert_max_num_queries(12):
        page = client.get("/tasks/").content.decode()
    assert 'data-task="t1"' in page
    assert 'data-task="far"' not in page
    assert 'data-task="t2"' not in client.get("/tasks/?overdue=1").content.decode()
    assert 'data-task="t1"' not in client.get("/tasks/?level=BLUE").content.decode()
    assert 'data-task="t1"' in client.get("/tasks/?unit=U11&owner=W111&kind=usage_drop").content.decode()
    for nothing in ("unit=U21", "unit=P01", "owner=W211", "kind=none"):
        assert "data-empty" in client.get(f"/tasks/?{nothing}").content.decode()
    assert client.get("/tasks/?after=nonsense,5&issued=x").status_code == 200


def test_several_are_handed_over_at_once(agent, moment):
    for number in (1, 2):
        mine(number, moment)
    task_at(D2, moment, task_id="far")
    boss = leader()
    sent = {"task": ["t1", "t2", "far"], "owner": "W112", "call": "b" * 32, "here": "level=RED"}
    answer = boss.post("/tasks/hand-over/", sent)
    assert answer.headers["Location"] == "/tasks/?level=RED"
    assert {t.owner_code for t in Task.objects.filter(task_id__in=["t1", "t2"])} == {"W112"}
    assert Task.objects.get(task_id="far").owner_code == ""
    before = everything()
    boss.post("/tasks/hand-over/", sent)
    boss.post("/tasks/hand-over/", {"task": [], "owner": "W112"})
    boss.post("/tasks/hand-over/", {"task": ["t1"], "owner": "W211"})
    assert everything() == before
