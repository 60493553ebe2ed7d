"""A person with posts at two counties: entered by the administrator, then signing in for the first time."""

import re
from dataclasses import replace

import pyotp
import pytest
from playwright.sync_api import Browser

from browser.conftest import Desk, Enter, Visitor, serving, submit, window
from handmade.pages import LANGUAGES

pytestmark = pytest.mark.browser

NUMBER, PASSWORD = "XF900", "chunfeng-9-huayu"
COUNTIES = ("D0101", "D0102")


def given(visitor: Visitor, person: str) -> str:
    """The first password that the administrator gives, pictured; another one for each language."""
    password = ""
    for language in LANGUAGES:
        other = visitor.window(language)
        page = other.open(f"/people/{person}/")
        page.locator('[data-act="person_password"] summary').click()
        page.fill('[data-act="person_password"] [name="reason"]', "新入职")
        submit(other, '[data-act="person_password"] button')
        other.picture("password-given")
        password = page.locator("[data-first-password]").inner_text()
    return password


def tokens(visitor: Visitor) -> None:
    """A token is shown once."""
    for language in LANGUAGES:
        other = visitor.window(language)
        page = other.open("/security/")
        page.fill("#name", f"CRM {language}")
        page.locator('[name="scope"]').first.check()
        submit(other, "[data-token-form] button")
        assert page.locator("[data-token]").inner_text().startswith("wx_")
        other.picture("token")


def enter_person(visitor: Visitor) -> str:
    """The first password of the new person."""
    page = visitor.open("/people/new/")
    visitor.both("person-new")
    page.fill("#username", NUMBER)
    page.fill('[name="name"]', "周敏")
    page.select_option('[name="role"]', "COUNTY_MANAGER")
    page.fill("#node_code", COUNTIES[0])
    submit(visitor, "main form button")
    page.get_by_role("link", name="查看此人").click()
    person = page.url.strip("/").split("/")[-1]
    page.select_option("#role", "COUNTY_MANAGER")
    page.fill("#node_code", COUNTIES[1])
    submit(visitor, 'form[action$="/appoint/"] button')
    visitor.open(f"/people/{person}/")
    visitor.both("person")
    return given(visitor, person)


def say_password(visitor: Visitor, password: str) -> None:
    """The first step of signing in."""
    page = visitor.open("/sign-in/")
    page.fill("#username", NUMBER)
    page.fill("#password", password)
    submit(visitor, "form.card button")


def sign_in_first(visitor: Visitor, password: str) -> None:
    """The given password, one's own, the second factor."""
    page = visitor.page
    say_password(visitor, password)
    visitor.both("sign-in-password")
    page.fill("#new", PASSWORD)
    page.fill("#again", PASSWORD)
    submit(visitor, "form.card button")
    visitor.both("sign-in-enrol")
    secret = re.sub(r"\s", "", page.locator("[data-secret]").text_content() or "")
    page.fill("#code", pyotp.TOTP(secret).now())
    submit(visitor, "form.card button")
    visitor.picture("recovery-codes")


def sign_in_without_telephone(visitor: Visitor, code: str) -> None:
    """One's own password, and a recovery code."""
    visitor.page.context.clear_cookies()
    say_password(visitor, PASSWORD)
    visitor.both("sign-in-code")
    visitor.page.locator("[data-recovery] summary").click()
    visitor.page.fill("#recovery", code)
    submit(visitor, "[data-recovery] button")


def renewed(visitor: Visitor, code: str) -> str:
    """One of the recovery codes that replace the others, for one of these."""
    page = visitor.open("/security/")
    page.fill("#code", code)
    submit(visitor, 'form[action="/security/codes/"] button')
    visitor.picture("recovery-codes")
    return page.locator("[data-recovery-code]").first.inner_text()


def test_a_person_with_two_posts_comes_in(enter: Enter, desk: Desk, chromium: Browser) -> None:
    administrator = enter("admin")
    password = enter_person(administrator)
    tokens(administrator)
    desk.home.joinpath("desk.second_factor").write_text("required\n", encoding="ascii")
    with serving(desk.home, "--no-worker") as address:
        visitor = window(chromium, replace(desk, address=address), "zh", phone=False)
        sign_in_first(visitor, password)
        first = visitor.page.locator("[data-recovery-code]").first.inner_text()
        sign_in_without_telephone(visitor, renewed(visitor.window("en"), first))
        for path, name in (
            ("/cockpit/", "choose-unit"),
            ("/customers/groups/", "choose-groups"),
            ("/org/", "units"),
        ):
            visitor.open(path)
            visitor.both(name)
        visitor.close()
