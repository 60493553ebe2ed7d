"""A planner's month: a bad file, a threshold changed by two people, the month run, the plan handed over."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Desk, Enter

pytestmark = pytest.mark.browser
LONG = 120_000


def delivered(desk: Desk, to: Path) -> list[Path]:
    """The operator's files of the month that has begun, with a manifest of these alone."""
    ahead = desk.home / "extract_truth" / "ahead" / "extract"
    manifest = json.loads((ahead / "manifest.json").read_text(encoding="utf-8"))
    files = sorted(ahead.glob("*.parquet"))
    manifest["files"] = [one for one in manifest["files"] if one["path"] in {path.name for path in files}]
    (to / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return [*files, to / "manifest.json"]


def upload(page: Page, files: list[Path]) -> None:
    page.set_input_files("#files", [str(path) for path in files])
    page.locator("form:has(#files) button").last.click()
    page.wait_for_load_state("networkidle")


def test_a_bad_file_is_refused_and_a_months_refused_rows_are_given(enter: Enter, tmp_path: Path) -> None:
    visitor = enter("planner")
    page = visitor.open("/planning/imports/")
    bad = tmp_path / "坏文件.csv"
    bad.write_bytes(b"\x00\x01\x02 this is no table")
    upload(page, [bad])
    expect(page.locator("[data-look-failed], [data-fault], [data-trial-fault]").first).to_be_visible(
        timeout=LONG
    )
    visitor.check()
    page = visitor.open("/planning/imports/")
    upload(page, delivered(visitor.desk, tmp_path))
    page.wait_for_timeout(2_000)
    page.reload(wait_until="networkidle")
    if not page.locator("[data-start]").is_enabled():
        page.locator("details:has(#mapping) summary").click()
        page.select_option("#mapping", "simulated")
        page.locator("form:has(#mapping) button").last.click()
        page.wait_for_load_state("networkidle")
    page.locator("[data-start]").click()
    expect(page.locator("[data-results]")).to_be_visible(timeout=LONG)
    visitor.both("import")
    page.locator('a[href*="/refused/"]').first.click()
    page.wait_for_load_state("networkidle")
    visitor.both("refused")
    with page.expect_download() as got:
        page.locator("[data-download]").first.click()
    text = Path(got.value.path()).read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) > 1
    assert "reason" in text.splitlines()[0] or "原因" in text.splitlines()[0]
    for path, name in (("/planning/imports/", "imports"), ("/jobs/", "jobs")):
        visitor.open(path)
        visitor.both(name)


def test_a_threshold_is_changed_by_two_people_and_the_month_run(enter: Enter) -> None:
    planner = enter("planner")
    page = planner.open("/planning/living/")
    figure = page.locator('[data-figure="parameter.high_value_arpu.value"]').first
    figure.scroll_into_view_if_needed()
    figure.fill("100")
    page.locator("[data-try]").click()
    expect(page.locator("[data-trial] [data-county]").first).to_be_visible(timeout=LONG)
    planner.both("living-plan")
    page.fill('#living input[name="title"]', "高值线改为一百元")
    page.locator("[data-save]").click()
    page.wait_for_load_state("networkidle")
    address = page.url.removeprefix(planner.desk.address).split("?")[0]
    expect(page.locator("[data-changes]")).not_to_have_attribute("data-changes", "0")
    page.locator("[data-propose]").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-publish]")).to_have_count(0)  # not by the one who wrote it
    other = enter("planner2")
    page = other.open(address)
    other.both("version")
    page.locator("[data-publish]").click()
    page.wait_for_load_state("networkidle")
    other.open("/planning/versions/")
    other.both("versions")
    page = planner.open("/planning/")
    page.locator("[data-run]").click()
    expect(page.locator("[data-run-result]")).to_be_visible(timeout=LONG)
    planner.both("month")
    page = planner.open("/planning/plan/")
    planner.both("plan")
    page.locator("[data-apply]").click()
    page.locator("[data-confirm] [data-confirm-apply], [data-confirm-apply]").first.click()
    expect(page.locator("[data-applied]")).to_be_visible(timeout=LONG)


def test_the_planners_other_pages_on_a_telephone(enter: Enter) -> None:
    visitor = enter("planner", phone=True)
    for path in (
        "/planning/",
        "/planning/tree/",
        "/planning/cohorts/",
        "/planning/versions/",
        "/jobs/",
        "/lists/",
    ):
        visitor.open(path)
        visitor.check()
