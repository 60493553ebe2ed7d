"""The month: run once however often it is asked for, its plan looked at, handed over in two steps."""

import re
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from handmade.operator import PLAN_MONTH
from weixi.desk.audit.models import AuditEntry
from weixi.desk.base import book
from weixi.desk.dispatch.models import AppliedPlan, Task
from weixi.desk.org.models import User
from weixi.desk.worker.models import Job
from weixi.desk.worker.queries import last_job
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.cohort import COHORT
from weixi.flow.decision import PLAN

Planner = Callable[[str], User]
MONTH = PLAN_MONTH.plus(-1)


def plan_rows() -> list[dict[str, object]]:
    partition = book.store().require(PLAN, month=PLAN_MONTH.number)
    return [row for path in partition.files for row in pq.read_table(path).to_pylist()]


def has_chinese(page: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in page)


def test_two_tabs_that_start_the_same_run_make_one_job(planner: Planner, client: Client) -> None:
    other = Client()
    client.force_login(planner("one"))
    other.force_login(planner("two"))
    for tab in (client, other, client):
        assert tab.post("/planning/run/", {"month": str(MONTH)}).status_code == 302
    assert Job.objects.filter(kind="planning.run").count() == 1


def test_a_run_tells_what_it_wrote(planner: Planner, client: Client, work: Callable[[], int]) -> None:
    client.force_login(planner("one"))
    client.post("/planning/run/", {"month": str(MONTH)})
    assert work() == 1
    job = last_job(kind="planning.run")
    assert job is not None
    assert job.state == "DONE", job.error
    written = {part["table"]: part["rows"] for part in job.result["partitions"]}
    assert written["plan"] == len(plan_rows())
    page = client.get(f"/planning/?month={MONTH}").content.decode()
    assert "data-run-result" in page
    assert AuditEntry.objects.filter(act="planning.run", subject=f"month:{MONTH}").count() == 1


def test_a_month_that_the_book_lacks_fails_with_what_to_do(
    planner: Planner, client: Client, work: Callable[[], int]
) -> None:
    client.force_login(planner("one"))
    client.post("/planning/run/", {"month": "2031-01"})
    work()
    job = last_job(kind="planning.run")
    assert job is not None
    assert (job.state, job.error_code) == ("FAILED", "subscriber_month.no_month")
    assert job.remedy is not None


def test_the_plan_page_counts_as_the_plan_itself(
    planner: Planner, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(planner("one"))
    rows = plan_rows()
    with django_assert_max_num_queries(12):
        page = client.get("/planning/plan/").content.decode()
    assert f'data-tasks="{len(rows)}"' in page
    held = sum(bool(row["is_holdout"]) and row["withdrawn_rule"] is None for row in rows)
    assert f">{held:,}</dd>" in page
    cost = sum(int(str(row["offer_cost_fen"])) for row in rows)
    assert f"¥{cost // 100:,}</dd>" in page
    checks = client.get(f"/planning/plan/checks/?month={PLAN_MONTH}").content.decode()
    assert "覆盖率" in checks


def test_the_hand_over_takes_two_steps_and_is_done_once(
    planner: Planner, client: Client, work: Callable[[], int]
) -> None:
    client.force_login(planner("one"))
    asked = {"month": str(PLAN_MONTH), "issue": "yes"}
    first = client.post("/planning/plan/apply/", asked)
    assert first.status_code == 200
    assert "data-confirm" in first.content.decode()
    assert not Job.objects.exists()
    fingerprint = book.store().require(PLAN, month=PLAN_MONTH.number).fingerprint
    stale = asked | {"confirmed": "yes", "fingerprint": "another plan"}
    client.post("/planning/plan/apply/", stale)
    work()
    assert not Task.objects.exists()
    failed = last_job(kind="planning.apply")
    assert failed is not None
    assert failed.error_code == "planning.other_plan"
    right = asked | {"confirmed": "yes", "fingerprint": fingerprint}
    client.post("/planning/plan/apply/", right)
    client.post("/planning/plan/apply/", right)
    assert work() == 1
    assert Task.objects.count() == len(plan_rows())
    assert AppliedPlan.objects.get().applied_by == "one"
    before = list(Task.objects.order_by("id").values_list())
    client.post("/planning/plan/apply/", right)
    work()
    assert list(Task.objects.order_by("id").values_list()) == before
    assert "data-applied" in client.get("/planning/plan/").content.decode()


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/planning/run/", {"month": str(MONTH)}),
        ("/planning/plan/apply/", {"month": str(PLAN_MONTH), "confirmed": "yes", "fingerprint": "x"}),
        ("/planning/cohorts/freeze/", {"month": "2024-12"}),
        ("/planning/versions/new/", {"title": "x"}),
        ("/planning/living/try/", {}),
    ],
)
def test_a_planner_of_a_county_starts_nothing_for_the_whole_operator(
    county_planner: User, client: Client, address: str, body: dict[str, str], own_home: Path
) -> None:
    client.force_login(county_planner)
    files = sorted(path for path in own_home.rglob("*") if "scratch" not in path.parts)
    answer = client.post(address, body, follow=True)
    assert "只有全网的方案策划可以做" in answer.content.decode()
    assert not Job.objects.exists()
    assert files == sorted(path for path in own_home.rglob("*") if "scratch" not in path.parts)


@pytest.mark.req("P9")
def test_a_sealed_cohort_stays_as_it_is(planner: Planner, client: Client, work: Callable[[], int]) -> None:
    client.force_login(planner("one"))
    before = {p.name: p.fingerprint for p in book.store().partitions(COHORT)}
    assert before
    client.post("/planning/cohorts/freeze/", {"month": "2024-12"})
    work()
    assert {p.name: p.fingerprint for p in book.store().partitions(COHORT)} == before
    page = client.get("/planning/cohorts/").content.decode()
    for partition in book.store().partitions(COHORT):
        assert (partition.manifest.seal or "?") in page
        assert f"{partition.manifest.rows:,}" in page


def test_an_english_page_has_no_chinese_of_ours(planner: Planner, client: Client) -> None:
    client.force_login(planner("one"))
    english = {"accept-language": "en"}
    for address in ("/planning/", "/planning/imports/", "/planning/versions/"):
        page = client.get(address, headers=english).content.decode().replace("中文", "")
        assert not has_chinese(page), address


@pytest.mark.req("P10")
def test_the_tree_adds_up_to_the_book_and_to_the_sealed_list(planner: Planner, client: Client) -> None:
    client.force_login(planner("one"))
    found = re.compile(r'data-node="([^"]+)" data-lines="(\d+)" data-sealed="(\d+)"')
    page = client.get("/planning/tree/").content.decode()
    lines = book.store().require(SUBSCRIBER_MONTH, month=MONTH.number).manifest.rows
    assert f'data-tree-right="{lines}"' in page
    assert f'data-total="{lines}"' in page
    while rows := found.findall(page):
        total = re.search(r'data-total="(\d+)"', page)
        assert total is not None
        own = re.search(r"本级共管（没有责任人）</td><td[^>]*>([\d,]+)", page)
        shared = int(own[1].replace(",", "")) if own else 0
        assert sum(int(count) for _, count, _ in rows) + shared == int(total[1])
        page = client.get(f"/planning/tree/?node={rows[0][0]}").content.decode()
