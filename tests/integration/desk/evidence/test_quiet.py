"""Whom not to wake: those of the sealed scores, masked, in the viewer's territory alone."""

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from django.test import Client
from django.urls import reverse

from handmade.evidence import seal_effects
from weixi.desk.base import book
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Role
from weixi.engine import Store, columns_sql
from weixi.flow.book import IDENTITY
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.warning import WARNING
from weixi.kernel.period import Month

SignIn = Callable[[Role, str], Client]
FEBRUARY = Month.of(2025, 2)


@pytest.fixture
def lines(home: Store) -> pd.DataFrame:
    """The month's warned lines with their units, and the effects that were sealed: every third is harmed."""
    found = {
        table.name: home.arrow(
            f"SELECT {columns_sql(table)} FROM it", inputs={"it": home.require(table, month=FEBRUARY.number)}
        ).to_pandas()
        for table in (WARNING, ASSIGNMENT)
    }
    rows = found["warning"].merge(found["assignment"][["subscriber_id", "unit_code"]], on="subscriber_id")
    rows = rows.sort_values("subscriber_id").reset_index(drop=True)
    kinds = ["HARMS", "UNPROVEN", "HELPS"]
    rows["effect"] = [kinds[k % 3] for k in range(len(rows))]
    rows["ppm"] = [-10_000 - 100 * k if k % 3 == 0 else 5_000 for k in range(len(rows))]
    effects = {int(r.subscriber_id): (r.effect, int(r.ppm)) for r in rows.itertuples()}
    seal_effects(home, book.playbook(), FEBRUARY, effects)
    return rows


def text(client: Client, **asked: str) -> str:
    response = client.get(reverse("quiet"), asked)
    assert response.status_code == 200
    return response.content.decode()


def shown(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'data-subscriber="(\d+)"', page)]


def test_the_list_is_that_of_the_scores_the_most_harmed_first(
    lines: pd.DataFrame, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(Role.MANAGER, "P01")
    with django_assert_max_num_queries(11):
        page = text(client)
    harmed = lines[lines.effect == "HARMS"].sort_values(["ppm", "subscriber_id"])
    assert len(harmed) > 3
    assert shown(page) == harmed.subscriber_id.tolist()[:40]
    assert f'data-warned="{len(lines)}"' in page
    tally = [int(each.replace(",", "")) for each in re.findall(r"data-count>([\d,]+)", page)]
    assert tally == [(lines.effect == name).sum() for name in ("HELPS", "HARMS", "UNPROVEN")] + [0]
    first = harmed.iloc[0]
    row = re.findall(rf'data-subscriber="{first.subscriber_id}">(.*?)</tr>', page, re.DOTALL)[0]
    assert f"{-first.ppm / 10_000:.1f}" in row
    assert "5,000 户联系、400 户留白" in page
    if len(harmed) > 40:
        assert shown(text(client, start="40")) == harmed.subscriber_id.tolist()[40:80]


def test_numbers_are_masked(lines: pd.DataFrame, home: Store, sign_in: SignIn) -> None:
    page = text(sign_in(Role.AUDITOR, "P01"))
    numbers = {
        row["msisdn"]
        for each in home.partitions(IDENTITY)
        for row in home.rows("SELECT msisdn FROM i WHERE msisdn IS NOT NULL", inputs={"i": each})
    }
    assert shown(page)
    assert not any(number in page for number in numbers)
    assert re.search(r">\d{3}\*{4}\d{4}<", page)


def test_a_unit_sees_its_own_lines_alone(lines: pd.DataFrame, sign_in: SignIn) -> None:
    harmed = lines[lines.effect == "HARMS"]
    unit = harmed.unit_code.value_counts().index[0]
    page = text(sign_in(Role.TEAM_LEADER, unit))
    assert set(shown(page)) == set(harmed[harmed.unit_code == unit].subscriber_id)
    assert f'data-warned="{(lines.unit_code == unit).sum()}"' in page
    county = Node.objects.get(code=unit).path.split("/")[-3]
    inside = Node.objects.filter(path__contains=f"/{county}/").values_list("code", flat=True)
    page = text(sign_in(Role.COUNTY_MANAGER, county))
    assert set(shown(page)) == set(harmed[harmed.unit_code.isin(list(inside))].subscriber_id)


def test_where_nothing_is_known_the_list_is_empty_and_says_why(home: Store, sign_in: SignIn) -> None:
    (warned,) = (home.require(WARNING, month=FEBRUARY.number),)
    ids = [row["subscriber_id"] for row in home.rows("SELECT subscriber_id FROM w", inputs={"w": warned})]
    seal_effects(home, book.playbook(), FEBRUARY, dict.fromkeys(ids, ("UNKNOWN", None)))
    page = text(sign_in(Role.MANAGER, "P01"))
    assert shown(page) == []
    assert "只有风险，效果未知" in page
    assert "不等于谁都可以联系" in page
    assert sign_in(Role.AGENT, "P01").get(reverse("quiet")).status_code == 403
