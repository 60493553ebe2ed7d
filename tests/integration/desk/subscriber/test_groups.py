"""Grades and categories: every count is that of the book, and is the length of the list behind it."""

import re
from collections import Counter
from datetime import date

import pytest
from django.test import Client

from handmade.desk import person
from weixi.desk.base.book import latest_month, store
from weixi.desk.org.models import Node, User
from weixi.desk.org.queries import sight_of
from weixi.desk.org.rules import Role
from weixi.desk.subscriber.queries.groups import groups_of
from weixi.desk.subscriber.queries.listing import Wanted, list_customers
from weixi.engine import Table
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.segment import LABEL
from weixi.kernel.terms import Grade

SINCE = date(2020, 1, 1)


def rows(table: Table, back: int = 0) -> dict[int, dict]:
    partition = store().require(table, month=latest_month(LABEL).plus(-back).number)
    found = store().rows(f"SELECT {', '.join(table.types)} FROM t", inputs={"t": partition})
    return {row["subscriber_id"]: row for row in found}


def below(code: str) -> set[int]:
    """The lines that lie at or below the node, by climbing from each of them."""
    parents = {
        node.code: node.parent.code if node.parent else None for node in Node.objects.select_related("parent")
    }
    found = set()
    for key, row in rows(ASSIGNMENT).items():
        place = row["node_code"]
        while place is not None and place != code:
            place = parents[place]
        if place == code:
            found.add(key)
    return found


def all_of(wanted: Wanted, sight) -> list[int]:
    """The whole list, page after page."""
    found, after = [], None
    while True:
        page = list_customers(wanted, sight, after)
        found += [row.subscriber_id for row in page.rows]
        after = page.after
        if after is None:
            return found


@pytest.fixture
def county(demo_desk) -> str:
    return Node.objects.filter(level="COUNTY").order_by("path").first().code


@pytest.fixture
def manager(county, now) -> User:
    path = Node.objects.get(code=county).path
    return person("m1", (Role.COUNTY_MANAGER, path), since=SINCE, now=now)


@pytest.mark.req("G1")
@pytest.mark.req("G2")
@pytest.mark.req("G3")
@pytest.mark.req("G5")
def test_grades_are_those_of_the_book(manager, county, today, django_assert_max_num_queries) -> None:
    sight, own = sight_of(user=manager, today=today), below(county)
    with django_assert_max_num_queries(4):
        groups = groups_of(county, sight)
    labels, before, features = rows(LABEL), rows(LABEL, 1), rows(FEATURE)
    assert groups.total == len(own) == sum(row.count for row in groups.grades)
    revenue = sum(features[key]["revenue_12m_fen"] for key in own)
    for row in groups.grades:
        members = {key for key in own if labels[key]["grade"] == row.code}
        assert row.count == len(members)
        assert row.revenue_share == pytest.approx(
            sum(features[key]["revenue_12m_fen"] for key in members) / revenue
        )
        came = {key for key in members if before.get(key, {}).get("grade") != row.code}
        assert row.came == len(came)
        went = [
            k for k in own if before.get(k, {}).get("grade") == row.code and labels[k]["grade"] != row.code
        ]
        assert row.went == len(went)
        listed = all_of(Wanted(node=county, grade=row.code), sight)
        assert set(listed) == members
        assert len(listed) == len(members)
        assert set(all_of(Wanted(node=county, grade=row.code, came=True), sight)) == came
    top = [features[key]["revenue_12m_fen"] for key in all_of(Wanted(node=county, grade="KEY"), sight)]
    assert top == sorted(top, reverse=True)
    assert sum(row.count for row in groups.below) == groups.total


@pytest.mark.req("G6")
@pytest.mark.req("G8")
def test_categories_are_those_of_live_customers(manager, county, today) -> None:
    sight, own, labels = sight_of(user=manager, today=today), below(county), rows(LABEL)
    assigned, book = rows(ASSIGNMENT), rows(SUBSCRIBER_MONTH)
    live = {key for key in own if labels[key]["grade"] in ("KEY", "REGULAR")}
    groups = groups_of(county, sight)
    assert sum(row.count for row in groups.categories) == len(live)
    for row in groups.categories:
        members = {key for key in live if labels[key]["category"] == row.code}
        assert row.count == len(members)
        assert set(all_of(Wanted(node=county, category=row.code, live=True), sight)) == members
        column = (
            "account_manager_code"
            if row.code in ("LARGE_ENTERPRISE", "GOVERNMENT", "SME")
            else "representative_code"
        )
        nobody = [k for k in members if not assigned[k]["owner_code"] and not book[k][column]]
        assert row.unserved == len(nobody)


@pytest.mark.req("G5")
def test_who_left_by_how_and_when(manager, county, today) -> None:
    sight, own, book = sight_of(user=manager, today=today), below(county), rows(SUBSCRIBER_MONTH)
    last = latest_month(LABEL).last
    expected = Counter(
        (row["exit_type"], sum((last - row["exit_date"]).days > edge for edge in (30, 90, 180)))
        for key, row in book.items()
        if key in own and row["service_status"] == "EXITED"
    )
    groups = groups_of(county, sight)
    counted = {
        (row.code, age): count for row in groups.lapsed for age, count in enumerate(row.counts) if count
    }
    assert counted == dict(expected)
    for (kind, age), count in expected.items():
        assert len(all_of(Wanted(node=county, exit_type=kind, age=age), sight)) == count


def test_an_agent_lists_his_own_and_his_pool(demo_desk, now, today) -> None:
    owner = Node.objects.filter(level="OWNER").order_by("path").first()
    unit = owner.parent
    user = person("a1", (Role.AGENT, owner.path), since=SINCE, now=now, agent_code=owner.code)
    expected = {key for key, row in rows(ASSIGNMENT).items() if row["node_code"] in (owner.code, unit.code)}
    sight = sight_of(user=user, today=today)
    assert set(all_of(Wanted(), sight)) == expected
    assert list_customers(Wanted(node=unit.code), sight) is None  # the unit as a whole is not his
    client = Client()
    client.force_login(user)
    assert client.get("/customers/groups/").headers["Location"] == "/customers/list/"
    assert client.get(f"/customers/list/?node={unit.code}").status_code == 404


def test_the_pages(manager, county, now, client: Client, django_assert_max_num_queries) -> None:
    client.force_login(manager)
    assert client.get("/customers/groups/").headers["Location"] == f"/customers/groups/{county}/"
    page = client.get(f"/customers/groups/{county}/").content.decode()
    for grade in Grade:
        assert f'data-grade="{grade}"' in page
    with django_assert_max_num_queries(12):
        first = client.get(f"/customers/list/?node={county}&grade=REGULAR").content.decode()
    assert first.count("data-customer=") == 40
    more = re.search(r'hx-get="(\?[^"]+)"', first).group(1).replace("&amp;", "&")
    second = client.get(f"/customers/list/{more}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in second
    seen = [re.findall(r'data-customer="(\d+)"', text) for text in (first, second)]
    assert not set(seen[0]) & set(seen[1])
    other = Node.objects.filter(level="COUNTY").order_by("path").last().code
    assert client.get(f"/customers/groups/{other}/").status_code == 404
    assert client.get(f"/customers/list/?node={other}").status_code == 404
    for odd in (
        "grade=X",
        "age=99",
        "after=x",
        "after=9999999999999999999999.1",
        "exit=1&came=x",
        "node=%00",
    ):
        assert client.get(f"/customers/list/?{odd}").status_code in {200, 404}


def test_before_any_month_was_run_the_pages_say_so(staff, tmp_path, settings, client: Client) -> None:
    settings.HOME = tmp_path / "empty"
    client.force_login(staff.county)
    assert "还没有任何月份打过标签" in client.get("/customers/groups/D1/").content.decode()
    assert "还没有任何月份打过标签" in client.get("/customers/list/").content.decode()
