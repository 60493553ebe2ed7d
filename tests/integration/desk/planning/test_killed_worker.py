"""A worker killed in the middle of a month's run: another process takes the job up and ends it, on real databases."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from handmade.operator import PLAN_MONTH
from weixi.desk.worker.models import Job
from weixi.desk.worker.operations import request
from weixi.desk.worker.rules import JobState
from weixi.engine import Store, open_engine
from weixi.engine.verify import verify
from weixi.flow.decision import PLAN
from weixi.flow.run import TABLES

MONTH = PLAN_MONTH.plus(-1)
DERIVED = ("label", "threshold", "feature", "assignment", "warning", "eligibility")


@pytest.fixture
def home(demo_home: Path, tmp_path: Path, settings: LazySettings) -> Path:
    """A home of one's own in which the month is still to be computed."""
    home = tmp_path / "home"
    shutil.copytree(demo_home, home, ignore=shutil.ignore_patterns("scratch"))
    for table in DERIVED:
        shutil.rmtree(home / "tables" / table / f"month={MONTH.number}", ignore_errors=True)
    settings.HOME = home
    return home


@pytest.fixture
def start(home: Path, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a worker on the test's database; whatever still runs at the end is killed."""
    settings: dict[str, Any] = connection.settings_dict
    address = ""
    if connection.vendor == "postgresql":
        where = settings["OPTIONS"].get("host") or settings["HOST"]
        address = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@/{settings['NAME']}?host={where}"
    else:
        (home / "desk.sqlite3").symlink_to(settings["NAME"])
    environment = {**os.environ, "WEIXI_HOME": str(home), "WEIXI_DATABASE": address}
    started: list[subprocess.Popen[bytes]] = []

    def run() -> subprocess.Popen[bytes]:
        call = [sys.executable, "-m", "weixi", "--home", str(home), "work", "--lost", "2"]
        with (tmp_path / f"worker-{len(started)}.log").open("wb") as log:
            started.append(subprocess.Popen(call, env=environment, stdout=log, stderr=log))
        return started[-1]

    yield run
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def wait_for(job_id: int, held: Callable[[Job], bool], seconds: float = 120) -> Job:
    """The job once the condition holds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = Job.objects.get(id=job_id)
        if held(job):
            return job
        time.sleep(0.02)
    raise TimeoutError(f"{job} {job.step_en} {job.error_en}")


@pytest.mark.slow
@pytest.mark.usefixtures("transactional_db")
def test_another_worker_takes_up_what_a_killed_one_left(
    home: Path, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    job_id = request(
        kind="planning.run",
        key=str(MONTH),
        parameters={"month": MONTH.number},
        actor_id=None,
        path="",
        now=timezone.now(),
    )
    first = start()
    running = wait_for(job_id, lambda job: job.state == JobState.RUNNING and job.done_count >= 1)
    first.kill()
    first.wait(30)
    left = Job.objects.get(id=job_id)
    assert (left.state, left.worker) == (JobState.RUNNING, running.worker)
    second = start()
    ended = wait_for(job_id, lambda job: job.state in {JobState.DONE, JobState.FAILED})
    assert ended.state == JobState.DONE, ended.error_en
    assert ended.attempt == 2
    assert ended.worker != running.worker
    assert {part["table"] for part in ended.result["partitions"]} >= {"label", "plan", "kpi"}
    store = Store(home, open_engine("duckdb", home / "scratch"))
    assert store.current(PLAN, month=PLAN_MONTH.number) is not None
    assert verify(store, TABLES).findings == ()
    store.engine.close()
    second.send_signal(signal.SIGTERM)
    assert second.wait(30) == 0
