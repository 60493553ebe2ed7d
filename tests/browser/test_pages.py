"""Every page that is on no other test's way: opened by whom it is for, checked and pictured in both languages."""

import pyarrow.parquet as pq
import pytest

from browser.conftest import Enter, Visitor, submit
from handmade.pages import LANGUAGES, PAGES, WALK

pytestmark = pytest.mark.browser

FILE = "省公司清单.csv"
"""The name of the list that a county manager makes into tasks."""


def revealed(visitor: Visitor, subscriber: str) -> str:
    """The whole number of a customer, as it is shown on the page for a reason."""
    page = visitor.open(f"/customers/{subscriber}/")
    page.locator('[data-reveal="number"] summary').click()
    page.locator('[data-reveal="number"] [data-reason]').first.click()
    return page.locator('[data-revealed="number"] a').inner_text()


def of_agent(visitor: Visitor) -> dict[str, str]:
    """A task of the agent's, its customer, and a call of that customer's."""
    page = visitor.open("/")
    task = page.locator("#card").get_attribute("data-task")
    customer = page.locator("#card [data-customer]").get_attribute("href")
    assert task
    assert customer
    subscriber = customer.strip("/").split("/")[1]
    number = revealed(visitor, subscriber)
    page = visitor.open("/inbound/")
    page.fill("#number", number)
    submit(visitor, "#number-form button")
    call = page.url.partition("?call=")[2]
    assert call
    return {"task": task, "subscriber": subscriber, "call": call}


def of_county(visitor: Visitor) -> dict[str, str]:
    """A list from the province, made into tasks: sixty of the newest file's lines, and one that nobody knows."""
    newest = max((visitor.desk.home / "extract").glob("subscriber_*.parquet"))
    numbers = pq.read_table(newest, columns=["SERIAL_NUMBER"])["SERIAL_NUMBER"].drop_null().to_pylist()[::40]
    rows = [f"{number},合约三月到期" for number in [*numbers[:60], "13800000000"]]
    page = visitor.open("/lists/")
    text = "\n".join(["手机号码,派单原因", *rows]).encode()
    page.set_input_files("#file", {"name": FILE, "mimeType": "text/csv", "buffer": text})
    submit(visitor, "#confirm")
    return {"list": page.url.strip("/").split("/")[-1]}


FINDS = {"agent": of_agent, "county": of_county}
"""What a walk finds on its way, by who walks."""


@pytest.mark.parametrize("who", sorted({seen.who for seen in PAGES if seen.walk == WALK}))
def test_every_page_is_seen_in_both_languages(enter: Enter, who: str) -> None:
    visitor = enter(who)
    found = {"node": visitor.desk.nodes[who]} | (FINDS[who](visitor) if who in FINDS else {})
    for seen in (each for each in PAGES if each.who == who and each.walk == WALK):
        address = seen.address.format(**found)
        for language in LANGUAGES:
            for phone in (False, True) if seen.phone else (False,):
                window = visitor.window(language, phone=phone)
                page = window.open(address)
                assert page.url == f"{visitor.desk.address}{address}"
                window.picture(seen.name)
