"""A desk in a process of its own over the simulated operator, and people who open it in the system's Chromium."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright

from handmade.alone import once

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
expect.set_options(timeout=20_000)  # on a busy machine a page takes seconds

PICTURES = Path(__file__).parents[2] / "docs" / "screenshots"


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


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The address of a desk that serves the home until the end of the block."""
    server = subprocess.Popen(
        command("serve", "--port", "0"),
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
    shutil.copytree(operator_home, home)
    password = json.loads(weixi(home, "desk", "people", "--json"))["password"]
    with serving(home) as address:
        yield Desk(address, home, password)


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
    """One person with one browser window; whatever the page complains of is kept in `faults`."""

    page: Page
    desk: Desk
    language: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to the address and wait until it is quiet."""
        self.page.goto(f"{self.desk.address}{path}", wait_until="networkidle")
        return self.page

    def picture(self, name: str) -> None:
        """Keep what is seen, in `docs/screenshots` where WEIXI_SCREENSHOTS asks for it; check it for everybody."""
        self.check()
        if os.environ.get("WEIXI_SCREENSHOTS"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{name}.{self.language}.png")

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


Enter = Callable[..., Visitor]


@pytest.fixture
def enter(chromium: Browser, desk: Desk) -> Iterator[Enter]:
    """Sign somebody in: `enter("agent", phone=True, language="en")`. No page may complain in the console."""
    visitors: list[Visitor] = []

    def call(who: str | None, *, phone: bool = False, language: str = "zh") -> Visitor:
        context = chromium.new_context(
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            is_mobile=phone,
            locale="zh-CN" if language == "zh" else "en-GB",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        visitor = Visitor(context.new_page(), desk, language)
        visitors.append(visitor)

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
        if who is not None:
            sign_in(visitor, who, desk.password)
        return visitor

    yield call
    for visitor in visitors:
        visitor.page.context.close()
        assert not visitor.faults, visitor.faults


def sign_in(visitor: Visitor, who: str, password: str) -> None:
    """Through the sign-in page, as a person does."""
    page = visitor.open("/sign-in/")
    page.fill("#username", who)
    page.fill("#password", password)
    page.click("form.card button")
    page.wait_for_load_state("networkidle")
    assert "/sign-in/" not in page.url, page.inner_text("main")
