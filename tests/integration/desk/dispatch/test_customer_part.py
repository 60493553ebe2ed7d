"""The tasks on a customer's page, and the words of tasks that no warning raised, wherever they are shown."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handmade.customers import settle
from handmade.desk import D1, U11, W111, W211, grow, person
from handmade.objects.dispatch import task_at
from weixi.desk.dispatch.models import Task
from weixi.desk.org.rules import Role
from weixi.desk.subscriber.sections import sections_for

PART = {"HX-Request": "true"}


@pytest.fixture
def moment() -> datetime:
    """The pages tell the time themselves."""
    return datetime.now(UTC)


@pytest.fixture
def signed_in(db, moment, tmp_path: Path, settings):
    """Signs people in on the handmade tree, where line 1 is W111's."""
    settings.HOME = tmp_path
    grow(moment)
    settle(tmp_path)

    def made(name: str, role: Role, path: str, agent: str = "") -> Client:
        user = person(name, (role, path), since=timezone.localdate(), now=moment, agent_code=agent)
        client = Client()
        client.force_login(user)
        return client

    return made


def task(number: int, moment: datetime, path: str = W111, **given: object) -> Task:
    made = task_at(path, moment, task_id=f"t{number}", **given)
    made.lines.create(
        subscriber_id=1, kind=made.kind, happens_date=made.happens_date, number_masked=made.number_masked
    )
    return made


@pytest.mark.req("O1")
def test_a_customers_tasks_with_state_owner_and_time(signed_in, moment, django_assert_max_num_queries):
    task(1, moment, state="ARCHIVED", ended_at=moment, owner_code="W111")
    task(2, moment, owner_code="W111", due_at=moment - timedelta(hours=1))
    task(3, moment, path=U11, kind="near")
    task(4, moment, is_holdout=True, state="HELD_OUT")
    task(5, moment, is_holdout=True, state="ARCHIVED", ended_at=moment)
    agent = signed_in("a1", Role.AGENT, W111, "W111")
    with django_assert_max_num_queries(12):
        page = agent.get(reverse("subscriber_tasks", args=[1]), headers=PART).content.decode()
    assert [f'data-task="t{n}"' in page for n in range(1, 6)] == [True, True, True, False, False]
    assert page.index('"t3"') < page.index('"t2"') < page.index('"t1"')
    assert "已超时" in page
    assert "归档" in page
    assert "临界户" in page
    assert ">near<" not in page
    assert reverse("task", args=["t2"]) in page
    # The pool's task lies above his node: his workbench shows it.
    assert f"{reverse('workbench')}?task=t3" in page
    planner = signed_in("p1", Role.PLANNER, "P01/").get(reverse("subscriber_tasks", args=[1]), headers=PART)
    assert 'data-task="t4"' in planner.content.decode()


def test_who_has_no_task_is_told_so_and_another_county_sees_nothing(signed_in, moment):
    address = reverse("subscriber_tasks", args=[1])
    county = signed_in("m1", Role.COUNTY_MANAGER, D1)
    assert "data-empty" in county.get(address, headers=PART).content.decode()
    task(1, moment)
    assert "data-empty" not in county.get(address, headers=PART).content.decode()
    assert signed_in("a3", Role.AGENT, W211, "W211").get(address, headers=PART).status_code == 404


@pytest.mark.req("O1")
def test_both_parts_are_on_the_page_and_pages_link_both_ways(signed_in, moment):
    assert {"tasks", "contacts"} <= {section.name for section in sections_for([Role.AGENT])}
    task(1, moment, owner_code="W111")
    county = signed_in("m1", Role.COUNTY_MANAGER, D1)
    agent = signed_in("a1", Role.AGENT, W111, "W111")
    for client in (county, agent):
        page = client.get(reverse("subscriber", args=[1])).content.decode()
        assert f'hx-get="{reverse("subscriber_tasks", args=[1])}"' in page
        assert f'hx-get="{reverse("subscriber_contacts", args=[1])}"' in page
    there = f'href="{reverse("subscriber", args=[1])}"'
    assert there in county.get(reverse("task", args=["t1"])).content.decode()
    assert there in agent.get(reverse("workbench")).content.decode()


@pytest.mark.parametrize(
    ("kind", "reason", "zh", "en"),
    [
        ("near", "near_below", "差一点达到考核口径", "just short of counting"),
        ("inbound_port_out", "inbound_port_out", "客户来电，有携转意向", "he wants to port out"),
        ("external_list", "省公司第三批", "省公司第三批", "省公司第三批"),
    ],
)
def test_kinds_beside_the_plan_are_named_on_every_page(signed_in, moment, settings, kind, reason, zh, en):
    task(1, moment, kind=kind, reason_1=reason, owner_code="W111", offer_code="")
    task(2, moment, kind=kind, reason_1=reason, path=U11, offer_code="")
    agent, county = signed_in("a1", Role.AGENT, W111, "W111"), signed_in("m1", Role.COUNTY_MANAGER, D1)
    for language, said in (("zh-hans", zh), ("en", en)):
        agent.cookies[settings.LANGUAGE_COOKIE_NAME] = county.cookies[settings.LANGUAGE_COOKIE_NAME] = (
            language
        )
        bench = agent.get(reverse("workbench")).content.decode()
        page = county.get(reverse("task", args=["t1"])).content.decode()
        rows = county.get(reverse("tasks")).content.decode()
        pool = agent.get(reverse("pool")).content.decode()
        part = agent.get(reverse("subscriber_tasks", args=[1]), headers=PART).content.decode()
        assert said in bench
        assert said in page
        for shown in (bench, page, rows, pool, part):
            for code in {kind, reason} - {zh}:
                assert f">{code}<" not in shown
                assert f"· {code}" not in shown
        assert f'<option value="{kind}"' in rows


@pytest.mark.req("X3")
def test_a_card_opened_later_than_its_data_counts_from_today(signed_in, moment):
    today = timezone.localdate()
    as_of, ends = today - timedelta(days=22), today - timedelta(days=20)
    task(
        1, moment, kind="broadband_expiring", reason_1="broadband_ends", owner_code="W111",
        facts={
            "as_of": as_of.isoformat(),
            "own": {"broadband_end_date": ends.isoformat(), "days_to_broadband_end": 2},
        },
    )  # fmt: skip
    for page in (
        signed_in("a1", Role.AGENT, W111, "W111").get(reverse("workbench")).content.decode(),
        signed_in("m1", Role.COUNTY_MANAGER, D1).get(reverse("task", args=["t1"])).content.decode(),
    ):
        assert "还有 2 天" not in page
        assert "已过 20 天" in page
        assert f"数据截至 {as_of.isoformat()}" in page
