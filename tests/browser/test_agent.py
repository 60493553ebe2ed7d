"""An agent's day: ten customers by keyboard, and one with the thumb."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Enter

pytestmark = pytest.mark.browser


def card(page: Page) -> str:
    """The task of the card that is open."""
    task = page.locator("#card").get_attribute("data-task")
    assert task
    return task


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_card_says_who_why_what_and_how(enter: Enter, language: str) -> None:
    visitor = enter("agent", language=language)
    page = visitor.open("/")
    visitor.picture("workbench")
    for part in ("data-name", "data-reasons", "data-offer", "data-script", "data-cautions", "data-household"):
        expect(page.locator(f"[{part}]").first).to_be_visible()
    text = page.locator("#bench").inner_text()
    assert not re.search(r"口径|calibre|影子价|shadow|score|1[3-9]\d{9}", text)


def test_ten_customers_by_keyboard(enter: Enter) -> None:
    visitor = enter("agent")
    page = visitor.open("/")
    seen = []
    for number in range(10):
        task = card(page)
        seen.append(task)
        page.keyboard.press("1234"[number % 4])
        expect(page.locator("#card")).not_to_have_attribute("data-task", task)
    assert len(set(seen)) == 10
    task = card(page)
    page.keyboard.press("j")
    expect(page.locator("#card")).not_to_have_attribute("data-task", task)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    visitor.check()


@pytest.mark.req("X15")
def test_a_contact_is_two_taps_on_a_phone(enter: Enter) -> None:
    visitor = enter("agent", phone=True)
    page = visitor.open("/")
    visitor.both("workbench")
    task, taps = card(page), 0
    page.locator("[data-reveal]").first.tap()
    taps += 1
    expect(page.locator("[data-number]")).to_have_text(re.compile(r"^1\d{10}$"))
    button = page.locator('[data-key="4"]').first
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] > 844 / 2  # the thumb's half
    button.tap()
    taps += 1
    expect(page.locator("#card")).not_to_have_attribute("data-task", task)
    assert taps == 2
    visitor.open(f"/tasks/{task}/")
    history = page.locator("[data-history]").inner_text()
    for step in ("下发", "领取", "联系未接通"):
        assert step in history


def test_a_task_of_the_pool_is_taken(enter: Enter) -> None:
    visitor = enter("agent")
    page = visitor.open("/pool/")
    before = page.locator("#pool [data-task]").count()
    if before:
        page.locator("[data-claim]").first.click()
        page.wait_for_load_state("networkidle")
        expect(page.locator("body")).to_contain_text(re.compile("领取|工作台"))
