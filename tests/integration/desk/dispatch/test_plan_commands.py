"""`weixi plan apply` and `collect` as a person runs them: on a demonstration's home, each in a process of its own."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

KILLED_AFTER_THE_FACTS = """
import os, signal, sys
from pathlib import Path
from weixi.cli.desk_setup import open_desk
from weixi.cli.session import Session
from weixi.kernel.language import Language

session = Session(Path(sys.argv[1]), Language.EN)
open_desk(session)
from weixi.desk.dispatch import outbox
from weixi.flow.outcome import record_facts


def write_then_die(*args, **given):
    record_facts(*args, **given)
    os.kill(os.getpid(), signal.SIGKILL)


outbox.record_facts = write_then_die
outbox.collect_facts(store=session.store())
"""


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    unset = ("DJANGO_SETTINGS_MODULE", "WEIXI_SECRET", "WEIXI_DATABASE", "WEIXI_HOME", "WEIXI_HOSTS")
    surroundings = {name: value for name, value in os.environ.items() if name not in unset}
    return subprocess.run(
        [sys.executable, *arguments],
        input=given,
        capture_output=True,
        text=True,
        env=surroundings | {"WEIXI_LANG": "en"},
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    done = run(
        "-m",
        "weixi",
        "--home",
        str(folder),
        "demo",
        "--subscribers",
        "1000",
        "--months",
        "0",
        "--history",
        "2",
        "--start",
        "2025-01",
    )
    assert done.returncode == 0, done.stderr
    return folder / "demo"


def counts(home: Path) -> dict[str, int]:
    with sqlite3.connect(home / "desk.sqlite3") as database:
        found = database.execute("SELECT state, count(*) FROM dispatch_task GROUP BY state").fetchall()
    database.close()
    return dict(found)


def test_it_asks_then_acts_once_and_the_facts_arrive_once(demo_home):
    apply = ("-m", "weixi", "--home", str(demo_home), "plan", "apply")
    refused = run(*apply, given="n\n")
    assert refused.returncode == 1
    assert counts(demo_home) == {}
    accepted = run(*apply, given="y\n")
    assert accepted.returncode == 0, accepted.stderr
    before = counts(demo_home)
    assert before["ISSUED"] > 0
    again = run(*apply)
    assert again.returncode == 0
    assert "nothing changed" in again.stdout
    assert counts(demo_home) == before
    told = json.loads(run(*apply, "--yes", "--json").stdout)
    assert told["applied"]["was_applied"]
    assert told["applied"]["task_count"] == sum(before.values())

    collect = ("-m", "weixi", "--home", str(demo_home), "plan", "collect", "--json")
    for _ in range(2):
        assert run("-c", KILLED_AFTER_THE_FACTS, str(demo_home)).returncode == -signal.SIGKILL
    first = json.loads(run(*collect).stdout)
    assert first["facts"]["fact_count"] == before["ISSUED"]
    manifests = sorted((demo_home / "tables" / "fact").rglob("manifest.json"))
    assert [json.loads(path.read_text())["rows"] for path in manifests] == [before["ISSUED"]]
    second = json.loads(run(*collect).stdout)
    assert second["facts"]["fact_count"] == 0


def test_json_does_not_ask(demo_home, tmp_path):
    done = run(
        "-m", "weixi", "--home", str(demo_home), "plan", "apply", "--day", "2020-01-01", "--month", "2020-01"
    )
    assert done.returncode == 2
    assert "apply.day_or_month" in done.stderr
    missing = run("-m", "weixi", "--home", str(tmp_path), "plan", "apply", "--json")
    assert missing.returncode == 1
    assert "plan.none" in missing.stderr
