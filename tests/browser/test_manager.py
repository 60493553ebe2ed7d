"""A manager's way from the province down to one customer, what a figure means, and a file of what is shown."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from browser.conftest import Enter

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_province_to_a_customer(enter: Enter, language: str) -> None:
    visitor = enter("manager", language=language)
    page = visitor.open("/")
    expect(page.locator("[data-kpi][data-light]")).to_have_count(3)
    expect(page.locator("[data-chart][data-drawn]").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    visitor.picture("cockpit")
    levels = [page.locator("[data-cockpit]").get_attribute("data-cockpit")]
    while page.locator("[data-below] [data-node] a, [data-below] a").count():
        page.locator("[data-below] a").first.click()
        page.wait_for_load_state("networkidle")
        levels.append(page.locator("[data-cockpit]").get_attribute("data-cockpit"))
    assert len(levels) == len(set(levels)) == 5  # province, city, county, unit, owner
    visitor.check()
    page.goto(f"{visitor.desk.address}/cockpit/{levels[2]}/", wait_until="networkidle")
    page.locator('a[href*="/misses/"][href*="churn_rate"]').first.click()
    row = page.locator("[data-subscriber] a, [data-row] a").first
    expect(row).to_be_visible(timeout=15_000)
    visitor.picture("misses")
    row.click()
    expect(page.locator("[data-subscriber]").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    visitor.picture("customer")


def test_a_figure_opens_what_it_means(enter: Enter) -> None:
    visitor = enter("manager")
    page = visitor.open("/")
    page.locator('a[href*="/calibre/"]').first.click()
    expect(page.locator("[data-calibre]").first).to_be_visible()
    expect(page.locator("[data-others] [data-other]").first).to_be_visible()
    visitor.both("calibre")


@pytest.mark.req("K1")
def test_what_is_shown_goes_into_a_file(enter: Enter, tmp_path: Path) -> None:
    visitor = enter("manager")
    page = visitor.open("/")
    shown = page.locator("[data-value]").first.inner_text()
    with page.expect_download() as got:
        page.locator('[data-export="cockpit"] button').click()
    file = tmp_path / "cockpit.xlsx"
    got.value.save_as(file)
    workbook = CalamineWorkbook.from_path(str(file))
    cells = [
        cell
        for name in workbook.sheet_names
        for row in workbook.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    rates = {f"{cell:.4f}" for cell in cells if isinstance(cell, float)}
    assert f"{float(shown.rstrip(' %')) / 100:.4f}" in rates
    assert any(isinstance(cell, str) and "manager" in cell for cell in cells)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_countys_morning(enter: Enter, phone: bool) -> None:
    visitor = enter("county", phone=phone)
    page = visitor.open("/morning/")
    expect(page.locator("[data-lights] [data-kpi]").first).to_be_visible()
    expect(page.locator("[data-sentences]")).to_be_visible(timeout=30_000)
    visitor.both("morning")
    if not phone:
        answer = page.request.get(f"{page.url.rstrip('/')}/picture.png")
        assert answer.headers["content-type"] == "image/png"
        assert len(answer.body()) > 20_000
    page.locator('a[href*="/near/"]').first.click()
    page.wait_for_load_state("networkidle")
    visitor.both("near")
