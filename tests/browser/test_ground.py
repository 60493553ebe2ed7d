"""Signing in, and the menu of each role on a telephone; `test_pages.py` opens the pages at a desk's width."""

import pytest
from playwright.sync_api import expect

from browser.conftest import Enter

pytestmark = pytest.mark.browser

PEOPLE = ("agent", "leader", "county", "manager", "planner", "auditor", "admin")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_wrong_password_is_refused_in_words(enter: Enter, language: str) -> None:
    visitor = enter(None, language=language)
    page = visitor.open("/sign-in/")
    visitor.picture("sign-in")
    page.fill("#username", "agent")
    page.fill("#password", "not this one")
    page.click("form.card button")
    expect(page.get_by_role("alert")).to_contain_text("不正确" if language == "zh" else "is wrong")


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_finds_their_own_pages(enter: Enter, who: str) -> None:
    visitor = enter(who, phone=True)
    visitor.open("/")
    visitor.check()
    links = visitor.page.locator("header nav a").evaluate_all(
        "links => links.map(a => a.getAttribute('href'))"
    )
    assert links
    for link in links:
        response = visitor.page.goto(f"{visitor.desk.address}{link}", wait_until="load")
        assert response is not None
        assert response.status == 200, link
        visitor.settle()
        visitor.check()
        here = visitor.page.locator("header nav [aria-current]")
        expect(here).to_be_in_viewport()


def test_the_page_changes_its_language(enter: Enter) -> None:
    visitor = enter("manager")
    page = visitor.open("/me/")
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="中文")).to_be_visible()
