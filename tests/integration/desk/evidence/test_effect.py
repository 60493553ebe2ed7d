"""The effect page: profit, KPIs, courses and tiles, each reckoned once more from the sealed effects."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from handmade.evidence import seal_lift, seal_uplift
from weixi.desk.base import book
from weixi.desk.org.rules import Role
from weixi.engine import Store
from weixi.flow.assessment import read_report
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel

SignIn = Callable[[Role, str], Client]
JANUARY, FEBRUARY = Month.of(2025, 1), Month.of(2025, 2)


@pytest.fixture
def rows(home: Store, counties: list[str]) -> list[dict[str, Any]]:
    kinds = [rule.code for rule in book.playbook().warnings][:2]
    seal_lift(home, JANUARY, counties, kinds)
    return seal_lift(home, FEBRUARY, counties, kinds)


def text(client: Client, name: str = "effect", **asked: str) -> str:
    response = client.get(reverse(name), asked)
    assert response.status_code == 200
    return response.content.decode()


def cells(page: str, mark: str) -> list[str]:
    found = re.findall(rf"<tr {mark}>(.*?)</tr>", page, re.DOTALL)[0]
    return [
        " ".join(re.sub("<[^>]+>", "", each).split())
        for each in re.findall(r"<td[^>]*>(.*?)</td>", found, re.DOTALL)
    ]


def yuan(fen: float) -> str:
    whole = round(fen / 100)
    return f"{'-' if whole < 0 else ''}¥{abs(whole):,}"


def cents(fen: float) -> str:
    amount = f"{abs(round(fen)) / 100:,.2f}".removesuffix(".00")
    return f"{'-' if round(fen) < 0 else ''}¥{amount}"


def points(share: float, places: int) -> str:
    said = f"{share:+.{places}f}"
    return (said if float(said) else said[1:]).replace("-", "−")


def of(
    rows: list[dict[str, Any]], outcome: str, horizon: int = 1, kind: str = "", county: str = ""
) -> dict[str, Any]:
    return next(
        row
        for row in rows
        if (row["outcome"], row["horizon"], row["kind"], row["county_code"])
        == (outcome, horizon, kind, county)
    )


@pytest.mark.req("T14", "C15")
def test_profit_is_revenue_of_the_treated_less_the_known_cost(
    rows: list[dict[str, Any]], sign_in: SignIn
) -> None:
    page = text(sign_in(Role.MANAGER, "P01"))
    whole = of(rows, "REVENUE")
    cost = whole["offer_cost_fen"] + whole["commission_fen"]
    net = {name: whole[name] * 660 - cost for name in ("effect", "low", "high", "always_low", "always_high")}
    assert f"data-net>{yuan(net['effect'])}<" in page
    assert f"{yuan(net['low'])} … {yuan(net['high'])}" in page
    assert f"{yuan(net['always_low'])} … {yuan(net['always_high'])}" in page
    for horizon in (1, 3):
        row = of(rows, "REVENUE", horizon)
        own = [row[name] * 660 - cost for name in ("effect", "low", "high")]
        assert cells(page, f'data-line="all-{horizon}"')[1:] == [
            f"{yuan(own[0])} ({yuan(own[1])} … {yuan(own[2])})",
            yuan(row["effect"] * 660),
            yuan(cost),
            "660 / 220",
        ]
    # A taker's: the effect over the share of treated households that took an offer.
    assert f"{cents(whole['effect'] * 660 / 120)} (" in page
    chart = json.loads(re.findall(r'<script id="chart-net"[^>]*>(.*?)</script>', page)[0])
    known = [
        row
        for row in rows
        if row["outcome"] == "REVENUE" and row["horizon"] == 1 and row["effect"] is not None
    ]
    assert len(chart["rows"]) == len(known) - 1
    assert " style=" not in page


@pytest.mark.req("K13")
def test_the_kpis_move_by_what_was_kept(rows: list[dict[str, Any]], home: Store, sign_in: SignIn) -> None:
    page = text(sign_in(Role.MANAGER, "P01"))
    verified, kept = of(rows, "VERIFIED"), of(rows, "RETAINED")
    values = read_report(home, FEBRUARY, OrgLevel.CITY).values

    def said(*shares: float) -> str:
        middle, low, high = (points(share, 2) for share in shares)
        return f"{middle} ({low} … {high})"

    assert cells(page, 'data-kpi="warning_task_completion_rate"')[1] == said(
        *(100 * verified[name] for name in ("effect", "low", "high"))
    )
    for kpi, calibre in (("dynamic_retention_rate", "existing"), ("churn_rate", "gross")):
        base = values[f"{kpi}.{calibre}@1", "P01"].denominator
        shares = [100 * 660 * kept[name] / base for name in ("effect", "low", "high")]
        assert cells(page, f'data-kpi="{kpi}"')[1] == said(*shares)


@pytest.mark.req("Z1", "M2")
def test_the_four_signs_stand_beside_their_hold_out(rows: list[dict[str, Any]], sign_in: SignIn) -> None:
    page = text(sign_in(Role.MANAGER, "P01"))
    tiles = dict(re.findall(r'data-tile="(\w+)">(.*?)(?=data-tile=|</section>)', page, re.DOTALL))
    assert list(tiles) == ["RENEWAL", "TENURE", "REVENUE", "SATISFACTION"]
    for sign, outcome, horizon in (("RENEWAL", "VERIFIED", 1), ("TENURE", "RETAINED", 3)):
        row = of(rows, outcome, horizon)
        assert f"{100 * row['treated_mean']:.1f} %" in tiles[sign]
        assert f"留白 {100 * row['held_mean']:.1f} %" in re.sub("<[^>]+>", "", tiles[sign])
        assert f"{points(100 * row['effect'], 1)} (" in tiles[sign]
        chart = json.loads(re.findall(rf'<script id="chart-tile-{sign}"[^>]*>(.*?)</script>', page)[0])
        assert chart["months"] == ["2025-01", "2025-02"]
        assert chart["lines"][0]["values"][1] == round(100 * row["treated_mean"], 1)
    assert cents(of(rows, "REVENUE", 3)["treated_mean"]) in tiles["REVENUE"]
    assert "满意度" in tiles["SATISFACTION"]
    course = cells(page, 'data-course="3"')
    kept = of(rows, "RETAINED", 3)
    assert course[1] == f"{100 * kept['treated_mean']:.1f} % / {100 * kept['held_mean']:.1f} %"


def test_a_county_sees_its_own_profit_alone(
    rows: list[dict[str, Any]], sign_in: SignIn, counties: list[str], django_assert_max_num_queries: Any
) -> None:
    client = sign_in(Role.COUNTY_MANAGER, counties[0])
    with django_assert_max_num_queries(11):
        page = text(client)
    assert re.findall(r'data-line="([^"]*)"', page) == [counties[0]]
    assert "data-tile" not in page
    assert "data-courses" not in page
    own = of(rows, "REVENUE", county=counties[0])
    assert f"data-net>{yuan(own['effect'] * 660 - 186_000)}<" in page
    assert 'data-kpi="churn_rate"' in page


def test_an_unknown_effect_is_no_zero(
    rows: list[dict[str, Any]], sign_in: SignIn, counties: list[str]
) -> None:
    page = text(sign_in(Role.COUNTY_MANAGER, counties[-1]))
    assert "data-net" not in page
    assert "成本照样花了" in page
    assert cells(page, f'data-line="{counties[-1]}"')[1:4] == ["—", "—", "¥1,860"]


@pytest.mark.req("M1")
def test_every_action_has_its_cost_and_what_is_known(
    rows: list[dict[str, Any]], home: Store, sign_in: SignIn
) -> None:
    plan = book.playbook()
    seal_uplift(home, plan, FEBRUARY)
    page = text(sign_in(Role.PLANNER, "P01"), "actions")
    listed = re.findall(r'data-action="([^"]*)"', page)
    assert {offer.code for offer in plan.offers} <= set(listed)
    contact = cells(page, 'data-action="contact"')
    longest = of(rows, "RETAINED", 3)
    assert contact[1].startswith("实测有效")
    assert contact[2].startswith(points(100 * longest["effect"] * 660 / 528, 1))
    offer = cells(page, f'data-action="{plan.offers[0].code}"')
    assert offer[1].startswith("未测")
    assert offer[2] == "—"


def test_without_effects_the_pages_say_who_must_do_what(home: Store, sign_in: SignIn) -> None:
    for name in ("effect", "actions", "quiet"):
        page = text(sign_in(Role.MANAGER, "P01"), name)
        assert "data-missing" in page
        assert "由方案策划" in page
