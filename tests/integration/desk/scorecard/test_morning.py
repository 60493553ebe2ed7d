"""The morning's page and picture, and the lists behind its figures, beside the flow's own answers."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from python_calamine import CalamineWorkbook

from handmade.desk import D1, D2, U11, W111, W112, C, grow, person
from handmade.dispatch import MONTH as PLAN_OF
from handmade.dispatch import NODES, row
from handmade.tables import put, put_tree
from weixi.desk.audit.models import AuditEntry
from weixi.desk.base import book
from weixi.desk.dispatch.models import Task
from weixi.desk.dispatch.queries.team import Wanted, task_list
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Held, Role, sight
from weixi.desk.scorecard.queries.month import choose_month
from weixi.desk.scorecard.queries.morning import morning, today_of
from weixi.desk.scorecard.queries.morning_day import day_figures, last_day
from weixi.desk.scorecard.queries.near import near_counts, near_of, near_page
from weixi.desk.scorecard.views.glyphs import drawable
from weixi.desk.scorecard.views.morning_text import PictureText
from weixi.flow.assessment import list_near, read_report
from weixi.flow.decision import PLAN
from weixi.flow.outcome import DAY_CLOSING
from weixi.kernel.language import Language
from weixi.kernel.terms import OrgLevel

from .conftest import MONTH, SignIn

WHOLE = ("P01/",)
RETENTION, CHURN = "dynamic_retention_rate", "churn_rate"
TASKS = "warning_task_completion_rate"
TEN_AM = datetime(2025, 3, 4, 2, 0, tzinfo=UTC)
"""Within the month of the plan that the desk of these tests works on."""


@pytest.mark.req("X7")
def test_the_lights_are_the_scorecards(demo_desk: Path, counties: list[str]) -> None:
    report = read_report(book.store(), MONTH, OrgLevel.COUNTY)
    for code in [report.top, *counties]:
        at = morning(code=code, month="", territory=("P01/",), now=TEN_AM)
        assert at.month == MONTH
        assert {each.kpi for each in at.lights} == set(report.targets)
        for each in at.lights:
            score = report.scores[each.kpi, code]
            assert (each.numerator, each.denominator) == (score.value.numerator, score.value.denominator)
            assert (each.gap, each.light) == (score.gap_count, score.light)
            assert each.last_month == score.last_month
            assert f"{score.gap_count:,}" in each.needed.zh or not score.gap_count


@pytest.mark.req("X7")
def test_the_tasks_by_owner_are_those_of_the_unit(demo_desk: Path, counties: list[str]) -> None:
    for code in counties:
        path = Node.objects.get(code=code).path
        at = morning(code=code, month="", territory=(path,), now=TEN_AM)
        mine = [task for task in Task.objects.all() if task.path.startswith(path) and task.is_open]
        assert len(mine) > 5
        late = [task for task in mine if task.due_at < TEN_AM]
        ends = datetime(2025, 3, 4, 16, 0, tzinfo=UTC)
        due = [task for task in mine if TEN_AM <= task.due_at < ends]
        assert (at.total.open_count, at.total.overdue_count, at.total.due_count) == (
            len(mine),
            len(late),
            len(due),
        )
        by_owner = {line.code: line.open_count for line in at.lines if line.code}
        for owner, count in by_owner.items():
            assert count == sum(task.owner_code == owner for task in mine)
        assert at.day is None
        assert all(line.verified_count is None for line in at.lines)
    city = Node.objects.get(code=counties[0]).parent
    assert city is not None
    above = morning(code=city.code, month="", territory=("P01/",), now=TEN_AM)
    below = [each for each in counties if Node.objects.get(code=each).parent_id == city.id]
    assert [line.code for line in above.lines] == sorted(below) or set(below) == {
        line.code for line in above.lines
    }
    assert above.total.open_count == Task.objects.filter(path__startswith=city.path, is_open=True).count()


@pytest.mark.req("X7")
def test_the_page_and_the_picture_of_a_county(
    demo_desk: Path, counties: list[str], sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(Role.COUNTY_MANAGER, counties[0])
    with django_assert_max_num_queries(12):
        page = client.get(f"/morning/{counties[0]}/")
    at = morning(code=counties[0], month="", territory=("P01/",), now=timezone.now())
    text = page.content.decode()
    for each in at.lights:
        assert each.needed.zh in text
    assert "没有日更数据，本月至今不可算" in text
    today = client.get(f"/morning/{counties[0]}/today/").content.decode()
    assert all(each.zh in today for each in today_of(at, WHOLE).sentences)
    first = client.get(f"/morning/{counties[0]}/picture.png")
    assert first.headers["Content-Type"] == "image/png"
    image = Image.open(io.BytesIO(first.content))
    assert image.size[0] == 1080
    assert image.size[1] > 700
    colours = image.convert("RGB").getcolors(1 << 24) or []
    assert len(colours) > 50
    assert max(count for count, _ in colours) < 0.8 * image.size[0] * image.size[1]
    assert client.get(f"/morning/{counties[0]}/picture.png").content == first.content
    other = sign_in(Role.COUNTY_MANAGER, counties[1])
    assert other.get(f"/morning/{counties[0]}/picture.png").status_code == 404
    english = client.get(f"/morning/{counties[0]}/", headers={"accept-language": "en"}).content.decode()
    assert "What to do today" in english


def test_the_counts_of_the_morning_lead_to_those_tasks(
    demo_desk: Path, counties: list[str], sign_in: SignIn
) -> None:
    client = sign_in(Role.COUNTY_MANAGER, counties[0])
    page = client.get(f"/morning/{counties[0]}/").content.decode()
    at = morning(code=counties[0], month="", territory=("P01/",), now=timezone.now())
    line = max((line for line in at.lines if line.code), key=lambda line: line.open_count)
    row = page.partition(f'data-owner="{line.code}"')[2].partition("</tr>")[0]
    addresses = [unescape(each) for each in re.findall(r'href="([^"]+)"', row)]
    late = [each for each in addresses if "overdue=1" in each]
    assert len(late) == (1 if line.overdue_count else 0)
    [address] = [each for each in addresses if "overdue=1" not in each]
    assert address == f"/tasks/?unit={line.place_code}&owner={line.code}"
    seen = sight(1, "", [Held(Role.COUNTY_MANAGER, Node.objects.get(code=counties[0]).path)])
    wanted = Wanted(unit=line.place_code, owner=line.code)
    listed = task_list(seen, wanted, now=timezone.now(), limit=10_000)
    assert len(listed.rows) == line.open_count
    late_ones = task_list(
        seen, Wanted(unit=line.place_code, owner=line.code, is_overdue=True), now=timezone.now(), limit=10_000
    )
    assert len(late_ones.rows) == line.overdue_count
    whole = page.partition("data-total")[2].partition("</tr>")[0]
    assert f'href="/tasks/?unit={counties[0]}"' in whole
    pools = page.split('data-owner=""')[1:]
    assert all("/tasks/" not in pool.partition("</tr>")[0] for pool in pools)


def test_calibres_are_named_and_their_ids_are_the_panels(
    demo_desk: Path, counties: list[str], sign_in: SignIn
) -> None:
    client = sign_in(Role.MANAGER, "P01")
    for name in ("morning", "misses", "official", "targets", "near"):
        page = client.get(reverse(name, kwargs={"code": counties[0]}), {"now": "1"}).content.decode()
        said = re.sub(r"<[^>]+>", " ", page)
        assert not re.findall(r"[a-z_]+\.[a-z_0-9]+@\d", said), name
    at = morning(code=counties[0], month="", territory=("P01/",), now=TEN_AM)
    assert "@1" not in repr(PictureText.of(at, today_of(at, WHOLE), Language.ZH))
    panel = client.get(reverse("cockpit_calibre", kwargs={"code": counties[0]})).content.decode()
    assert "dynamic_retention_rate.existing@1<" in panel


def test_the_picture_names_no_customer(demo_desk: Path, counties: list[str]) -> None:
    at = morning(code=counties[0], month="", territory=("P01/",), now=TEN_AM)
    for language in Language:
        said = repr(PictureText.of(at, today_of(at, WHOLE), language))
        assert not re.search(r"\d{11}|\*{4}", said)
        assert at.place.name in said


def test_what_the_font_lacks_is_a_box_and_never_left_out() -> None:
    assert drawable("王𠮷 −3") == "王□ -3"
    assert drawable("临江县 97.50 %") == "临江县 97.50 %"


@pytest.mark.req("X8")
@pytest.mark.parametrize("kpi", [RETENTION, CHURN, TASKS])
def test_edge_cases_are_the_flows_county_by_county(demo_desk: Path, counties: list[str], kpi: str) -> None:
    store, choice = book.store(), choose_month(str(MONTH))
    met = 0
    for code in counties:
        near = list_near(store, MONTH, kpi, OrgLevel.COUNTY, code)
        gap = next(node for node in near.nodes if node.node_code == code)
        page = near_page(choice, kpi, code, WHOLE)
        assert page is not None
        assert (page.short_count, page.risk_count) == (gap.short_count, gap.risk_count)
        assert (page.figure.room, page.figure.gap) == (gap.room, gap.gap_count)
        ids = near.listing.table["row_id"].to_pylist()
        assert {each.row_id for each in near_of(choice, kpi, code, WHOLE, ids)} == set(ids)
        assert [each.row_id for each in page.rows] == ids[:50]
        assert page.move is not None
        assert page.move * page.figure.denominator == 1
        met += len(ids)
    assert met == len(list_near(store, MONTH, kpi, OrgLevel.COUNTY).listing)
    top = read_report(store, MONTH, OrgLevel.PROVINCE).top
    count = next(each for each in near_counts(choice, top, WHOLE) if each.kpi == kpi)
    assert count.short_count + count.risk_count == met


@pytest.mark.req("X8")
def test_edge_cases_leave_as_a_workbook_masked_and_counted(
    demo_desk: Path, counties: list[str], sign_in: SignIn
) -> None:
    client = sign_in(Role.COUNTY_MANAGER, counties[0])
    truth = list_near(book.store(), MONTH, RETENTION, OrgLevel.COUNTY, counties[0]).listing
    asked = {"what": "near", "kpi": RETENTION, "month": str(MONTH)}
    answer = client.post(f"/cockpit/{counties[0]}/export/", asked)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    head = next(at for at, row in enumerate(rows) if row[0] == "用户编号")
    assert [each[0] for each in rows[head + 1 :]] == truth.table["row_id"].to_pylist()
    amounts = [round(float(str(each[7])) * 100) for each in rows[head + 1 :]]
    assert (rows[head][7], amounts) == ("金额", truth.table["amount_fen"].to_pylist())
    assert not [each for each in rows if re.search(r"(?<!\d)1\d{10}(?!\d)", str(each[1]))]
    entry = AuditEntry.objects.get(act="scorecard.export")
    assert f'"rows":{len(truth)}' in entry.detail
    assert client.post(f"/cockpit/{counties[1]}/export/", asked).status_code == 404


def test_an_edge_case_is_named_by_its_number_alone(
    demo_desk: Path, counties: list[str], sign_in: SignIn
) -> None:
    client = sign_in(Role.COUNTY_MANAGER, counties[0])
    page = client.get(f"/near/{counties[0]}/", {"kpi": RETENTION, "month": str(MONTH)}).content.decode()
    rows = page.split("data-row=")[1:]
    assert rows
    for each in rows:
        said = re.sub(r"<[^>]+>", " ", each.partition("</li>")[0].partition(">")[2])
        name = re.findall(r'^"([^"]+)"', each)[0]
        assert not re.search(rf"(?<![\d*]){name}(?!\d)", said) or f"编号 {name}" in said


@pytest.mark.req("X8")
def test_who_moved_away_is_no_edge_case_here(demo_desk: Path, counties: list[str]) -> None:
    choice, (own, other) = choose_month(str(MONTH)), [Node.objects.get(code=code) for code in counties[:2]]
    before = near_page(choice, RETENTION, own.code, (own.path,))
    assert before is not None
    rows = list_near(book.store(), MONTH, RETENTION, OrgLevel.COUNTY, own.code).listing.table.to_pylist()
    paths = dict(Node.objects.values_list("code", "path"))
    unit = Node.objects.get(parent=own, code=paths[rows[0]["node_code"]].removeprefix(own.path).split("/")[0])
    gone = {row["row_id"] for row in rows if paths[row["node_code"]].startswith(unit.path)}
    for node in Node.objects.filter(path__startswith=unit.path):
        node.path = node.path.replace(own.path, other.path, 1)
        node.save()
    after = near_page(choice, RETENTION, own.code, (own.path,))
    assert after is not None
    assert after.elsewhere == len(gone) > 0
    assert after.short_count + after.risk_count + after.elsewhere == before.short_count + before.risk_count
    ids = [row["row_id"] for row in rows]
    assert {row.row_id for row in near_of(choice, RETENTION, own.code, (own.path,), ids)} == set(ids) - gone
    assert not near_of(choice, RETENTION, own.code, (own.path,), sorted(gone))


@pytest.mark.req("X8")
def test_edge_cases_are_dispatched_once_and_each_ones_fate_is_told(
    demo_desk: Path, counties: list[str], sign_in: SignIn
) -> None:
    code, other = counties[:2]
    choice = choose_month(str(MONTH))
    client = sign_in(Role.COUNTY_MANAGER, code)
    mine = near_page(choice, RETENTION, code, WHOLE)
    theirs = near_page(choice, RETENTION, other, WHOLE)
    assert mine is not None
    assert theirs is not None
    chosen = [each.row_id for each in mine.rows]
    body = {"kpi": RETENTION, "month": str(MONTH), "call_id": "one", "row": [*chosen, theirs.rows[0].row_id]}
    before = Task.objects.count()
    page = client.post(f"/near/{code}/dispatch/", body).content.decode()
    told = re.findall(r'data-became="(\w+)"', page)
    assert len(told) == len(chosen)
    assert Task.objects.count() == before + told.count("ADDED")
    assert told.count("ADDED") > 0
    made = Task.objects.filter(list__isnull=False)
    assert {task.subscriber_id for task in made} <= {each.subscriber_id for each in mine.rows}
    path = Node.objects.get(code=code).path
    assert all(task.path.startswith(path) and task.state == "ISSUED" for task in made)
    held = set(Task.objects.filter(is_holdout=True).values_list("household_key", flat=True))
    assert not held & {task.household_key for task in made}
    again = client.post(f"/near/{code}/dispatch/", body).content.decode()
    assert "没有重复派" in again
    assert Task.objects.count() == before + told.count("ADDED")
    fresh = client.post(f"/near/{code}/dispatch/", {**body, "call_id": "two"}).content.decode()
    assert "ADDED" not in re.findall(r'data-became="(\w+)"', fresh)
    empty = client.post(f"/near/{code}/dispatch/", {**body, "row": [], "call_id": "three"}).content.decode()
    assert 'data-fault="near.nobody"' in empty


@pytest.mark.req("X7")
def test_the_month_so_far_and_yesterdays_verified_come_from_the_daily_feed(
    db: None, tmp_path: Path, settings: Any, now: datetime
) -> None:
    settings.HOME = tmp_path
    store = book.store()
    grow(now)
    put_tree(store, PLAN_OF.plus(-1).number, NODES)
    rows = [row(n, path) for n, path in ((1, W111), (2, W111), (3, W112), (4, U11), (5, D1 + "U12/"))]
    rows += [row(6, W111, is_holdout=True), row(7, W111, withdrawn_rule="x"), row(8, W112, is_assessed=False)]
    put(store, PLAN, rows, seal=True, month=PLAN_OF.number)
    days = {
        date(2026, 3, 2): ((1, "CLOSED"), (3, "WITHDRAWN")),
        date(2026, 3, 3): ((2, "CLOSED"), (4, "CLOSED"), (6, "CLOSED"), (8, "CLOSED")),
    }
    for day, closed in days.items():
        put(
            store,
            DAY_CLOSING,
            [
                {
                    **{k: v for k, v in rows[n - 1].items() if k in DAY_CLOSING.types},
                    "state": state,
                    "evidence": "EVENT",
                }
                for n, state in closed
            ],
            month=PLAN_OF.number,
            day=day.isoformat(),
        )
    day = last_day(date(2026, 3, 5))
    assert day == date(2026, 3, 3)
    county = day_figures(day, "D1")
    assert (county.verified_count, county.counted_count) == (3, 4)
    assert county.verified == {("U11", "W111"): 1, ("U11", ""): 1, ("U11", "W112"): 1}
    unit = day_figures(day, "U12")
    assert (unit.verified_count, unit.counted_count, unit.verified) == (0, 1, {})
    assert day_figures(day, "D2").counted_count == 0
    assert day_figures(day - timedelta(days=1), "C01").verified == {("U11", "W111"): 1}


def test_without_figures_every_page_says_so(
    db: None, tmp_path: Path, settings: Any, now: datetime, sign_in: SignIn
) -> None:
    settings.HOME = tmp_path
    grow(now)
    client = sign_in(Role.COUNTY_MANAGER, "D1")
    for page in ("morning", "near", "misses", "official", "appeals"):
        assert "还没有任何月份的指标" in client.get(f"/{page}/D1/").content.decode()
    assert "还没有任何月份的指标下达表" in client.get("/targets/D1/").content.decode()
    assert client.get("/morning/D1/picture.png").status_code == 302
    assert client.get("/morning/").headers["Location"] == "/morning/D1/"
    assert client.get("/morning/D2/").status_code == 404
    person("both", (Role.MANAGER, D1), (Role.MANAGER, D2), since=timezone.localdate(), now=now)
    assert C in Node.objects.get(code="C01").path
