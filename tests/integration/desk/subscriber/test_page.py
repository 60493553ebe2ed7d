"""The customer's page on a simulated operator: masked, complete, counted, and silent about hold-outs."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from handmade.desk import person
from weixi.desk.audit.models import AuditEntry
from weixi.desk.base.book import latest_month, store
from weixi.desk.org.models import Node, User
from weixi.desk.org.rules import Role
from weixi.desk.subscriber.sections import Section, _registered, register_section, sections_for
from weixi.engine import Table
from weixi.flow.book import IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.decision import PLAN
from weixi.flow.segment import LABEL, decided_by
from weixi.kernel.language import Text
from weixi.kernel.period import Month

PARTS = ("plan", "history", "household", "record")
HTMX = {"HX-Request": "true"}


def rows(table: Table, month: Month) -> list[dict]:
    partition = store().require(table, month=month.number)
    return store().rows(f"SELECT {', '.join(table.types)} FROM t", inputs={"t": partition})


def numbers() -> dict[int, tuple[str, str]]:
    found = store().rows(
        "SELECT subscriber_id, month, msisdn, name FROM t", inputs={"t": store().partitions(IDENTITY)}
    )
    found.sort(key=lambda r: r["month"])
    return {r["subscriber_id"]: (r["msisdn"], r["name"]) for r in found}


@pytest.fixture
def planner(demo_desk, now) -> User:
    return person("planner", (Role.PLANNER, "P01/"), since=date(2020, 1, 1), now=now)


@pytest.fixture
def agent_of(demo_desk, now):
    """Signs in as the agent who looks after the subscriber."""

    def made(subscriber_id: int) -> Client:
        month = latest_month(ASSIGNMENT)
        found = {r["subscriber_id"]: r for r in rows(ASSIGNMENT, month)}[subscriber_id]
        node = Node.objects.get(code=found["node_code"])
        code = found["owner_code"] or ""
        user = person(
            f"a{subscriber_id}", (Role.AGENT, node.path), since=date(2020, 1, 1), now=now, agent_code=code
        )
        client = Client()
        client.force_login(user)
        return client

    return made


def planned(**wanted) -> int:
    """A subscriber who leads a task of the plan for which those values hold."""
    for row in rows(PLAN, latest_month(PLAN)):
        if all(row[name] == value for name, value in wanted.items()):
            return row["subscriber_id"]
    raise LookupError(wanted)


@pytest.mark.req("O1")
def test_one_page_has_all_and_masks_it(agent_of, django_assert_max_num_queries) -> None:
    subscriber = planned(is_holdout=False, withdrawn_rule=None, level="RED")
    client = agent_of(subscriber)
    with django_assert_max_num_queries(12):  # five of them are the audit's
        page = client.get(f"/customers/{subscriber}/")
    whole = page.content.decode()
    for part in PARTS:
        assert f'hx-get="/customers/{subscriber}/{part}/"' in whole
        with django_assert_max_num_queries(12):
            answer = client.get(f"/customers/{subscriber}/{part}/", headers=HTMX)
        assert answer.status_code == 200
        whole += answer.content.decode()
    number, name = numbers()[subscriber]
    assert number not in whole
    assert name not in whole
    assert f"{number[:3]}****{number[-4:]}" in whole
    for word in (
        "分级",
        "话费",
        "产品与合约",
        "同意与投诉",
        "由谁服务",
        "预警与原因",
        "优惠",
        "五分变化",
        "为什么是这些标签",
    ):
        assert word in whole
    assert 'data-verdict="TASK"' in whole
    assert whole.count("<svg") == 3
    assert "aria-label=" in whole


@pytest.mark.req("O1")
def test_every_view_leaves_an_entry(agent_of) -> None:
    subscriber = planned(is_holdout=False, withdrawn_rule=None)
    client = agent_of(subscriber)
    for _ in range(2):
        client.get(f"/customers/{subscriber}/")
        client.get(f"/customers/{subscriber}/history/", headers=HTMX)
    found = AuditEntry.objects.filter(act="subscriber.view", subject=f"subscriber:{subscriber}")
    assert found.count() == 2
    assert {entry.actor_id for entry in found} == {User.objects.get(username=f"a{subscriber}").id}
    assert all(entry.path for entry in found)


def test_a_hold_out_is_told_to_planners_alone(agent_of, planner, client: Client) -> None:
    subscriber = planned(is_holdout=True, withdrawn_rule=None)
    told = agent_of(subscriber).get(f"/customers/{subscriber}/plan/", headers=HTMX).content.decode()
    assert 'data-verdict="QUIET"' in told
    for word in ("对照", "预警", "优惠：", "data-warning", "data-offer"):
        assert word not in told
    client.force_login(planner)
    full = client.get(f"/customers/{subscriber}/plan/", headers=HTMX).content.decode()
    assert 'data-verdict="HOLDOUT"' in full


def test_past_tasks_and_their_outcome(demo_desk, planner, client: Client) -> None:
    before = latest_month(PLAN).plus(-1)
    row = next(r for r in rows(PLAN, before) if not r["is_holdout"] and r["withdrawn_rule"] is None)
    client.force_login(planner)
    page = client.get(f"/customers/{row['subscriber_id']}/record/", headers=HTMX).content.decode()
    assert str(before) in page
    assert 'data-card="tasks"' in page


def test_who_left_still_has_a_page(demo_desk, planner, client: Client) -> None:
    gone = next(
        r for r in rows(SUBSCRIBER_MONTH, latest_month(ASSIGNMENT)) if r["service_status"] == "EXITED"
    )
    client.force_login(planner)
    page = client.get(f"/customers/{gone['subscriber_id']}/").content.decode()
    assert "离网" in page
    assert "失效客户" in page
    for part in PARTS:
        assert client.get(f"/customers/{gone['subscriber_id']}/{part}/", headers=HTMX).status_code == 200


def test_an_unknown_id_is_nobody(demo_desk, planner, client: Client) -> None:
    client.force_login(planner)
    before = AuditEntry.objects.count()
    for path in ("/customers/99999999/", *(f"/customers/99999999/{part}/" for part in PARTS)):
        assert client.get(path).status_code == 404
    assert client.get("/customers/123456789012345678901234567890/").status_code == 404
    assert AuditEntry.objects.count() == before


@pytest.mark.req("G6")
@pytest.mark.req("X3")
def test_the_household_card_has_every_line_once(demo_desk, planner, client: Client) -> None:
    book = rows(SUBSCRIBER_MONTH, latest_month(ASSIGNMENT))
    line = next(r for r in book if r["line_type"] == "BROADBAND" and r["household_id"] is not None)
    members = {r["subscriber_id"] for r in book if r["household_id"] == line["household_id"]}
    assert len(members) > 1
    client.force_login(planner)
    page = client.get(f"/customers/{line['subscriber_id']}/household/", headers=HTMX).content.decode()
    assert {int(text.split('"')[0]) for text in page.split('data-line="')[1:]} == members
    assert "宽带" in page
    assert "移动主卡" in page


def test_the_number_is_shown_once_with_a_reason(agent_of, demo_desk) -> None:
    subscriber = planned(is_holdout=False, withdrawn_rule=None)
    client, (number, name) = agent_of(subscriber), numbers()[subscriber]
    refused = client.post(f"/customers/{subscriber}/reveal/number/", {"words": ""}, headers=HTMX)
    assert "notice-error" in refused.content.decode()
    assert number not in refused.content.decode()
    shown = client.post(f"/customers/{subscriber}/reveal/number/", {"reason": "CALL"}, headers=HTMX)
    assert f"tel:{number}" in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    named = client.post(f"/customers/{subscriber}/reveal/name/", {"words": "到店核对", "reason": "CALL"})
    assert name in named.content.decode()
    assert number not in client.get(f"/customers/{subscriber}/").content.decode()
    reasons = AuditEntry.objects.filter(act__startswith="subscriber.reveal").order_by("number")
    assert list(reasons.values_list("reason", flat=True)) == ["联系客户", "到店核对"]
    assert client.post(f"/customers/{subscriber}/reveal/address/", {"reason": "CALL"}).status_code == 404


@pytest.mark.req("P4")
def test_the_rule_that_is_shown_is_the_one_that_decided(demo_desk, work_plan) -> None:
    month = latest_month(LABEL)
    for row in rows(LABEL, month)[:25]:
        found = {d.dimension: d.code for d in decided_by(store(), work_plan, month, row["subscriber_id"])}
        assert found == {
            "grade": row["rule_grade"],
            "stage": row["stage"],
            "cluster": row["cluster"],
            "category": row["category"],
        }
    assert decided_by(store(), work_plan, month, 99_999_999) == []


def test_upper_apps_add_parts_of_their_own() -> None:
    before = dict(_registered)
    try:
        register_section(Section("late", "subscriber_plan", Text("后", "late"), 99, frozenset({Role.AGENT})))
        register_section(Section("early", "subscriber_plan", Text("先", "early"), 1))
        register_section(Section("early", "subscriber_plan", Text("先二", "early again"), 2))
        names = [section.name for section in sections_for({Role.AGENT})]
        assert names[0] == "early"
        assert names[-1] == "late"
        assert names.count("early") == 1
        assert "late" not in [section.name for section in sections_for({Role.PLANNER})]
    finally:
        _registered.clear()
        _registered.update(before)
    assert {"plan", "history", "household", "record"} <= set(before)


def test_an_old_book_says_from_when_days_are_counted(agent_of) -> None:
    subscriber = planned(is_holdout=False, withdrawn_rule=None)
    page = agent_of(subscriber).get(f"/customers/{subscriber}/").content.decode()
    month = latest_month(ASSIGNMENT)
    assert timezone.localdate() > month.plus(3).first
    assert f"账册停在 {month}" in page
