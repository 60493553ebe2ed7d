"""The book that is measured: simulated once, imported once, and kept."""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.flow.gauge import ROOT, Spent, measure, module
from benchmarks.flow.home import plus

LAST = 202601
"""The measured month: a January, whose run freezes the cohorts of the December before."""

SEED = 1
WEIXI = [sys.executable, "-m", "weixi"]


@dataclass(frozen=True, slots=True)
class Ground:
    """A prepared book. `taken` and `book` are never run on: each measurement works on a copy (`fresh`).

    `imported` is what the import of the whole extract spent.
    """

    folder: Path
    subscribers: int
    months: int
    imported: dict[str, Any]

    @property
    def taken(self) -> Path:
        """The home with the imported extract alone."""
        return self.folder / "taken"

    @property
    def book(self) -> Path:
        """The home with the imported extract, the run of the month before and the desk's facts."""
        return self.folder / "book"

    @property
    def month(self) -> str:
        """The measured month, YYYY-MM."""
        return text(LAST)

    def fresh(self, name: str, of: Path | None = None) -> Path:
        """A home of its own with the book as prepared, or with another home's; the data files are shared."""
        home = self.folder / name
        _copy(self.book if of is None else of, home)
        return home


def text(month: int) -> str:
    """YYYYMM as YYYY-MM."""
    return f"{month // 100}-{month % 100:02d}"


def take(home: Path, subscribers: int, months: int, tell: Callable[[str], None]) -> Ground:
    """The imported book of that size (`taken`); each stage is done where it is not there yet."""
    folder = home / "bench" / f"{subscribers}x{months}"
    folder.mkdir(parents=True, exist_ok=True)
    extract, taken = folder / "extract", folder / "taken"
    start = text(plus(LAST, 1 - months))
    size = ["--subscribers", str(subscribers), "--months", str(months)]
    simulate = [*WEIXI, "simulate", *size, "--seed", str(SEED), "--start", start, "--out", str(extract)]
    _stage(folder, "simulated", [extract, folder / "extract_truth"], simulate, tell)
    load = [*WEIXI, "--home", str(taken), "import", str(extract)]
    return Ground(folder, subscribers, months, _stage(folder, "imported", [taken], load, tell))


def prepare(home: Path, subscribers: int, months: int, tell: Callable[[str], None]) -> Ground:
    """The prepared book of that size; each stage is done where it is not there yet."""
    ground = take(home, subscribers, months, tell)
    # The month before is run again whenever the code has changed: else the measured run would restate it.
    worked = f"worked-{code()}"
    if not (ground.folder / f"{worked}.json").exists():
        for stale in ground.folder.glob("worked*.json"):
            stale.unlink()
        _copy(ground.taken, ground.book)
    _stage(ground.folder, worked, [], module("facts", ground.book, text(LAST), subscribers, SEED), tell)
    return ground


def _stage(
    folder: Path, name: str, made: list[Path], command: list[str], tell: Callable[[str], None]
) -> dict[str, Any]:
    """What the stage spent; it is done again only where it was never finished, and then from its beginning."""
    ready = folder / f"{name}.json"
    if not ready.exists():
        for path in made:
            shutil.rmtree(path, ignore_errors=True)
        tell(name)
        ready.write_text(json.dumps(_figures(measure(command))))
    figures: dict[str, Any] = json.loads(ready.read_text())
    return figures


def whole_run(ground: Ground) -> dict[str, Any]:
    """What `weixi run` of the month spends as a whole, as people call it."""
    home = ground.fresh("whole")
    spent = measure([*WEIXI, "--home", str(home), "run", "--month", ground.month])
    shutil.rmtree(home)
    return _figures(spent)


def _figures(spent: Spent) -> dict[str, Any]:
    return {"cpu": spent.cpu, "wall": spent.wall, "peak_gb": spent.peak_gb}


def code() -> str:
    """The name of the house's code as it is now."""
    whole = hashlib.sha256()
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix in {".py", ".toml"}:
            whole.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return whole.hexdigest()[:12]


def _copy(home: Path, to: Path) -> None:
    """A home of its own; the data files are shared, as they never change."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(home, to, copy_function=_link, ignore=shutil.ignore_patterns("scratch", ".lock"))


def _link(source: str, target: str) -> None:
    """Share a Parquet file; copy what a run may change."""
    if source.endswith(".parquet"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
