"""The course month by month: times random, effect, and the version that was tuned when."""

import html
import re
from collections.abc import Callable
from datetime import datetime
from math import sqrt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handmade.desk import person
from handmade.evidence import proposal, seal, seal_lift, seal_tuning
from weixi.desk.base import book
from weixi.desk.evidence.models import ProposalAnswer
from weixi.desk.evidence.rules.answer import Decision
from weixi.desk.org.rules import Role
from weixi.desk.planning.models import PlaybookVersion
from weixi.desk.planning.rules import VersionState
from weixi.engine import Store
from weixi.flow.learning import PROPOSAL
from weixi.kernel.period import Month

pytestmark = pytest.mark.req("P2")
SignIn = Callable[[Role, str], Client]
FEBRUARY = Month.of(2025, 2)
OLD, NEW = "a" * 64, "b" * 64


@pytest.fixture
def rows(home: Store, counties: list[str], now: datetime) -> list[dict[str, Any]]:
    seal_lift(home, FEBRUARY, counties, [rule.code for rule in book.playbook().warnings][:1])
    seal(home, PROPOSAL, FEBRUARY.plus(-2), [proposal("T9", "parameter.high_value_arpu.value", "80", "85")])
    author, second = (
        person(name, (Role.PLANNER, "/P01/"), since=timezone.localdate(), now=now) for name in ("one", "two")
    )
    version = PlaybookVersion.objects.create(
        number=4, title="少打扰", text="x", base="in_force", path="/P01/", author=author, made_at=now, written_at=now,
        state=VersionState.PUBLISHED.value, fingerprint=NEW, published_by=second, published_at=now,
    )  # fmt: skip
    ProposalAnswer.objects.create(
        month=FEBRUARY.plus(-2).number, code="T9", decision=Decision.ACCEPTED.value, version_id=version.id,
        answered_by=author, answered_at=now,
    )  # fmt: skip
    return seal_tuning(home, FEBRUARY, [OLD, OLD, OLD, NEW, NEW])


def text(client: Client) -> str:
    response = client.get(reverse("experiments"), {"month": str(FEBRUARY)})
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def cells(page: str, entry: str) -> list[str]:
    (row,) = re.findall(rf'data-entry="{entry}">(.*?)</tr>', page, re.DOTALL)
    return [
        " ".join(re.sub("<[^>]+>", " ", each).split())
        for each in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    ]


def signed(figure: float) -> str:
    whole = f"{figure:+.1f}"
    return "0.0" if whole in ("+0.0", "-0.0") else whole.replace("-", "−")


def test_every_month_is_the_sealed_one_and_the_version_is_marked(
    rows: list[dict[str, Any]], sign_in: SignIn
) -> None:
    page = text(sign_in(Role.MANAGER, "P01"))
    for place, row in enumerate(rows):
        found = cells(page, str(Month.from_number(row["entry_month"])))
        if row["effect"] is None:
            assert found[1:5] == ["—", "—", "—", "—"]
            continue
        lost, n, z = row["held_lost_rate"], row["held_count"], 1.959963984540054
        middle, half = (
            (lost + z**2 / (2 * n)) / (1 + z**2 / n),
            z / (1 + z**2 / n) * sqrt(lost * (1 - lost) / n + z**2 / (4 * n**2)),
        )
        low, high = ((middle - half) / 0.02, (middle + half) / 0.02)
        assert found[1:4] == [f"{100 * lost:.1f} %", "2.0 %", f"{lost / 0.02:.1f} {low:.1f} … {high:.1f}"]
        effect, below, above = (signed(100 * row[name] / 0.8) for name in ("effect", "low", "high"))
        assert found[4] == f"{effect} {below} … {above}"
        assert found[5] == f"900 / {n}"
        assert ("第 4 版 少打扰" in found[6]) == (place == 3)
    assert "采纳：建议T9" in " ".join(cells(page, "2025-01"))
    # Months before: 1.25 and 2.5 of equal weight; since: 3.75 and 5.
    before, after = (1.25 + 2.5) / 2, (3.75 + 5) / 2
    assert (
        f"2025-01 换方案：每联系 100 户多保住 {signed(before)} → {signed(after)} 户，相差 {signed(after - before)}"
        in page
    )
    half = 1.959963984540054 * sqrt(2 * (1.5 / 1.959963984540054) ** 2 / 2)
    assert f"95% 区间 {signed(after - before - half)} … {signed(after - before + half)}" in page
    assert '"at": "2025-01"' in page


def test_a_county_sees_no_course_of_the_whole(
    rows: list[dict[str, Any]], sign_in: SignIn, counties: list[str]
) -> None:
    assert "data-tuning" not in text(sign_in(Role.COUNTY_MANAGER, counties[0]))
