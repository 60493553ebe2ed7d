"""The card of a task says from its own facts what the explanation says from the whole book."""

import json
import re
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handmade.operator import PLAN_MONTH
from weixi.desk.base import book
from weixi.desk.dispatch.models import Task
from weixi.desk.dispatch.queries.brief import work_card
from weixi.desk.org.models import Node, User
from weixi.desk.org.operations import appoint
from weixi.desk.org.queries import sight_of
from weixi.desk.org.rules import Role, Sight
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.decision import explain
from weixi.kernel.terms import OrgLevel


@pytest.fixture
def province(demo_desk: object, now: datetime) -> Sight:
    root = Node.objects.get(level=OrgLevel.PROVINCE.value)
    user = User.objects.create(username="top")
    appoint(user=user, role=Role.MANAGER, node_code=root.code, since_date=now.date(), actor=None, now=now)
    return sight_of(user=user, today=now.date())


def chosen() -> list[Task]:
    """A few tasks of every kind, with and without an offer."""
    found: dict[tuple[str, bool], list[Task]] = {}
    for task in Task.objects.filter(is_open=True).order_by("id"):
        found.setdefault((task.kind, bool(task.offer_code)), []).append(task)
    return [task for tasks in found.values() for task in tasks[:3]]


def test_it_says_what_the_explanation_says(province: Sight, now: datetime) -> None:
    playbook, store = book.playbook(), book.store()
    tasks = chosen()
    assert len({task.kind for task in tasks}) >= 4
    for task in tasks:
        work = work_card(province, task.task_id, playbook, now)
        assert work is not None
        told = explain(store, playbook, PLAN_MONTH, task.subscriber_id, today=now.date())
        assert told.task is not None
        leading = next(warning for warning in told.warnings if warning.code == task.kind)
        mine = [reason for reason in work.brief.reasons if reason in leading.reasons]
        assert mine == list(leading.reasons)[: len(mine)]
        assert work.brief.reasons[0] == leading.reasons[0]
        assert work.brief.not_to_say == told.not_to_say
        assert work.brief.worth == told.worth
        assert [label.value for label in work.brief.labels] == [label.value for label in told.labels]
        assert work.brief.kind == told.task.kind
        assert work.brief.success == told.task.success
        offer = next((o for o in told.offers if o.is_chosen), None)
        assert (work.brief.offer.billing_code if work.brief.offer else None) == (
            offer.billing_code if offer else None
        )
        others = [line.view for line in work.brief.lines if line.view.subscriber_id != task.subscriber_id]
        assert others == list(told.other_lines)
        assert all("{" not in said.zh for said in work.brief.script)


def test_who_has_not_agreed_to_marketing_calls_is_sold_nothing_by_telephone(
    province: Sight, now: datetime
) -> None:
    playbook, store = book.playbook(), book.store()
    month = PLAN_MONTH.plus(-1).number
    rows = store.rows(
        "SELECT subscriber_id FROM line WHERE consents_to_call = FALSE",
        inputs={"line": store.require(SUBSCRIBER_MONTH, month=month)},
    )
    refusing = {row["subscriber_id"] for row in rows}
    asked = 0
    for task in chosen():
        work = work_card(province, task.task_id, playbook, now)
        assert work is not None
        assert work.brief.may_sell_by_call is (task.subscriber_id not in refusing)
        if task.subscriber_id in refusing and work.brief.offer is not None:
            asked += 1
            assert len(work.brief.script) <= 1
            assert all(work.brief.offer.text.zh not in said.zh for said in work.brief.script)
    assert asked


@pytest.mark.req("X3")
def test_a_household_is_one_card_with_its_broadband(province: Sight, now: datetime) -> None:
    broadband = [
        task
        for task in Task.objects.filter(is_open=True)
        if any(line["line_type"] == "BROADBAND" for line in task.facts.get("lines", ()))
    ]
    assert broadband
    work = work_card(province, broadband[0].task_id, book.playbook(), now)
    assert work is not None
    words = {line.view.line_type.zh for line in work.brief.lines}
    assert "宽带" in words
    assert sum(line.leads for line in work.brief.lines) == 1
    ending = next(t for t in Task.objects.filter(is_open=True) if t.kind == "broadband_expiring")
    at_once = datetime.combine(PLAN_MONTH.plus(-1).last, time(1), tzinfo=UTC)
    work = work_card(province, ending.task_id, book.playbook(), at_once)
    assert work is not None
    assert "broadband_end" in {clock.clock for clock in work.brief.clocks}


def test_facts_hold_no_number_no_name_and_no_person(demo_desk: object) -> None:
    for task in Task.objects.all()[:300]:
        held = json.dumps(task.facts, ensure_ascii=False)
        assert "msisdn" not in held
        assert "name" not in held
        people = [line["party_id"] for line in task.facts.get("lines", ()) if "party_id" in line]
        assert all(0 <= number < len(task.facts["lines"]) for number in people)


@pytest.mark.req("X6")
def test_a_page_of_the_card_has_the_billing_code_and_few_statements(
    province: Sight, client: Client, django_assert_max_num_queries: Any
) -> None:
    task = Task.objects.filter(is_open=True).exclude(offer_code="").exclude(owner_code="").order_by("id")[0]
    user = User.objects.create(username="a1", agent_code=task.owner_code)
    today = timezone.localdate()
    appoint(
        user=user,
        role=Role.AGENT,
        node_code=task.owner_code,
        since_date=today,
        actor=None,
        now=timezone.now(),
    )
    client.force_login(user)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("workbench"), {"task": task.task_id}).content.decode()
    code = book.playbook().offer(task.offer_code).billing_code
    assert f'data-copy="{code}"' in page
    assert task.number_masked in page
    card = re.sub(r"<[^>]*>", " ", page[page.index("<article") : page.index("</article>")])
    for word in ("口径", "上界", "gap", "score", "uplift", "calibre", "求解", "评分"):
        assert word not in card
