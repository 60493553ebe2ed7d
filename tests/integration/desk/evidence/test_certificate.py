"""The plan's certificate: every number of the sealed proof, reckoned once more from what it keeps."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from handmade.certified import seal_certificate, seal_contradiction
from weixi.desk.org.rules import Role
from weixi.engine import Store
from weixi.kernel.period import Month

SignIn = Callable[[Role, str], Client]
MARCH = Month.of(2025, 3)


def text(client: Client, **asked: str) -> str:
    response = client.get(reverse("certificate"), asked)
    assert response.status_code == 200
    return response.content.decode()


def cells(row: str) -> list[str]:
    found = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", "", each).split()) for each in found]


@pytest.mark.req("G9")
def test_the_page_says_what_the_proof_says(home: Store, sign_in: SignIn) -> None:
    said = seal_certificate(home, MARCH)
    page = text(sign_in(Role.MANAGER, "P01"))
    assert f"data-value>¥{said['value_fen'] / 100:,.0f}<" in page
    apart = said["bound_fen"] - said["value_fen"]
    assert f"不可能比它好过 {100 * apart / said['bound_fen']:.2f}%（¥{apart / 100:,.2f}）" in page
    assert f"理论上限 ¥{said['bound_fen'] / 100:,.0f}" in page
    amounts = sorted((point["amount_fen"], point["value_fen"]) for point in said["curve"])
    more = np.interp([50_000_000, 60_000_000], *np.array(amounts).T)
    assert f"约多保住 ¥{(more[1] - more[0]) / 100:,.0f}（已扣优惠成本）" in page
    assert "效果实测的 4,000 户，值 ¥1,000,000；按方案假定的 1,000 户，值 ¥234,000" in page
    assert "效果未知的 200 户；联系有害、不打扰的 70 户；随机投放的 55 户" in page
    limits = dict(re.findall(r'data-limit="(\w+)">(.*?)</tr>', page, re.DOTALL))
    assert list(limits) == ["money", "contacts", "floor"]
    assert cells(limits["money"]) == [
        "全部优惠费用",
        "499,900",
        "≤ 500,000 元",
        "全部优惠费用每增加 1 元，可多保 ¥0.31",
    ]
    assert cells(limits["floor"])[1:3] == ["121", "≥ 120 户"]
    thumbs = [cells(row) for row in re.findall(r"data-thumb>(.*?)</tr>", page, re.DOTALL)]
    assert thumbs == [["人人都给", "¥1,500,000", "全部优惠费用"], ["按风险排序", "¥1,010,000", "—"]]
    points = [cells(row)[:2] for row in re.findall(r"data-point>(.*?)</tr>", page, re.DOTALL)]
    assert points == [[f"¥{amount / 100:,.0f}", f"¥{value / 100:,.0f}"] for amount, value in amounts]
    assert "全部限额守住" in page
    assert " style=" not in page


def test_three_thousand_limits_are_a_short_page(
    home: Store, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    seal_certificate(home, MARCH, limits=3_010)
    client = sign_in(Role.PLANNER, "P01")
    with django_assert_max_num_queries(11):
        page = text(client)
    shown = re.findall(r'data-limit="(\w+)"', page)
    assert shown[0] == "money"
    assert shown[1] == "more3006"
    assert len(shown) == 60
    assert "另有 2,950 项限额" in page or "另有 2950 项限额" in page


def test_limits_that_contradict_each_other_are_named(home: Store, sign_in: SignIn) -> None:
    seal_contradiction(home, MARCH)
    page = text(sign_in(Role.AUDITOR, "P01"))
    assert re.findall(r"data-short>([^<]*)", page) == ["底线：差 40 户"]
    assert re.findall(r"data-conflict>([^<]*)", page) == ["底线", "预算"]
    assert "data-certificate" not in page


@pytest.mark.parametrize("role", [Role.COUNTY_MANAGER, Role.TEAM_LEADER])
def test_a_county_opens_no_certificate(role: Role, home: Store, sign_in: SignIn, counties: list[str]) -> None:
    assert sign_in(role, counties[0]).get(reverse("certificate")).status_code == 403


def test_without_a_chosen_plan_the_page_says_who_must_do_what(home: Store, sign_in: SignIn) -> None:
    page = text(sign_in(Role.MANAGER, "P01"))
    assert "data-missing" in page
    assert "由方案策划在方案里写上 [allocation]" in page
