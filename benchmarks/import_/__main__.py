"""`python -m benchmarks.import_ --home VAR`: the import of one large file; `weixi bench import` calls it.

Every figure comes from a process of its own. What was imported is compared with what was planted before any figure is
shown; a difference ends the bench with exit code 1 and shows the rows.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from benchmarks.flow.gauge import ROOT, ChildFault, Spent, measure
from benchmarks.import_.accounting import differences
from benchmarks.import_.file import MONTH, Made, make
from benchmarks.import_.report import render

MAPPING = ROOT / "benchmarks" / "import_" / "mapping.toml"
SEED = 1
FLOOR = "duckdb_csv"
SCRIPTS = ("pandas_csv", "polars_csv")


class RowsDiffer(Exception):
    """What was imported is not what was planted; the message says where."""


def main() -> int:
    """Make the file, import it, compare, measure the peers, report. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.import_", description=__doc__)
    parser.add_argument(
        "--home", type=Path, default=Path("var"), help="the file is kept under HOME/bench/import"
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--repeat", type=int, default=1, help="runs of everything; the least of each counts")
    parser.add_argument(
        "--scripts", action=argparse.BooleanOptionalAction, default=True, help="pandas and polars too"
    )
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--out", type=Path, help="write the JSON report to this file as well")
    given = parser.parse_args()
    folder = given.home.resolve() / "bench" / "import"
    folder.mkdir(parents=True, exist_ok=True)
    tell(f"the file: {given.rows:,} rows")
    # In a process of its own: a child's peak begins with its parent's.
    measure([sys.executable, "-m", "benchmarks.import_.file", str(folder), str(given.rows), str(given.seed)])
    made = make(folder, given.rows, given.seed)
    try:
        report = bench(folder, made, given.repeat, scripts=given.scripts)
    except RowsDiffer as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    text = json.dumps(report, indent=1)
    if given.out:
        given.out.write_text(text + "\n")
    sys.stdout.write((text if given.as_json else render(report)) + "\n")
    return 0


def tell(what: str) -> None:
    """One line of progress, on stderr."""
    sys.stderr.write(f"{what}\n")


def bench(folder: Path, made: Made, repeat: int, *, scripts: bool) -> dict[str, Any]:
    """The report: what the import and its peers spent. Raises RowsDiffer."""
    imports = []
    for turn in range(repeat):
        tell(f"weixi import, run {turn + 1} of {repeat}")
        imports.append(_import(folder / "taken", made))
    peers: dict[str, list[Spent]] = {}
    left_out: dict[str, str] = {}
    for peer in (FLOOR, *(SCRIPTS if scripts else ())):
        tell(peer)
        try:
            peers[peer] = [_peer(folder / "peer", peer, made) for _ in range(repeat)]
        except ChildFault as fault:
            if "ModuleNotFoundError" not in str(fault):
                raise
            left_out[peer] = str(fault).strip().splitlines()[-1]
    size, clean = made.path.stat().st_size, made.clean.stat().st_size
    return {
        "rows": made.rows,
        "columns": 40,
        "bytes": size,
        "repeat": repeat,
        "planted": made.planted,
        "bad": made.bad,
        "accepted": made.rows - made.bad,
        "import": _least(imports, size),
        "peers": {
            name: {**_least(spent, clean), "rows": spent[0].said["rows"]} for name, spent in peers.items()
        },
        "left_out": left_out,
    }


def _import(home: Path, made: Made) -> Spent:
    """What `weixi import` into a fresh home spent, as people call it."""
    shutil.rmtree(home, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.import_.ours"]
    spent = measure([*command, str(home), str(made.path), str(MAPPING), MONTH])
    found = differences(made, spent.said["feeds"][0], home, int(MONTH.replace("-", "")))
    if found:
        raise RowsDiffer("\n".join(found))
    shutil.rmtree(home)
    return spent


def _peer(folder: Path, name: str, made: Made) -> Spent:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    spent = measure([sys.executable, "-m", f"benchmarks.import_.peers.{name}", str(made.clean), str(folder)])
    shutil.rmtree(folder)
    return spent


def _least(spent: list[Spent], size: int) -> dict[str, float]:
    wall = min(one.wall for one in spent)
    return {
        "wall": wall,
        "cpu": min(one.cpu for one in spent),
        "peak_gb": max(one.peak_gb for one in spent),
        "mb_per_s": size / 1e6 / wall,
    }


if __name__ == "__main__":
    sys.exit(main())
