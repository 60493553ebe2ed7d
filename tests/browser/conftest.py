"""A desk in a process of its own over the simulated operator, and people who open it in the system's Chromium."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright

from handmade.alone import once
from handmade.pages import LANGUAGES, PAGES, SCREENSHOTS, gallery
from handmade.words import untranslated

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
expect.set_options(timeout=20_000)  # on a busy machine a page takes seconds

CHINESE = """
() => [...document.querySelectorAll(":lang(en):not(pre, textarea)")].flatMap((each) => [
  ...[...each.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data),
  ...["aria-label", "placeholder", "title", "alt"].map((name) => each.getAttribute(name) ?? ""),
]).filter((text) => /[\\u4e00-\\u9fff]/.test(text))
"""
"""Every text of an English page with Chinese in it, but a playbook's own text."""

BUSY = ".htmx-request, div[data-chart]:not([data-drawn])"
"""Parts on their way, and charts not drawn yet."""


def weixi(home: Path, *arguments: str) -> str:
    """What the command answers. Raises CalledProcessError where it fails."""
    return subprocess.run(
        command(*arguments), env=told(home), capture_output=True, text=True, check=True
    ).stdout


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "weixi", *arguments]


def told(home: Path) -> dict[str, str]:
    """The caller's environment without what the other tests' desk was told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WEIXI_", "DJANGO_"))}
    return {**kept, "WEIXI_HOME": str(home), "PYTHONUNBUFFERED": "1"}


@dataclass
class Desk:
    """One served desk: its address, its home, and the password of the demonstration's people."""

    address: str
    home: Path
    password: str
    nodes: dict[str, str]
    """The code of each person's node, by user name."""

    names: tuple[str, ...]
    """What the people are called; in the demonstration some are called by their post."""


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[str]:
    """The address of a desk that serves the home until the end of the block."""
    server = subprocess.Popen(
        command("serve", "--port", "0", *arguments),
        env=told(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert server.stdout is not None
    try:
        for line in server.stdout:
            if "http://" in line:
                yield f"http://{line.split('http://')[1].split('/')[0]}"
                break
        else:
            raise AssertionError("the desk did not start")
    finally:
        server.terminate()
        server.communicate(timeout=30)


@pytest.fixture(scope="session")
def operator_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration whose plan is this month's; walked once for all test processes. Who writes takes a copy."""

    def make(folder: Path) -> None:
        weixi(folder, "demo", "--subscribers", "2500", "--history", "12", "--months", "2")

    base = tmp_path_factory.getbasetemp()
    return once(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base, "demonstration", make) / "demo"


@pytest.fixture(scope="module")
def desk(operator_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk of the module's own, with its people and the plan worked until now."""
    home = tmp_path_factory.mktemp("desk") / "demo"
    shutil.copytree(operator_home, home, ignore=shutil.ignore_patterns("scratch"))
    made = json.loads(weixi(home, "desk", "people", "--json"))
    nodes = {one["username"]: one["node_code"] for one in made["people"]}
    with serving(home) as address:
        yield Desk(address, home, made["password"], nodes, tuple(one["name"] for one in made["people"]))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium. It ends with the module: its event loop would stop Django in the tests after it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One person with one browser window; whatever the page complains of is kept in `faults`.

    `windows` are others of the same person, by language and width.
    """

    page: Page
    desk: Desk
    language: str
    phone: bool
    faults: list[str] = field(default_factory=list)
    windows: dict[tuple[str, bool], "Visitor"] = field(default_factory=dict)

    def open(self, path: str) -> Page:
        """Go to the address and wait until it is quiet."""
        self.page.goto(f"{self.desk.address}{path}", wait_until="load")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until no part is on its way and every chart is drawn."""
        expect(self.page.locator(BUSY)).to_have_count(0, timeout=60_000)

    def window(self, language: str, *, phone: bool = False) -> "Visitor":
        """The same person, signed in as here, in a window of that language and width."""
        if (language, phone) == (self.language, self.phone):
            return self
        browser = self.page.context.browser
        assert browser is not None
        if (language, phone) not in self.windows:
            self.windows[language, phone] = window(browser, self.desk, language, phone=phone)
        other = self.windows[language, phone]
        other.page.context.clear_cookies()
        other.page.context.add_cookies(self.page.context.cookies())
        return other

    def both(self, name: str) -> None:
        """A picture of the page in either language; the other one from its address."""
        self.picture(name)
        for language in set(LANGUAGES) - {self.language}:
            other = self.window(language, phone=self.phone)
            other.open(self.page.url.removeprefix(self.desk.address))
            other.picture(name)

    def picture(self, name: str) -> None:
        """What is seen is that page, in the window's language, and serves everybody.

        It is kept in `docs/screenshots` where WEIXI_SCREENSHOTS asks for it.
        """
        seen = next(each for each in PAGES if each.name == name)
        called = f"{self.page.title()}\n{self.page.locator('h1').first.inner_text()}"
        assert seen.called(self.language) in called, f"{self.page.url} is called {called}"
        if self.language == "en":
            left = untranslated(self.page.evaluate(CHINESE), self.desk.names)
            assert not left, f"{self.page.url} says in Chinese: {left}"
        self.check()
        file = f"{name}{'-phone' if self.phone else ''}.{self.language}.png"
        if os.environ.get("WEIXI_SCREENSHOTS") and file in seen.files():
            keep(self.page.screenshot(), SCREENSHOTS / file)

    def check(self) -> None:
        """The page serves people without a mouse or without sight (axe), and does not scroll sideways."""
        found = Axe().run(self.page).response["violations"]
        serious = [
            f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
            for one in found
            if one["impact"] in {"serious", "critical"}
        ]
        assert not serious, f"{self.page.url}\n" + "\n".join(serious)
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} scrolls sideways by {wide} px"

    def close(self) -> None:
        """Close the windows. Nothing in them may have complained."""
        for each in self.windows.values():
            each.close()
        self.page.context.close()
        assert not self.faults, self.faults


def window(browser: Browser, desk: Desk, language: str, *, phone: bool) -> Visitor:
    """A window in which nobody has signed in."""
    context = browser.new_context(
        viewport=PHONE if phone else DESKTOP,
        has_touch=phone,
        is_mobile=phone,
        locale="zh-CN" if language == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
        accept_downloads=True,
    )
    visitor = Visitor(context.new_page(), desk, language, phone)

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            visitor.faults.append(message.text)

    def answered(response: Response) -> None:
        asked = response.request.resource_type in {"document", "xhr", "fetch"}
        if response.status >= (500 if asked else 400):
            visitor.faults.append(f"{response.status} {response.url}")

    visitor.page.on("console", heard)
    visitor.page.on("response", answered)
    visitor.page.on("pageerror", lambda fault: visitor.faults.append(str(fault)))
    return visitor


Enter = Callable[..., Visitor]


@pytest.fixture
def enter(chromium: Browser, desk: Desk) -> Iterator[Enter]:
    """Sign somebody in: `enter("agent", phone=True, language="en")`. No page may complain in the console."""
    visitors: list[Visitor] = []

    def call(who: str | None, *, phone: bool = False, language: str = "zh") -> Visitor:
        visitor = window(chromium, desk, language, phone=phone)
        visitors.append(visitor)
        if who is not None:
            sign_in(visitor, who, desk.password)
        return visitor

    yield call
    for visitor in visitors:
        visitor.close()


def keep(picture: bytes, file: Path) -> None:
    """Write the picture with 256 colours (a third of the bytes, no difference to the eye), and the page of all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(BytesIO(picture)) as whole:
        whole.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
    file.with_name("README.md").write_text(gallery(), encoding="utf-8")


def submit(visitor: Visitor, button: str) -> None:
    """Press the first such button, and wait for the page that answers."""
    with visitor.page.expect_navigation():
        visitor.page.locator(button).first.click()
    visitor.settle()


def sign_in(visitor: Visitor, who: str, password: str) -> None:
    """Through the sign-in page, as a person does."""
    page = visitor.open("/sign-in/")
    page.fill("#username", who)
    page.fill("#password", password)
    submit(visitor, "form.card button")
    assert "/sign-in/" not in page.url, page.inner_text("main")
