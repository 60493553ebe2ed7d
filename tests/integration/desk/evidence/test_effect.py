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
    rows: list[dict[str, Any]],
    outcome: str,
    horizon: int = 1,
    *,
    kind: str = "",
    county: str = "",
    entry: int = 0,
) -> dict[str, Any]:
    return next(
        row
        for row in rows
        if (row["outcome"], row["horizon"], row["kind"], row["county_code"], row["entry_month"])
        == (outcome, horizon, kind, county, entry)
    )


COSTS = ("handset_cost_fen", "offer_cost_fen", "commission_fen", "contact_cost_fen")


def spent(row: dict[str, Any]) -> list[int]:
    """The four lines of cost: handsets are a part of what offers cost."""
    handset, offers, commission, contacts = (row[name] for name in COSTS)
    return [handset, offers - handset, commission, contacts]


def net(rows: list[dict[str, Any]], horizon: int, **cell: str) -> dict[str, float]:
    """The net of a cell: revenue of the treated less what was spent, as wide as the net a household."""
    revenue, after = of(rows, "REVENUE", horizon, **cell), of(rows, "NET", horizon, **cell)
    middle = revenue["effect"] * 660 - sum(spent(revenue))
    return {
        name: middle + (after[name] - after["effect"]) * 660
        for name in ("effect", "low", "high", "always_low", "always_high")
    }


@pytest.mark.req("T14", "C15")
def test_profit_is_revenue_of_the_treated_less_what_was_spent(
    rows: list[dict[str, Any]], sign_in: SignIn
) -> None:
    client = sign_in(Role.MANAGER, "P01")
    page, first = text(client), text(client, horizon="1")
    for shown, horizon in ((page, 3), (first, 1)):
        whole, figures = of(rows, "REVENUE", horizon), net(rows, horizon)
        assert f"data-net>{yuan(figures['effect'])}<" in shown
        assert f"{yuan(figures['low'])} … {yuan(figures['high'])}" in shown
        assert f"{yuan(figures['always_low'])} … {yuan(figures['always_high'])}" in shown
        lines = re.findall(r'data-cost="(\w+)">(.*?)</dd>', shown, re.DOTALL)
        assert [name for name, _ in lines] == ["HANDSET", "GIFT", "COMMISSION", "CONTACT"]
        for (_, said), fen in zip(lines, spent(whole), strict=True):
            assert said.strip().startswith(f"−{yuan(fen)}")
        assert "登记的联系 900 次" in lines[-1][1]
    # A taker's: the effect over the share of treated households that took an offer.
    whole = of(rows, "REVENUE", 1)
    assert f"{cents(whole['effect'] * 660 / 120)} (" in first
    chart = json.loads(re.findall(r'<script id="chart-net"[^>]*>(.*?)</script>', first)[0])
    known = [
        row
        for row in rows
        if row["outcome"] == "REVENUE" and row["horizon"] == 1 and row["effect"] is not None
    ]
    assert len(chart["rows"]) == len(known) - 1
    assert " style=" not in page


@pytest.mark.req("T14")
def test_the_table_has_every_horizon_warning_and_month_of_entry(
    rows: list[dict[str, Any]], sign_in: SignIn
) -> None:
    page = text(sign_in(Role.MANAGER, "P01"), horizon="1")
    cases = [(f"all-{horizon}", horizon, {}) for horizon in (1, 3)]
    cases += [(kind, 1, {"kind": kind}) for kind in sorted({row["kind"] for row in rows} - {""})]
    cases += [(f"batch-{month}", 1, {"entry": month}) for month in (202501, 202502)]
    for mark, horizon, cell in cases:
        row, figures = of(rows, "REVENUE", horizon, **cell), net(rows, horizon, **cell)
        assert cells(page, f'data-line="{mark}"')[1:] == [
            f"{yuan(figures['effect'])} ({yuan(figures['low'])} … {yuan(figures['high'])})",
            yuan(row["effect"] * 660),
            *(yuan(fen) for fen in spent(row)),
            "660 / 220",
        ]
    assert "2025-02 批次" in page


@pytest.mark.req("T14")
def test_how_far_the_twelve_months_are_over_is_said(rows: list[dict[str, Any]], sign_in: SignIn) -> None:
    """The simulated operator's first plan came to its end in January."""
    said = re.findall(r"data-year>(.*?)</p>", text(sign_in(Role.MANAGER, "P01")))
    assert said == ["12 个月损益还没有满：最早的批次到现在满 2 个月，到 2025-12 末满 12 个月。"]


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


@pytest.mark.req("Z1")
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


@pytest.mark.req("M2")
def test_value_and_tenure_go_month_by_month_beside_the_hold_out(
    rows: list[dict[str, Any]], sign_in: SignIn
) -> None:
    page = text(sign_in(Role.MANAGER, "P01"))
    charts = {
        name: json.loads(re.findall(rf'<script id="chart-{name}"[^>]*>(.*?)</script>', page)[0])
        for name in ("value", "tenure")
    }
    for name, outcome, scale in (("value", "VALUE", 100), ("tenure", "SPAN", 1_000)):
        known = [of(rows, outcome, step) for step in (1, 2, 3)]
        assert charts[name]["months"] == ["1 个月", "2 个月", "3 个月"]
        for line, arm in zip(charts[name]["lines"], ("treated_mean", "held_mean"), strict=True):
            assert line["values"] == [round(row[arm] / scale, 2) for row in known]
    for step in (1, 2, 3):
        said: list[str] = []
        for outcome in ("VALUE", "MARGIN"):
            row = of(rows, outcome, step)
            said += [
                f"{cents(row['treated_mean'])} / {cents(row['held_mean'])}",
                f"{cents(row['effect'])} ({cents(row['low'])} … {cents(row['high'])})",
            ]
        assert cells(page, f'data-value="{step}"')[1:] == said
        said = []
        for outcome in ("SPAN", "TENURE", "LIFE"):
            row = of(rows, outcome, step)
            middle, low, high = (points(row[name] / 1_000, 2) for name in ("effect", "low", "high"))
            said += [
                f"{row['treated_mean'] / 1_000:.2f} / {row['held_mean'] / 1_000:.2f}",
                f"{middle} ({low} … {high})",
            ]
        assert cells(page, f'data-tenure="{step}"')[1:] == said


def test_a_county_sees_its_own_profit_alone(
    rows: list[dict[str, Any]], sign_in: SignIn, counties: list[str], django_assert_max_num_queries: Any
) -> None:
    client = sign_in(Role.COUNTY_MANAGER, counties[0])
    with django_assert_max_num_queries(11):
        page = text(client)
    assert re.findall(r'data-line="([^"]*)"', page) == [counties[0]]
    assert "data-tile" not in page
    assert "data-courses" not in page
    assert f"data-net>{yuan(net(rows, 3, county=counties[0])['effect'])}<" in page
    assert 'data-kpi="churn_rate"' in page


def test_an_unknown_effect_is_no_zero(
    rows: list[dict[str, Any]], sign_in: SignIn, counties: list[str]
) -> None:
    page = text(sign_in(Role.COUNTY_MANAGER, counties[-1]))
    assert "data-net" not in page
    assert "成本照样花了" in page
    assert cells(page, f'data-line="{counties[-1]}"')[1:4] == ["—", "—", "¥600"]


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
