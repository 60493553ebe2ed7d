"""Who saw whose number is found by whoever audits."""

import pytest
from playwright.sync_api import expect

from browser.conftest import Enter

pytestmark = pytest.mark.browser


@pytest.mark.req("O1")
def test_who_unmasked_whom(enter: Enter) -> None:
    agent = enter("agent")
    page = agent.open("/")
    task = page.locator("#card").get_attribute("data-task")
    assert task
    page.locator("[data-reveal]").first.click()
    expect(page.locator("[data-number]")).to_be_visible()
    auditor = enter("auditor")
    page = auditor.open("/audit/")
    page.locator('[data-kind="REVEALS"]').click()
    page.wait_for_load_state("networkidle")
    found = page.locator("ol li").first
    expect(found).to_contain_text("agent")
    expect(found).to_contain_text(task)
    auditor.both("audit")
    page.locator("[data-prove]").click()
    expect(page.locator("[data-proof]")).to_have_attribute("data-proof", "whole")
