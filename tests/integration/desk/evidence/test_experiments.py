"""Experiments: the effects that were sealed, per hundred contacted, cut to the territory; one rule on every page."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from handmade.evidence import seal, seal_lift
from weixi.desk.base import book
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Role
from weixi.desk.scorecard.queries.effect import effect_at
from weixi.engine import Store, columns_sql
from weixi.flow.assessment import LIFT, Verdict, read_lift_history
from weixi.kernel.period import Month

SignIn = Callable[[Role, str], Client]
FEBRUARY = Month.of(2025, 2)


@pytest.fixture
def rows(home: Store, counties: list[str]) -> list[dict[str, Any]]:
    kinds = [rule.code for rule in book.playbook().warnings][:2]
    return seal_lift(home, FEBRUARY, counties, kinds)


def text(client: Client, **asked: str) -> str:
    response = client.get(reverse("experiments"), asked)
    assert response.status_code == 200
    return response.content.decode()


def cells(page: str, cell: str) -> list[str]:
    found = re.findall(rf'data-cell="{cell}">(.*?)</tr>', page, re.DOTALL)[0]
    return [
        " ".join(re.sub("<[^>]+>", "", each).split())
        for each in re.findall(r"<td[^>]*>(.*?)</td>", found, re.DOTALL)
    ]


def signed(figure: float) -> str:
    whole = f"{figure:+.1f}"
    return "0.0" if whole in ("+0.0", "-0.0") else whole.replace("-", "−")


def expected(row: Mapping[str, Any]) -> list[str]:
    """The cells of one effect, reckoned from its row: a treated household's effect over the share contacted."""
    times = 100 * row["planned_count"] / row["contacted_count"]
    return [
        signed(times * row["effect"]),
        f"{signed(times * row['low'])} … {signed(times * row['high'])}",
        f"{signed(times * row['always_low'])} … {signed(times * row['always_high'])}",
        f"{times * row['detectable']:.1f}",
        f"{row['treated_count']:,} / {row['held_count']:,}",
        f"{100 * row['treated_mean']:.1f} % / {100 * row['held_mean']:.1f} %",
    ]


@pytest.mark.req("P2")
def test_every_effect_is_the_sealed_one(rows: list[dict[str, Any]], sign_in: SignIn) -> None:
    page = text(sign_in(Role.MANAGER, "P01"))
    kept = [
        row for row in rows if row["outcome"] == "RETAINED" and row["horizon"] == 1 and not row["entry_month"]
    ]
    for row in (each for each in kept if each["effect"] is not None):
        found = cells(page, row["kind"] + row["county_code"])
        verdict = "有效" if row["always_low"] > 0 else "有害" if row["always_high"] < 0 else "尚不能证明"
        assert found[1] == verdict
        assert found[2:] == expected(row)
    (unknown,) = (row for row in kept if row["effect"] is None)
    name = Node.objects.get(code=unknown["county_code"]).name
    assert re.search(rf"data-untold>.*{name}.*留白的户太少，效果未知", page, re.DOTALL)
    assert page.count("<tr data-cell=") == 2 * sum(row["effect"] is not None for row in kept)
    whole = kept[0]
    assert f"data-middle>{expected(whole)[0]}" in page
    total, cost = 0.052 * 5_000 * 660 / 100, (150_000 + 36_000 + 321_000) / 100
    assert f"增量收入 ¥{total:,.0f}" in page
    assert f"净增 {'-' if total < cost else ''}¥{abs(total - cost):,.0f}" in page
    assert "这不是效果" in page
    assert "受理的 120 户，受理后月均出账比受理前 +10.0%" in page
    assert "2024-12" in page
    assert " style=" not in page


def test_the_horizon_is_chosen(rows: list[dict[str, Any]], sign_in: SignIn) -> None:
    client = sign_in(Role.MANAGER, "P01")
    page = text(client, horizon="3")
    assert "满 3 个月：1,000 户" in page
    assert client.get(reverse("experiments"), {"horizon": "6"}).status_code == 404


def test_a_county_sees_its_own_effect_alone(
    rows: list[dict[str, Any]], sign_in: SignIn, counties: list[str]
) -> None:
    page = text(sign_in(Role.COUNTY_MANAGER, counties[0]))
    assert re.findall(r'<tr data-cell="([^"]*)"', page) == [counties[0]] * 2
    assert "data-whole" not in page
    assert "data-takers" not in page
    assert not any(Node.objects.get(code=code).name in page for code in counties[1:])


def test_the_cockpit_says_the_same_effect(
    rows: list[dict[str, Any]], sign_in: SignIn, counties: list[str]
) -> None:
    manager = sign_in(Role.MANAGER, "P01")
    at = {
        code: re.findall(
            r'data-effect="(\w+)"',
            manager.get(reverse("cockpit_node", kwargs={"code": code})).content.decode(),
        )
        for code in ("P01", *counties)
    }
    kept = {
        row["county_code"]: row
        for row in rows
        if row["outcome"] == "RETAINED" and row["horizon"] == 1 and not (row["kind"] or row["entry_month"])
    }
    for code, shown in at.items():
        row = kept["" if code == "P01" else code]
        own = effect_at(FEBRUARY, code)
        assert own is not None
        assert own.kept.effect == row["effect"]
        assert shown == [own.kept.verdict.value]
    assert at[counties[-1]] == [Verdict.UNKNOWN.value]
    unit = Node.objects.filter(level="UNIT").values_list("code", flat=True)[0]
    assert effect_at(FEBRUARY, unit) is None
    assert "data-effect" not in manager.get(reverse("cockpit_node", kwargs={"code": unit})).content.decode()


def test_the_cockpit_says_what_is_missing(home: Store, sign_in: SignIn) -> None:
    page = sign_in(Role.MANAGER, "P01").get(reverse("cockpit_node", kwargs={"code": "P01"})).content.decode()
    assert 'data-effect="NONE"' in page
    assert "本月的净效果还没有算" in page


def test_effects_of_an_earlier_release_leave_the_cockpit_whole(
    home: Store, counties: list[str], sign_in: SignIn
) -> None:
    """The pages of evidence say what to do; the cockpit goes without, and so does the history of the signs."""
    kinds = [rule.code for rule in book.playbook().warnings][:2]
    seal_lift(home, FEBRUARY, counties, kinds)
    january = Month.of(2025, 1)
    old = replace(LIFT, columns=tuple(column for column in LIFT.columns if column.name != "contact_cost_fen"))
    rows = home.rows(
        f"SELECT {columns_sql(old)} FROM l", inputs={"l": home.require(LIFT, month=FEBRUARY.number)}
    )
    seal(home, old, january, rows, {"other_rules": []})
    assert effect_at(FEBRUARY, "P01") is not None
    assert effect_at(january, "P01") is None
    assert [each.month for each in read_lift_history(home, book.playbook(), FEBRUARY)] == [FEBRUARY]
    client = sign_in(Role.MANAGER, "P01")
    assert "2025-01" in client.get(reverse("effect"), {"month": "2025-02"}).content.decode()
    assert "旧版本" in client.get(reverse("effect"), {"month": "2025-01"}).content.decode()
