"""Who may leave: the list, its levels and reasons, and what came of the levels, counted again from the book's rows."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import load_workbook

from handmade.evidence import seal, seal_card
from weixi.desk.audit.models import AuditEntry
from weixi.desk.base import book
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Role
from weixi.engine import Store, Table, columns_sql
from weixi.engine.wire import arrow_schema
from weixi.flow.book import IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.score import CHURN_SCORE, DAY_SCORE, EVENT_RISK
from weixi.kernel.period import Month

pytestmark = pytest.mark.req("P13")

SignIn = Callable[[Role, str], Client]
FEBRUARY, DECEMBER = Month.of(2025, 2), Month.of(2024, 12)
EDGES = {"RED": (80, 101), "YELLOW": (50, 80), "BLUE": (0, 50)}


@dataclass(frozen=True)
class Sealed:
    """What was sealed: (score, ppm) by line of either month, today's of lines that an event raised, units by line."""

    then: dict[int, tuple[int, int]]
    now: dict[int, tuple[int, int]]
    raised: dict[int, tuple[int, int]]
    unit: dict[int, str]
    reason: str

    def today(self) -> list[tuple[int, int, int]]:
        """(line, score, ppm) of today, the likeliest first."""
        rows = [
            (line, *max(own, self.raised.get(line, own), key=lambda each: each[1]))
            for line, own in self.now.items()
        ]
        return sorted(rows, key=lambda row: (-row[2], row[0]))


def rows_of(store: Store, table: Table, month: Month) -> list[dict[str, Any]]:
    return store.rows(
        f"SELECT {columns_sql(table)} FROM it", inputs={"it": store.require(table, month=month.number)}
    )


def level_of(score: int) -> str:
    return next(level for level, (low, high) in EDGES.items() if low <= score < high)


def scores(store: Store, month: Month, seed: int) -> dict[int, tuple[int, int]]:
    """Scores by hand of every main card in service."""
    ids = [
        row["subscriber_id"]
        for row in rows_of(store, SUBSCRIBER_MONTH, month)
        if row["service_status"] == "IN_SERVICE" and row["line_type"] == "MOBILE_MAIN"
    ]
    Random(seed).shuffle(ids)
    return {line: (100 * place // len(ids), 1_000 + 50 * place) for place, line in enumerate(ids)}


@pytest.fixture
def sealed(home: Store) -> Sealed:
    (kind, code), _ = next((key, each) for key, each in book.playbook().reasons.items() if not each.columns)
    reason = f"{kind}.{code}"
    made = {}
    for month in (DECEMBER, FEBRUARY):
        card = seal_card(home, month)
        made[month] = scores(home, month, month.number)
        rows = [
            {
                "subscriber_id": line,
                "score": score,
                "probability_ppm": ppm,
                "reason_1": reason if line % 2 else None,
            }
            for line, (score, ppm) in sorted(made[month].items())
        ]
        seal(home, CHURN_SCORE, month, rows, {"origin": "by hand", "card": card})
    told = {"event_type": "PORT_OUT_QUERY", "line_count": 200, "soon_count": 90, "left_count": 150, "all_count": 9_000,
            "all_soon_count": 45, "all_left_count": 270, "ratio": 9.0, "low": 6.0}  # fmt: skip
    quiet = told | {"event_type": "COMPLAINT", "soon_count": 2, "left_count": 8, "ratio": 1.1, "low": 0.6}
    for month in (DECEMBER, FEBRUARY):
        seal(home, EVENT_RISK, month, [told, quiet], {"origin": "by hand"})
    low = sorted(made[FEBRUARY], key=lambda line: made[FEBRUARY][line])[:6]
    raised = {line: (90 + k, 900_000 + k) for k, line in enumerate(low)}
    rows = [
        {"subscriber_id": line, "event_type": "PORT_OUT_QUERY", "event_date": date(2025, 3, 4),
         "month_score": made[FEBRUARY][line][0], "score": score, "probability_ppm": ppm}
        for line, (score, ppm) in raised.items()
    ]  # fmt: skip
    key = {"month": 202503, "day": "2025-03-04"}
    home.put(DAY_SCORE, key, batches(DAY_SCORE, rows), origin="by hand", seal=True)
    units = {row["subscriber_id"]: row["unit_code"] for row in rows_of(home, ASSIGNMENT, FEBRUARY)}
    return Sealed(made[DECEMBER], made[FEBRUARY], raised, units, book.playbook().reasons[kind, code].text.zh)


def batches(table: Table, rows: list[dict[str, Any]]) -> Any:
    return pa.Table.from_pylist(rows, schema=arrow_schema(table)).to_batches()


def text(client: Client, **asked: str) -> str:
    response = client.get(reverse("warnings"), asked)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def shown(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'data-subscriber="(\d+)"', page)]


def count(page: str, name: str) -> int:
    return int(re.findall(rf"{name}[^>]*>([\d,]+)<", page)[0].replace(",", ""))


def test_the_likeliest_come_first_with_todays_level_and_reasons(
    sealed: Sealed, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(Role.MANAGER, "P01")
    with django_assert_max_num_queries(12):
        page = text(client)
    today = sealed.today()
    assert shown(page) == [line for line, _, _ in today[:40]]
    for level in EDGES:
        assert count(page, f'data-level="{level}"') == sum(level_of(score) == level for _, score, _ in today)
    assert count(page, "data-raised") == 6
    assert today[0][0] in sealed.raised
    line, score, ppm = today[0]
    row = re.findall(rf'data-subscriber="{line}">(.*?)</tr>', page, re.DOTALL)[0]
    assert "03-04 携转查询" in row
    assert ">高<" in row
    assert f">{score}<" in row
    assert f"{ppm / 10_000:.1f} %" in row
    for line, _, _ in today[:40]:
        row = re.findall(rf'data-subscriber="{line}">(.*?)</tr>', page, re.DOTALL)[0]
        assert (sealed.reason in row) == (line % 2 == 1)
    assert shown(text(client, start="40")) == [line for line, _, _ in today[40:80]]


def test_the_list_is_cut_by_level_event_and_place(
    sealed: Sealed, sign_in: SignIn, counties: list[str]
) -> None:
    client = sign_in(Role.MANAGER, "P01")
    today = sealed.today()
    yellow = [line for line, score, _ in today if level_of(score) == "YELLOW"]
    assert shown(text(client, level="YELLOW")) == yellow[:40]
    assert shown(text(client, level="raised")) == [line for line, _, _ in today if line in sealed.raised]
    inside = set(Node.objects.filter(path__contains=f"/{counties[1]}/").values_list("code", flat=True))
    own = [line for line, _, _ in today if sealed.unit[line] in inside]
    page = text(client, place=counties[1])
    assert shown(page) == own[:40]
    assert f'data-lines="{len(own)}"' in page
    unit = sealed.unit[own[0]]
    assert shown(text(client, place=unit)) == [line for line in own if sealed.unit[line] == unit][:40]


def test_a_unit_sees_its_own_lines_alone_and_no_number_in_full(
    sealed: Sealed, home: Store, sign_in: SignIn, counties: list[str]
) -> None:
    unit = sealed.unit[sealed.today()[0][0]]
    own = [line for line, _, _ in sealed.today() if sealed.unit[line] == unit]
    # Another county's code opens nothing.
    other = next(code for code in counties if f"/{code}/" not in Node.objects.get(code=unit).path)
    for asked in ({}, {"place": other}):
        assert shown(text(sign_in(Role.TEAM_LEADER, unit), **asked)) == own[:40]
    page = text(sign_in(Role.AUDITOR, "P01"))
    numbers = {
        row["msisdn"]
        for each in home.partitions(IDENTITY)
        for row in home.rows("SELECT msisdn FROM i WHERE msisdn IS NOT NULL", inputs={"i": each})
    }
    assert not any(number in page for number in numbers)
    assert re.search(r">\d{3}\*{4}\d{4}<", page)
    assert sign_in(Role.AGENT, "P01").get(reverse("warnings")).status_code == 403


def test_precision_and_recall_beside_a_random_choice(sealed: Sealed, home: Store, sign_in: SignIn) -> None:
    later = {row["subscriber_id"]: row for row in rows_of(home, SUBSCRIBER_MONTH, FEBRUARY)}
    came = []
    for line, (score, _) in sealed.then.items():
        then = later.get(line)
        if then is None:
            continue
        gone = then["service_status"] == "EXITED"
        if gone and (
            then["exit_type"] not in ("PORTED_OUT", "CANCELLED", "UNLISTED")
            or then["exit_date"] <= DECEMBER.last
        ):
            continue
        came.append((level_of(score), gone, gone and then["exit_date"] <= DECEMBER.last + timedelta(days=7)))
    left = sum(gone for _, gone, _ in came)
    assert left > 10
    page = text(sign_in(Role.COUNTY_MANAGER, Node.objects.filter(level="COUNTY")[0].code))
    for level in EDGES:
        mine = [(gone, soon) for each, gone, soon in came if each == level]
        row = re.findall(rf'data-hit="{level}">(.*?)</tr>', page, re.DOTALL)[0]
        figures = re.findall(r"tabular-nums[^>]*>([^<]+)</td>", row)
        assert figures == [
            f"{len(mine):,}",
            f"{sum(gone for gone, _ in mine):,}",
            f"{100 * sum(gone for gone, _ in mine) / len(mine):.1f} %",
            f"{100 * left / len(came):.1f} %",
            f"{100 * sum(gone for gone, _ in mine) / left:.1f} %",
            f"{100 * len(mine) / len(came):.1f} %",
            f"{100 * sum(soon for _, soon in mine) / len(mine):.1f} %",
        ]
        per = 100 * sum(gone for gone, _ in mine) / len(mine)
        assert f"每 100 户里 {per:.1f} 户在 2 个月内主动离网" in page
    row = re.findall(r'data-event="PORT_OUT_QUERY">(.*?)</tr>', page, re.DOTALL)[0]
    assert re.findall(r"tabular-nums[^>]*>([^<]+)</td>", row) == ["200", "45.0 %", "0.5 %"]
    assert "调高" in row
    assert "不调等级" in re.findall(r'data-event="COMPLAINT">(.*?)</tr>', page, re.DOTALL)[0]


def test_the_export_holds_what_the_page_shows_and_is_noted(sealed: Sealed, sign_in: SignIn) -> None:
    unit = sealed.unit[sealed.today()[0][0]]
    own = [(line, score) for line, score, _ in sealed.today() if sealed.unit[line] == unit]
    client = sign_in(Role.TEAM_LEADER, unit)
    response = client.post(reverse("warnings_export"), {"month": "2025-02"})
    assert response.status_code == 200
    with load_workbook(BytesIO(response.content)) as book:
        cells = book.get_sheet_by_index(0).to_python()
    rows = [row for row in cells if str(row[0]).isdecimal()]
    assert [(int(str(row[0])), row[3]) for row in rows] == own
    assert all(not row[1] or "****" in str(row[1]) for row in rows)
    entry = AuditEntry.objects.get(act="evidence.export")
    assert f'"rows":{len(own)}' in str(entry.detail).replace(" ", "").replace("'", '"')
    assert sign_in(Role.AGENT, "P01").post(reverse("warnings_export")).status_code == 403
    assert AuditEntry.objects.filter(act="evidence.export").count() == 1


def test_without_scores_the_page_says_what_to_do(home: Store, sign_in: SignIn) -> None:
    page = text(sign_in(Role.MANAGER, "P01"))
    assert "data-missing" in page
    assert "还没有离网风险评分" in page
