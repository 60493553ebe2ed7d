"""The cockpit says what the assessment computed, at every level, within each person's territory, quickly."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from weixi.desk.base import book
from weixi.desk.dispatch.models import FunnelTouch, Task
from weixi.desk.dispatch.operations.roll_up import roll_up
from weixi.desk.dispatch.queries.owner_steps import owner_steps
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Held, Role, Sight, sight
from weixi.desk.scorecard.queries.cockpit import cockpit
from weixi.desk.scorecard.queries.funnel import task_funnel
from weixi.desk.scorecard.queries.league import league_table
from weixi.engine import Store
from weixi.flow.assessment import (
    KPI,
    LINE_STATE,
    SCORECARD,
    build_league,
    build_scorecard,
    exact,
    find_calibre,
    read_report,
    show,
)
from weixi.kernel.period import SHANGHAI, Month
from weixi.kernel.terms import ExitType, Light, OrgLevel

JANUARY, FEBRUARY = Month.of(2025, 1), Month.of(2025, 2)
SignIn = Callable[[Role, str], Client]
KPIS = ("warning_task_completion_rate", "dynamic_retention_rate", "churn_rate")


def whole() -> Sight:
    return sight(1, "", [Held(Role.MANAGER, "P01/")])


def codes(level: OrgLevel) -> list[str]:
    return list(Node.objects.filter(level=level).order_by("code").values_list("code", flat=True))


def path(code: str) -> str:
    return Node.objects.get(code=code).path


def text(client: Client, name: str, code: str, **asked: str) -> str:
    response = client.get(reverse(name, kwargs={"code": code}), asked)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.req("K1", "K2", "K3", "K4")
@pytest.mark.parametrize("level", list(OrgLevel))
def test_every_figure_is_the_one_that_the_assessment_computed(figures: Store, level: OrgLevel) -> None:
    report = read_report(figures, FEBRUARY, level)
    before = read_report(figures, JANUARY, level)
    for code in codes(level)[:4]:
        page = cockpit(seen=whole(), code=code, path=path(code), month="2025-02")
        assert [figure.kpi for figure in page.figures] == list(report.targets)
        for figure in page.figures:
            score = report.scores[figure.kpi, code]
            assert (figure.numerator, figure.denominator) == (score.value.numerator, score.value.denominator)
            assert figure.rate == score.value.rate
            assert figure.target == exact(score.target_rate)
            assert (figure.gap, figure.light, figure.calibre.id) == (
                score.gap_count,
                score.light,
                score.value.calibre,
            )
            past = before.values.get((score.value.calibre, code))
            assert figure.last_month == score.last_month == (past.rate if past else None)
            assert figure.weight == report.targets[figure.kpi].weight
        for calibre, node in report.values:
            if node == code:
                assert page.branch.values[calibre] == report.values[calibre, node]
        steps = {(step.kpi, step.month): step for steps in page.course.values() for step in steps}
        for kpi in KPIS:
            assert steps[kpi, FEBRUARY].value == report.scores[kpi, code].value
            assert steps[kpi, JANUARY].value == before.scores[kpi, code].value


@pytest.mark.req("K5")
def test_the_levels_sum_up_on_the_way_down(figures: Store) -> None:
    for level in (OrgLevel.PROVINCE, OrgLevel.CITY, OrgLevel.COUNTY):
        for code in codes(level):
            page = cockpit(seen=whole(), code=code, path=path(code))
            assert page.below
            for at, figure in enumerate(page.figures):
                assert sum(line.figures[at].numerator for line in page.below) == figure.numerator
                assert sum(line.figures[at].denominator for line in page.below) == figure.denominator


def test_a_rank_is_among_the_units_beside(figures: Store) -> None:
    for parent in codes(OrgLevel.CITY):
        beside = Node.objects.filter(parent__code=parent).values_list("code", "path")
        pages = [cockpit(seen=whole(), code=code, path=path) for code, path in beside]
        assert len(pages) > 1
        for at, kpi in enumerate(KPIS):
            said = [page.figures[at] for page in pages]
            assert {figure.kpi for figure in said} == {kpi}
            floor = said[0].direction == "AT_LEAST"
            best_first = sorted(said, key=lambda figure: figure.rate or 0, reverse=floor)
            assert [figure.place for figure in best_first] == list(range(1, len(said) + 1))
            assert {figure.of for figure in said} == {len(said)}


@pytest.mark.req("K3", "K4")
def test_the_waterfall_closes_and_the_exits_sum_to_churn(figures: Store) -> None:
    for code in ("P01", *codes(OrgLevel.COUNTY), *codes(OrgLevel.OWNER)[:3]):
        page = cockpit(seen=whole(), code=code, path=path(code))
        fall = page.waterfall
        assert fall is not None
        parts = {part.code: part.count for part in fall.parts}
        assert fall.base - parts["exits"] - parts["fell"] + parts["rose"] == parts["existing"]
        assert sum(part.count for part in fall.exits) == parts["exits"]
        churn = next(figure for figure in page.figures if figure.kpi == "churn_rate")
        assert sum(share.count for share in page.exits) == churn.numerator
        assert {share.code for share in page.exits} == {kind.lower() for kind in ExitType}


@pytest.mark.req("K1", "K2", "K3", "K4")
def test_the_page_shows_the_figures_with_what_they_mean(figures: Store, sign_in: SignIn) -> None:
    county = codes(OrgLevel.COUNTY)[0]
    page = text(sign_in(Role.COUNTY_MANAGER, county), "cockpit_node", county, month="2025-02")
    report = read_report(figures, FEBRUARY, OrgLevel.COUNTY)
    for kpi in KPIS:
        score = report.scores[kpi, county]
        assert f'data-kpi="{kpi}" data-light="{score.light}"' in page
        assert f'data-gap="{score.gap_count}"' in page
        assert page.count(show(score.value.rate)) >= 2
        chart = json.loads(re.findall(rf'<script id="chart-trend-{kpi}"[^>]*>(.*?)</script>', page)[0])
        assert chart["months"] == ["2025-01", "2025-02"]
        assert chart["values"][-1] == round(float(score.value.rate or 0) * 100, 2)
    assert "截至 2025-02-28，基期 2024-12 月末" in page
    assert "权重" in page
    assert "去年同期" in page
    assert " style=" not in page


def test_a_page_asks_little_of_the_database(
    figures: Store, sign_in: SignIn, django_assert_max_num_queries
) -> None:
    city = sign_in(Role.MANAGER, "P01")
    county = codes(OrgLevel.COUNTY)[0]
    for name in (
        "cockpit_node",
        "cockpit_league",
        "cockpit_funnel",
        "cockpit_calibre",
        "misses",
    ):
        with django_assert_max_num_queries(12):
            assert city.get(reverse(name, kwargs={"code": county})).status_code == 200


def test_the_page_says_times_of_shanghai_and_which_target_is_which(figures: Store, sign_in: SignIn) -> None:
    county = codes(OrgLevel.COUNTY)[0]
    page = text(sign_in(Role.COUNTY_MANAGER, county), "cockpit_node", county, month="2025-02")
    found = cockpit(seen=whole(), code=county, path=path(county), month="2025-02")
    assert found.stated_at.tzinfo is not None
    assert f"版，{found.stated_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 计算" in page
    assert " UTC" not in page
    issued = [figure for figure in found.figures if figure.plan_period is None]
    assert issued
    for figure in issued:
        assert f"方案总目标 {show(figure.plan_rate)}，" in page
    assert page.count("下达目标 ") >= len(found.figures)
    # The last column of the table is what a narrow screen loses: it is not the light.
    headings = re.findall(r"data-scorecard>.*?<thead>(.*?)</thead>", page, re.DOTALL)[0]
    columns = re.findall(r"<th[^>]*>(.*?)</th>", headings)
    assert columns[:2] == ["指标", "灯"]
    assert len(columns) == 10


@pytest.mark.req("K5")
@pytest.mark.parametrize("kpi", KPIS)
def test_the_league_is_the_assessments(figures: Store, kpi: str) -> None:
    table = league_table(seen=whole(), code="P01", path="P01/", kpi=kpi)
    floor = kpi != "churn_rate"
    truth = build_league(figures, FEBRUARY, table.calibre, OrgLevel.COUNTY, highest_first=floor)
    assert [each.code for each in table.standings] == [each.node_code for each in truth.standings]
    for shown, each in zip(table.standings, truth.standings, strict=True):
        assert (shown.raw, shown.raw_place) == (each.raw, each.raw_rank)
        assert (shown.adjusted, shown.adjusted_place) == (each.adjusted, each.adjusted_rank)
        assert shown.expected == each.expected
    below = league_table(seen=whole(), code=codes(OrgLevel.COUNTY)[0], path="x", kpi=kpi, among="BELOW")
    assert {each.code for each in below.standings} == {
        node.code for node in Node.objects.filter(parent__code=codes(OrgLevel.COUNTY)[0])
    }


@pytest.mark.req("K5")
def test_a_county_sees_the_others_sums_and_never_their_pages(figures: Store, sign_in: SignIn) -> None:
    own, other = codes(OrgLevel.COUNTY)[:2]
    manager = sign_in(Role.COUNTY_MANAGER, own)
    page = text(manager, "cockpit_league", own, kpi="churn_rate")
    assert f'data-node="{other}"' in page
    assert reverse("cockpit_node", kwargs={"code": own}) in page
    assert reverse("cockpit_node", kwargs={"code": other}) not in page
    for name in ("cockpit_node", "misses", "cockpit_league", "cockpit_funnel", "cockpit_difference"):
        assert manager.get(reverse(name, kwargs={"code": other})).status_code == 404
        assert manager.get(reverse(name, kwargs={"code": "P01"})).status_code == 404


def test_the_way_up_ends_where_the_post_does(figures: Store, sign_in: SignIn) -> None:
    county = codes(OrgLevel.COUNTY)[0]
    unit = Node.objects.filter(parent__code=county).order_by("code")[0].code
    page = text(sign_in(Role.COUNTY_MANAGER, county), "cockpit_node", unit)
    assert f'href="/cockpit/{county}/' in page
    assert 'href="/cockpit/P01/' not in page


def test_the_cockpit_is_the_front_page_of_managers(figures: Store, sign_in: SignIn) -> None:
    county = codes(OrgLevel.COUNTY)[0]
    manager = sign_in(Role.COUNTY_MANAGER, county)
    assert manager.get("/").headers["Location"] == "/cockpit/"
    assert manager.get("/cockpit/").headers["Location"] == f"/cockpit/{county}/"
    two = sign_in(Role.MANAGER, codes(OrgLevel.COUNTY)[0])
    assert two.get("/").headers["Location"] == "/cockpit/"


def test_the_funnel_counts_the_tasks_of_the_node(figures: Store, sign_in: SignIn, now: datetime) -> None:
    issued = Month.containing(now.date())
    for code in ("P01", *codes(OrgLevel.COUNTY)):
        found = task_funnel(seen=whole(), path=path(code), month=issued)
        tasks = Task.objects.filter(path__startswith=path(code), issued_at__isnull=False)
        assert found.steps[0][2] == tasks.count() > 0
        assert found.steps[1][2] == tasks.filter(claimed_at__isnull=False).count()
    county = codes(OrgLevel.COUNTY)[0]
    page = text(sign_in(Role.COUNTY_MANAGER, county), "cockpit_funnel", county, month=str(issued))
    assert 'data-chart="chart-funnel"' in page
    none = text(sign_in(Role.COUNTY_MANAGER, county), "cockpit_funnel", county, month="2020-01")
    assert "没有下发过任务" in none


def test_the_owners_of_a_unit_and_its_pool_sum_up_to_the_units_funnel(
    figures: Store, sign_in: SignIn, now: datetime, django_assert_num_queries: Callable[..., Any]
) -> None:
    issued = Month.containing(now.date())
    unit = Task.objects.filter(issued_at__isnull=False).exclude(owner_code="").order_by("id")[0].unit_code
    mine = Task.objects.filter(unit_code=unit)
    chosen = mine.filter(is_open=True).order_by("id").values_list("id", flat=True)
    Task.objects.filter(id__in=list(chosen[:3])).update(escalated_to="UNIT", claimed_at=now, contacted_at=now)
    Task.objects.filter(id=chosen[3]).update(state="WITHDRAWN", ended_at=now)
    FunnelTouch.objects.create(unit_code=unit, issue_date=now.date())
    roll_up(now=now)
    units = task_funnel(seen=whole(), path=path(unit), month=issued)
    owners = Node.objects.filter(parent__code=unit).order_by("code").values_list("code", "path")
    parts = []
    for code, at in owners:
        with django_assert_num_queries(1):
            part = task_funnel(seen=whole(), path=at, month=issued)
        assert part.steps[0][2] == mine.filter(owner_code=code, issued_at__isnull=False).count()
        parts.append((*(count for _, _, count in part.steps), part.withdrawn, part.held))
    pool = owner_steps(unit, "", issued.first, issued.end)
    parts.append((*(count for _, count in pool.steps), pool.withdrawn_count, pool.held_count))
    summed = tuple(sum(column) for column in zip(*parts, strict=True))
    assert summed == (*(count for _, _, count in units.steps), units.withdrawn, units.held)
    assert units.held == 3
    assert units.withdrawn == 1
    owner = mine.filter(issued_at__isnull=False).exclude(owner_code="").order_by("id")[0].owner_code
    page = text(sign_in(Role.MANAGER, "P01"), "cockpit_funnel", owner, month=str(issued))
    assert 'data-chart="chart-funnel"' in page


def test_nobody_is_told_the_funnel_of_an_owner_beside_him(figures: Store, now: datetime) -> None:
    county, beside = codes(OrgLevel.COUNTY)[:2]
    owner = Node.objects.filter(path__startswith=path(beside), level=OrgLevel.OWNER).order_by("code")[0]
    seen = sight(1, "", [Held(Role.COUNTY_MANAGER, path(county))])
    found = task_funnel(seen=seen, path=owner.path, month=Month.containing(now.date()))
    assert {count for _, _, count in found.steps} == {0}


def test_months_are_chosen_and_others_are_refused(figures: Store, sign_in: SignIn) -> None:
    manager = sign_in(Role.MANAGER, "P01")
    page = text(manager, "cockpit_node", "P01", month="2025-01")
    report = read_report(figures, JANUARY, OrgLevel.CITY)
    assert show(report.scores["churn_rate", "P01"].value.rate) in page
    for wrong in ("2031-05", "nonsense"):
        refused = manager.get("/cockpit/P01/", {"month": wrong})
        assert refused.status_code == 404
        assert "这里还没有数字" in refused.content.decode()


def test_a_unit_that_the_month_did_not_have(figures: Store, sign_in: SignIn) -> None:
    top = Node.objects.get(code="P01")
    Node.objects.create(code="NEW", parent=top, level=OrgLevel.CITY, name="新市", path="P01/NEW/")
    manager = sign_in(Role.MANAGER, "P01")
    for name in ("cockpit_node", "cockpit_calibre", "misses"):
        assert "没有这个单位" in text(manager, name, "NEW")
    for name in ("cockpit_league", "cockpit_difference"):
        assert "没有这个单位" in text(manager, name, "NEW")


def test_a_plan_without_targets_has_a_page(own_figures: Store, sign_in: SignIn) -> None:
    build_scorecard(own_figures, replace(book.playbook(), kpis=()), FEBRUARY)
    manager = sign_in(Role.MANAGER, "P01")
    page = text(manager, "cockpit_node", "P01")
    assert "方案没有设考核指标" in page
    assert "data-waterfall" in page
    assert "本月没有可以排名的指标" in text(manager, "cockpit_league", "P01")


def test_a_restated_figure_shows_at_once(own_figures: Store, sign_in: SignIn) -> None:
    manager = sign_in(Role.MANAGER, "P01")
    first = text(manager, "cockpit_node", "P01")
    report = read_report(own_figures, FEBRUARY, OrgLevel.CITY)
    was = report.scores["churn_rate", "P01"].value
    columns = ", ".join(KPI.types)
    changed = own_figures.write(
        KPI,
        {"month": FEBRUARY.number},
        f"SELECT {columns.replace('numerator', 'numerator + 1 AS numerator')} FROM stated",
        inputs={"stated": own_figures.require(KPI, month=FEBRUARY.number)},
        seal=True,
        note=dict(own_figures.require(KPI, month=FEBRUARY.number).manifest.note),
    )
    assert changed.revision > 1
    build_scorecard(own_figures, book.playbook(), FEBRUARY)
    second = text(manager, "cockpit_node", "P01")
    assert f"{was.numerator:,} / {was.denominator:,}" in first
    assert f"{was.numerator + 1:,} / {was.denominator:,}" in second
    assert f"第 {changed.revision} 版" in second


def test_what_cannot_be_computed_is_said(own_figures: Store, sign_in: SignIn) -> None:
    kpis = own_figures.require(KPI, month=FEBRUARY.number)
    calibre = find_calibre("churn_rate.gross").id
    note = {**kpis.manifest.note, "not_computable": {calibre: ["cohort.network (2024-12)"]}}
    own_figures.write(
        KPI,
        {"month": FEBRUARY.number},
        f"SELECT {', '.join(KPI.types)} FROM stated WHERE calibre <> '{calibre}'",
        inputs={"stated": kpis},
        seal=True,
        note=note,
    )
    build_scorecard(own_figures, book.playbook(), FEBRUARY)
    page = text(sign_in(Role.MANAGER, "P01"), "cockpit_node", "P01")
    assert f'data-kpi="churn_rate" data-light="{Light.NONE}"' in page
    assert "cohort.network (2024-12)" in page


def test_the_tables_that_a_page_needs_are_rollups(figures: Store) -> None:
    assert figures.require(SCORECARD, month=FEBRUARY.number).manifest.rows < 1000
    assert figures.require(LINE_STATE, month=FEBRUARY.number).manifest.rows > 1000
