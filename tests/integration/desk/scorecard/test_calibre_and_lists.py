"""Behind a figure: its calibre and why others differ; the subscribers, masked, within the territory; exports."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from weixi.desk.audit.models import AuditEntry
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Held, Role, Sight, sight
from weixi.desk.scorecard.operations.workbook import Sheet, workbook
from weixi.desk.scorecard.queries.calibre import calibre_panel, difference
from weixi.desk.scorecard.queries.misses import miss_page
from weixi.engine import Store
from weixi.flow.assessment import (
    CALIBRES,
    KPI,
    Grain,
    explain,
    explain_subscribers,
    find_calibre,
    list_misses,
    read_report,
    show,
)
from weixi.flow.book import IDENTITY
from weixi.flow.decision import PLAN
from weixi.flow.outcome import OUTCOME
from weixi.kernel.ids import mask_number
from weixi.kernel.period import Month
from weixi.kernel.terms import ExitType, OrgLevel

SignIn = Callable[[Role, str], Client]
FEBRUARY = Month.of(2025, 2)
KPIS = ("warning_task_completion_rate", "dynamic_retention_rate", "churn_rate")


def whole() -> Sight:
    return sight(1, "", [Held(Role.MANAGER, "P01/")])


def codes(level: OrgLevel) -> list[str]:
    return list(Node.objects.filter(level=level).order_by("code").values_list("code", flat=True))


def path(code: str) -> str:
    return Node.objects.get(code=code).path


def numbers(store: Store) -> set[str]:
    rows = store.rows(
        "SELECT DISTINCT msisdn FROM identity WHERE msisdn IS NOT NULL",
        inputs={"identity": store.partitions(IDENTITY)},
    )
    return {row["msisdn"] for row in rows}


@pytest.mark.req("K1")
def test_the_panel_says_what_a_figure_counts_and_where_it_comes_from(figures: Store, sign_in: SignIn) -> None:
    county = codes(OrgLevel.COUNTY)[0]
    manager = sign_in(Role.COUNTY_MANAGER, county)
    report = read_report(figures, FEBRUARY, OrgLevel.COUNTY)
    seal = figures.require(KPI, month=FEBRUARY.number).manifest.seal
    for calibre in CALIBRES:
        page = manager.get(
            reverse("cockpit_calibre", kwargs={"code": county}), {"calibre": calibre.id}
        ).content.decode()
        assert calibre.numerator_text.zh in page.replace("&#x27;", "'")
        assert seal is not None
        assert seal in page
        value = report.values.get((calibre.id, county))
        if value is not None and calibre.id not in report.not_computable:
            assert show(value.rate) in page
            for other in CALIBRES:
                if other.kpi == calibre.kpi and other.id != calibre.id:
                    assert f'data-other="{other.id}"' in page


def test_the_other_calibres_stand_beside_with_what_they_are_apart(figures: Store) -> None:
    report = read_report(figures, FEBRUARY, OrgLevel.COUNTY)
    county = codes(OrgLevel.COUNTY)[0]
    panel = calibre_panel(seen=whole(), code=county, name="churn_rate.gross")
    own = report.values["churn_rate.gross@1", county].rate
    assert own is not None
    assert panel.is_assessed
    for month, value in panel.history:
        assert value == read_report(figures, month, OrgLevel.COUNTY).values["churn_rate.gross@1", county]
    assert [month for month, _ in panel.history] == [FEBRUARY.plus(-1), FEBRUARY]
    for other in panel.others:
        value = report.values.get((other.calibre.id, county))
        if value is not None and value.rate is not None:
            assert other.apart == value.rate - own


@pytest.mark.parametrize("grain", list(Grain))
def test_the_steps_between_two_calibres_sum_to_their_difference(figures: Store, grain: Grain) -> None:
    county = codes(OrgLevel.COUNTY)[0]
    names = ("churn_rate.net_billed", "churn_rate.gross")
    if grain is Grain.TASK:
        names = ("warning_task_completion_rate.retained", "warning_task_completion_rate.verified")
    found = difference(code=county, first=names[0], second=names[1])
    assert sum((step.contribution for step in found.steps), Fraction(0)) == found.apart
    assert found.steps[-1].running == (found.rates[0] or 0)
    first, second = (find_calibre(name) for name in names)
    truth = explain(figures, FEBRUARY, first, second, county)
    assert found.rates == truth.rates
    assert sum(step.rows for step in found.steps) + found.alike == sum(part.rows for part in truth.parts)
    by_line = explain_subscribers(figures, FEBRUARY, first, second, county)
    assert by_line.difference == found.apart == by_line.summed


def test_a_difference_that_cannot_be_told_is_said(figures: Store, sign_in: SignIn) -> None:
    manager = sign_in(Role.MANAGER, "P01")
    address = reverse("cockpit_difference", kwargs={"code": "P01"})
    for asked in (
        {"first": "churn_rate.gross", "second": "churn_rate.gross"},
        {"first": "churn_rate.gross", "second": "nothing"},
        {"first": "churn_rate.gross", "second": "warning_task_completion_rate.verified"},
    ):
        page = manager.get(address, asked)
        assert page.status_code == 200
        assert "data-fault" in page.content.decode()


@pytest.mark.req("K2", "K3", "K4")
@pytest.mark.parametrize("kpi", KPIS)
def test_the_list_is_the_one_that_the_assessment_makes(figures: Store, kpi: str) -> None:
    for code in ("P01", *codes(OrgLevel.COUNTY), *codes(OrgLevel.UNIT)[:2], *codes(OrgLevel.OWNER)[:2]):
        page = miss_page(territory=("P01/",), code=code, kpi=kpi, size=100_000)
        truth = list_misses(figures, FEBRUARY, page.calibre, code)
        assert page.total == len(truth.listing) == len(page.rows)
        assert [row.subscriber_id for row in page.rows] == truth.listing.table["subscriber_id"].to_pylist()
        assert {reason.code: reason.count for reason in page.reasons} == truth.by_reason
        assert page.elsewhere == 0


def test_pages_of_a_list_follow_without_gap(figures: Store) -> None:
    asked = {"territory": ("P01/",), "code": "P01", "kpi": "churn_rate"}
    all_rows = miss_page(**asked, size=100_000).rows
    found, after = [], 0
    while after is not None:
        page = miss_page(**asked, after=after, size=7)
        found += page.rows
        after = page.after
    assert tuple(found) == all_rows
    reason = page.reasons[-1]
    only = miss_page(**asked, reason=reason.code, size=100_000)
    assert only.total == reason.count
    assert {row.reason for row in only.rows} == {reason.text}


def test_the_way_down_ends_at_the_subscriber_masked(figures: Store, sign_in: SignIn) -> None:
    manager = sign_in(Role.MANAGER, "P01")
    code, way = "P01", []
    while True:
        page = manager.get(reverse("cockpit_node", kwargs={"code": code})).content.decode()
        below = re.findall(r'<tr data-node="([^"]+)">\s*<td class="whitespace-nowrap"><a', page)
        if not below:
            break
        code = below[0]
        way.append(code)
    assert [Node.objects.get(code=each).level for each in way] == ["CITY", "COUNTY", "UNIT", "OWNER"]
    known = numbers(figures)
    seen = 0
    for kpi in KPIS:
        waiting = manager.get(reverse("misses", kwargs={"code": code}), {"kpi": kpi})
        address = reverse("misses", kwargs={"code": code})
        listed = manager.get(address, {"kpi": kpi}, headers={"HX-Request": "true"}).content.decode()
        assert waiting.status_code == 200
        for subscriber in re.findall(r'data-subscriber="(\d+)"', listed):
            asked = f"?miss={kpi}&amp;month=2025-02"
            assert f'href="/customers/{subscriber}/{asked}"' in listed
            seen += 1
        assert not [number for number in known if number in listed]
        shown = set(re.findall(r"\d{3}\*{4}\d{4}", listed))
        assert shown <= {mask_number(number) for number in known}
    assert seen > 0


def test_a_row_leads_to_the_story_of_that_miss(figures: Store, sign_in: SignIn) -> None:
    manager = sign_in(Role.MANAGER, "P01")
    kpi = KPIS[0]
    listed = list_misses(figures, FEBRUARY, find_calibre(f"{kpi}.verified")).listing
    outcomes = {
        row["task_id"]: row
        for row in figures.rows(
            "SELECT task_id, is_contacted, is_handled FROM outcome",
            inputs={"outcome": figures.partitions(OUTCOME)},
        )
    }
    plan = figures.require(PLAN, month=FEBRUARY.number)
    plans = {
        row["task_id"]: row
        for row in figures.rows("SELECT task_id, task_date FROM plan", inputs={"plan": plan})
    }
    told = {}
    for row in listed.table.to_pylist():
        told.setdefault(row["reason"], row)
    for reason, row in told.items():
        asked = {"miss": kpi, "month": "2025-02"}
        page = manager.get(f"/customers/{row['subscriber_id']}/", asked).content.decode()
        part = f"/customers/{row['subscriber_id']}/miss/?miss={kpi}&amp;month=2025-02"
        assert f'hx-get="{part}"' in page
        said = manager.get(part.replace("&amp;", "&")).content.decode()
        assert f'data-missed="{row["row_id"]}" data-month="2025-02"' in said
        assert listed.words["reason"][reason].zh in said
        assert plans[row["row_id"]]["task_date"].isoformat() in said
        assert "窗口内数据没有达成" in said
        outcome = outcomes[row["row_id"]]
        touched = outcome["is_contacted"] or outcome["is_handled"]
        assert ("没有任何接触或办理记录" in said) is (not touched)
    assert "NOT_CONTACTED" in told
    plain = manager.get(f"/customers/{row['subscriber_id']}/").content.decode()
    assert "/miss/" not in plain


def test_the_story_of_a_miss_of_a_line_and_of_no_miss(figures: Store, sign_in: SignIn) -> None:
    manager = sign_in(Role.MANAGER, "P01")
    listed = list_misses(figures, FEBRUARY, find_calibre("churn_rate.gross")).listing.table.to_pylist()
    gone = listed[0]
    asked = {"miss": "churn_rate", "month": "2025-02"}
    said = manager.get(f"/customers/{gone['subscriber_id']}/miss/", asked).content.decode()
    assert f"离网：{ExitType(gone['reason']).text.zh}" in said
    assert "基期" in said
    everybody = {row["subscriber_id"] for row in listed}
    stayed = next(
        row["subscriber_id"]
        for row in list_misses(
            figures, FEBRUARY, find_calibre(f"{KPIS[0]}.verified")
        ).listing.table.to_pylist()
        if row["subscriber_id"] not in everybody
    )
    assert "清单里没有这位客户" in manager.get(f"/customers/{stayed}/miss/", asked).content.decode()
    wrong = manager.get(f"/customers/{stayed}/miss/", {"miss": "nothing", "month": "2025-02"})
    assert "notice-error" in wrong.content.decode()
    other = sign_in(Role.COUNTY_MANAGER, codes(OrgLevel.COUNTY)[-1])
    here = path(codes(OrgLevel.COUNTY)[-1])
    elsewhere = next(row for row in listed if not path(row["node_code"]).startswith(here))
    assert other.get(f"/customers/{elsewhere['subscriber_id']}/miss/", asked).status_code == 404


def test_a_slow_list_is_announced_and_then_at_hand(own_figures: Store, sign_in: SignIn) -> None:
    manager = sign_in(Role.MANAGER, "P01")
    address = reverse("misses", kwargs={"code": "P01"})
    assert "data-fault" in manager.get(address, {"month": "2031-05"}).content.decode()
    announced = manager.get(address).content.decode()
    assert "正在逐户核对" in announced
    assert f'href="{address}?now=1"' in announced
    assert (
        f'href="{address}?kpi=churn_rate&amp;now=1"'
        in manager.get(f"{address}?kpi=churn_rate").content.decode()
    )
    assert "data-misses" in manager.get(address, {"now": "1"}).content.decode()
    assert "data-misses" in manager.get(address).content.decode()


def test_a_row_leads_to_an_appeal_where_one_may_be_filed(figures: Store, sign_in: SignIn) -> None:
    county = codes(OrgLevel.COUNTY)[0]
    asked = {"kpi": "churn_rate", "month": "2025-02", "now": "1"}
    address = reverse("misses", kwargs={"code": county})
    first = miss_page(territory=("P01/",), code=county, kpi="churn_rate").rows[0]
    appeal = f"/appeals/{county}/?month=2025-02&amp;subscriber={first.subscriber_id}#file"
    for role, may in ((Role.COUNTY_MANAGER, True), (Role.MANAGER, False), (Role.AUDITOR, False)):
        page = sign_in(role, county).get(address, asked).content.decode()
        assert f'data-subscriber="{first.subscriber_id}"' in page
        assert (appeal in page) is ("data-appeal" in page) is may


def test_a_unit_that_moved_away_takes_its_list_with_it(figures: Store, sign_in: SignIn) -> None:
    own, other = codes(OrgLevel.COUNTY)[:2]
    asked = {"code": own, "kpi": "churn_rate", "size": 100_000}
    before = miss_page(**asked, territory=(path(own),))
    unit = Node.objects.filter(parent__code=own).order_by("code")[0]
    gone = [row for row in before.rows if row.node == unit.name or _is_under(row.node, unit)]
    for node in Node.objects.filter(path__startswith=unit.path):
        node.path = node.path.replace(path(own), path(other), 1)
        node.save()
    after = miss_page(**asked, territory=(path(own),))
    assert after.elsewhere == len(gone) > 0
    assert after.total == before.total - len(gone)
    assert not {row.node for row in after.rows} & {row.node for row in gone}
    page = sign_in(Role.COUNTY_MANAGER, own).get(
        reverse("misses", kwargs={"code": own}), {"kpi": "churn_rate", "now": "1"}
    )
    assert "现已划归您辖区以外的单位" in page.content.decode()
    city = miss_page(**asked, territory=("P01/",))
    assert city.elsewhere == 0


def _is_under(name: str, unit: Node) -> bool:
    return Node.objects.filter(path__startswith=unit.path, name=name).exists()


def opened(client: Client, code: str, **asked: str) -> tuple[CalamineWorkbook, str]:
    response = client.post(reverse("cockpit_export", kwargs={"code": code}), asked)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    return CalamineWorkbook.from_filelike(BytesIO(response.content)), response.headers["Content-Disposition"]


def head_of(rows: list[list[object]], first: str) -> int:
    return next(at for at, row in enumerate(rows) if row[0] == first)


@pytest.mark.req("K1")
def test_the_cockpit_leaves_as_a_workbook_of_numbers(figures: Store, sign_in: SignIn) -> None:
    county = codes(OrgLevel.COUNTY)[0]
    book, _ = opened(sign_in(Role.COUNTY_MANAGER, county), county, what="cockpit", month="2025-02")
    assert book.sheet_names == ["考核表", "下级", "走势", "口径"]
    rows = book.get_sheet_by_name("考核表").to_python()
    head = head_of(rows, "单位")
    report = read_report(figures, FEBRUARY, OrgLevel.COUNTY)
    for row, kpi in zip(rows[head + 1 :], report.targets, strict=True):
        said = dict(zip(rows[head], row, strict=True))
        score = report.scores[kpi, county]
        assert said["分子"] == score.value.numerator
        assert said["分母"] == score.value.denominator
        assert said["值"] == pytest.approx(float(score.value.rate or 0))
        assert said["目标"] == pytest.approx(score.target_rate)
    assert "2025-02-28" in str(rows[1][0])
    assert any("导出" in str(row[0]) and "county_manager" in str(row[0]) for row in rows[:head])
    calibres = book.get_sheet_by_name("口径").to_python()
    assert len(calibres) - head_of(calibres, "口径") - 1 == len(CALIBRES)
    entry = AuditEntry.objects.get(act="scorecard.export")
    detail = json.loads(entry.detail)
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    firsts = ("单位", "单位", "月份", "口径")
    assert detail["rows"] == sum(
        len(rows) - head_of(rows, first) - 1 for rows, first in zip(sheets, firsts, strict=True)
    )
    assert (detail["what"], detail["month"], entry.path) == ("cockpit", "2025-02", path(county))


def test_a_list_leaves_masked_and_counted(figures: Store, sign_in: SignIn) -> None:
    county = codes(OrgLevel.COUNTY)[0]
    manager = sign_in(Role.COUNTY_MANAGER, county)
    for kpi in KPIS:
        book, _ = opened(manager, county, what="misses", kpi=kpi)
        rows = book.get_sheet_by_index(0).to_python()
        calibre = find_calibre("", kpi)
        head = head_of(rows, "编号" if calibre.grain is Grain.TASK else "用户编号")
        found = [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]
        truth = list_misses(figures, FEBRUARY, calibre, county).listing.table.to_pylist()
        assert [int(str(row["用户编号"])) for row in found] == [row["subscriber_id"] for row in truth]
        assert [row["号码（脱敏）"] for row in found] == [
            mask_number(row["msisdn"]) if row["msisdn"] else "" for row in truth
        ]
        if calibre.grain is Grain.LINE:
            bills = [round(float(str(row["本月出账"])) * 100) for row in found]
            assert bills == [row["bill_fen"] for row in truth]
        entry = AuditEntry.objects.filter(act="scorecard.export").order_by("-number")[0]
        assert json.loads(entry.detail)["rows"] == len(truth)


def test_the_league_leaves_in_the_language_of_the_page(figures: Store, sign_in: SignIn) -> None:
    manager = sign_in(Role.MANAGER, "P01")
    manager.post("/language/", {"language": "en", "next": "/"})
    book, named = opened(manager, "P01", what="league", kpi="churn_rate")
    assert book.sheet_names == ["league"]
    rows = book.get_sheet_by_index(0).to_python()
    head = head_of(rows, "unit")
    assert len(rows) - head - 1 == len(codes(OrgLevel.COUNTY))
    assert not [cell for row in rows[1:head] for cell in row if "指标" in str(cell)]
    assert "filename*=UTF-8''" in named


def test_the_list_between_two_calibres_sums_to_their_difference(figures: Store, sign_in: SignIn) -> None:
    county = codes(OrgLevel.COUNTY)[0]
    manager = sign_in(Role.COUNTY_MANAGER, county)
    names = ("churn_rate.net_billed@1", "churn_rate.gross@1")
    book, _ = opened(manager, county, what="difference", first=names[0], second=names[1])
    rows = book.get_sheet_by_index(0).to_python()
    head = head_of(rows, "编号")
    first, second = (find_calibre(name) for name in names)
    truth = explain_subscribers(figures, FEBRUARY, first, second, county)
    shares = rows[head].index("贡献（份）")
    assert sum(int(row[shares]) for row in rows[head + 1 :]) == truth.difference * truth.over
    assert len(rows) - head - 1 == len(truth.listing)
    known = numbers(figures)
    assert not [row for row in rows if any(str(cell) in known for cell in row)]
    detail = json.loads(AuditEntry.objects.get(act="scorecard.export").detail)
    assert detail["rows"] == len(truth.listing)
    assert names[0] in detail["kpi"]


def test_an_export_that_cannot_be_made_leaves_nothing(figures: Store, sign_in: SignIn, now: datetime) -> None:
    manager = sign_in(Role.MANAGER, "P01")
    before = AuditEntry.objects.count()
    for asked in (
        {"what": "everything"},
        {"what": "misses", "kpi": "nothing"},
        {"what": "cockpit", "month": "x"},
    ):
        response = manager.post(reverse("cockpit_export", kwargs={"code": "P01"}), asked)
        assert response.status_code == 302
        assert "data-cockpit" in manager.get(response.headers["Location"]).content.decode()
    assert AuditEntry.objects.count() == before


def test_no_text_of_a_workbook_is_run() -> None:
    evil = ('=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "http://example.org", "12345")
    content = workbook([Sheet("a", "=1+1", ("=2+2",), ("=3",), [[text, 7, Fraction(1, 3)] for text in evil])])
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert [row[0] for row in rows[4:]] == list(evil)
    assert [row[1] for row in rows[4:]] == [7.0] * len(evil)
    assert b"<f>" not in content
