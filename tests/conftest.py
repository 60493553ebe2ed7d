"""Fixtures for every test, and the rule for parts that a machine may lack."""

import importlib.util
import os
import shutil
import time
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path

import pytest

from handmade import tables
from weixi.engine import Engine, Partition, Store, open_engine
from weixi.flow.run import open_playbook
from weixi.playbook import Playbook

os.environ["TZ"] = "UTC"
time.tzset()

REQUIRED = frozenset(filter(None, os.environ.get("WEIXI_REQUIRE", "").split(",")))
"""Parts whose absence is a failure: WEIXI_REQUIRE=spark,browser turns every skip of such a test into one."""


def missing_spark() -> str | None:
    """What Spark lacks on this machine, with the command that installs it; None where it can run."""
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed: `make spark` installs it and runs these tests"
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").exists()):
        return (
            "Java 17 is not installed (Debian's package is openjdk-17-jre-headless, elsewhere set JAVA_HOME): "
            "then `make spark` runs these tests"
        )
    return None


def missing_browser() -> str | None:
    """What the browser tests lack on this machine; None where they can run."""
    if importlib.util.find_spec("playwright") is None or importlib.util.find_spec("django") is None:
        return "playwright or django is not installed: `make setup` installs them"
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return "there is no Chromium (Debian's packages are chromium and fonts-noto-cjk)"
    return None


PARTS = {"spark": missing_spark, "browser": missing_browser}
"""The marks of tests that need a part of the machine, and what says whether it is there."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark, missing in PARTS.items():
        if item.get_closest_marker(mark) is not None and (lack := missing()) is not None:
            pytest.skip(lack)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    for mark in REQUIRED & PARTS.keys():
        if item.get_closest_marker(mark) is not None and report.skipped:
            report.outcome = "failed"
            report.longrepr = f"skipped although WEIXI_REQUIRE={mark}: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if REQUIRED and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"a whole file was skipped although WEIXI_REQUIRE is set: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    for mark, missing in PARTS.items():
        if skipped and (lack := missing()) is not None:
            terminalreporter.write_line(f"Not run here: the {mark} tests. {lack}", yellow=True)


@pytest.fixture(scope="session")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One DuckDB for all tests of a process: its views are named anew by every step."""
    engine = open_engine("duckdb", tmp_path_factory.mktemp("duckdb"))
    yield engine
    engine.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder for a store."""
    return tmp_path / "home"


@pytest.fixture
def store(home: Path, duckdb: Engine) -> Store:
    """An empty store on DuckDB."""
    return Store(home, duckdb)


@pytest.fixture
def put(store: Store) -> Callable[..., Partition]:
    """`handmade.tables.put` into the test's store."""
    return partial(tables.put, store)


@pytest.fixture(scope="session")
def work_plan() -> Playbook:
    """The shipped work plan."""
    return open_playbook()
