"""`python -m benchmarks.flow --home VAR`: the whole benchmark; `weixi bench flow` calls it.

Every figure comes from a process of its own. Rows are compared before anything is timed; a difference ends the bench
with exit code 1 and shows the rows.
"""

import argparse
import json
import shutil
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.flow.gauge import ChildFault, Spent, measure, module
from benchmarks.flow.outputs import OUTPUTS, SCRIPT_STEPS, SCRIPT_TABLES, SCRIPTS
from benchmarks.flow.prepare import WEIXI, Ground, prepare, whole_run
from benchmarks.flow.report import render

OWN = ("step", "query")
"""The phases that are the step's own work: its statements and the small questions it asks first."""


class RowsDiffer(Exception):
    """A peer's rows are not ours; the message shows some."""


def main() -> int:
    """Prepare, compare, measure, report. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.flow", description=__doc__)
    parser.add_argument(
        "--home", type=Path, default=Path("var"), help="the prepared books are kept under HOME/bench"
    )
    parser.add_argument("--subscribers", type=int, default=1_000_000)
    parser.add_argument("--months", type=int, default=6, help="months of history, the measured one included")
    parser.add_argument(
        "--repeat", type=int, default=3, help="runs of everything; the least CPU of each counts"
    )
    parser.add_argument(
        "--scripts", action=argparse.BooleanOptionalAction, default=True, help="the usual scripts too"
    )
    parser.add_argument(
        "--leave-out",
        action="append",
        default=[],
        choices=SCRIPTS,
        help="a script that this machine cannot hold",
    )
    parser.add_argument("--rows-only", action="store_true", help="compare the rows and time nothing")
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--out", type=Path, help="write the JSON report to this file as well")
    given = parser.parse_args()
    ground = prepare(given.home.resolve(), given.subscribers, given.months, tell)
    wanted = [script for script in SCRIPTS if given.scripts and script not in given.leave_out]
    try:
        if given.rows_only:
            left_out = same_rows(ground, wanted)
            sys.stdout.write(json.dumps({"left_out": left_out}) + "\n")
            return 0
        report = bench(ground, given.repeat, wanted)
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


def bench(ground: Ground, repeat: int, scripts: list[str]) -> dict[str, Any]:
    """The report: what each step, its peers and the whole run spent. Raises RowsDiffer."""
    tell("the whole run")
    whole = whole_run(ground)
    left_out = same_rows(ground, scripts)
    chosen = [script for script in scripts if script not in left_out]
    ours: dict[str, list[Spent]] = defaultdict(list)
    hand: dict[str, list[Spent]] = defaultdict(list)
    usual: dict[str, list[Spent]] = defaultdict(list)
    for turn in range(repeat):
        tell(f"run {turn + 1} of {repeat}")
        home = ground.fresh("ours")
        for step in OUTPUTS:
            ours[step].append(measure(module("ours", home, ground.month, step)))
            hand[step].append(
                measure(module("peer", home, ground.month, step, ground.folder / "peers" / step))
            )
        for script in chosen:
            usual[script].append(measure(_script(ground, home, script)))
    floors = {step: _floor(ground, spent[0]) for step, spent in ours.items()}
    for name in ("ours", "peers", "texts.json"):
        path = ground.folder / name
        path.unlink() if path.is_file() else shutil.rmtree(path)
    return {
        "subscribers": ground.subscribers,
        "months": ground.months,
        "month": ground.month,
        "repeat": repeat,
        "steps": {step: _row(ours[step], hand[step], floors[step]) for step in OUTPUTS},
        "scripts": {script: _beside(spent, ours) for script, spent in usual.items()},
        "left_out": left_out,
        "whole_run": whole,
        "import": ground.imported,
    }


def same_rows(ground: Ground, scripts: list[str]) -> dict[str, str]:
    """Compare every peer's rows with ours; the scripts that this machine cannot run, and why. Raises RowsDiffer."""
    tell("comparing rows")
    home = ground.fresh("ours")
    measure([*WEIXI, "--home", str(home), "run", "--month", ground.month])
    folder = ground.folder / "peers"
    shutil.rmtree(folder, ignore_errors=True)
    for step, views in OUTPUTS.items():
        measure(module("peer", home, ground.month, step, folder / step))
        _compare(ground, home, f"hand-written {step}", folder / step, views)
    left_out = {}
    for script in scripts:
        try:
            measure(_script(ground, home, script))
        except ChildFault as fault:
            if "ModuleNotFoundError" not in str(fault):
                raise
            left_out[script] = str(fault).strip().splitlines()[-1]
            continue
        _compare(ground, home, script, folder / script, SCRIPT_TABLES)
    return left_out


def _script(ground: Ground, home: Path, script: str) -> list[str]:
    return module(f"scripts.{script}", home, ground.month, ground.folder / "peers" / script)


def _compare(ground: Ground, home: Path, who: str, folder: Path, views: tuple[str, ...]) -> None:
    different = measure(module("compare", home, ground.month, folder, *views)).said["different"]
    if different:
        listed = "\n".join(f"  {view}: {line}" for view, lines in different.items() for line in lines)
        raise RowsDiffer(f"{who}: other rows than ours\n{listed}")


def _floor(ground: Ground, spent: Spent) -> float:
    texts = ground.folder / "texts.json"
    texts.write_text(json.dumps(spent.said["texts"]))
    cpu: float = measure(module("floor", texts, ground.folder / "spill")).said["cpu"]
    return cpu


def _own(spent: Spent) -> float:
    return sum(spent.said["phases"].get(name, 0.0) for name in OWN)


def _row(ours: list[Spent], hand: list[Spent], floor: float) -> dict[str, Any]:
    best = min(ours, key=_own)
    peer = min(spent.said["cpu"] for spent in hand)
    return {
        "ours_cpu": _own(best),
        "hand_cpu": peer,
        "ratio": _own(best) / peer,
        "floor_cpu": floor,
        "ours_peak_gb": max(spent.peak_gb for spent in ours),
        "hand_peak_gb": max(spent.peak_gb for spent in hand),
        "phases": best.said["phases"],
        "rows": best.said["rows"],
    }


def _beside(spent: list[Spent], ours: dict[str, list[Spent]]) -> dict[str, Any]:
    """A script beside the steps of ours that give the same rows."""
    cpu = min(each.said["cpu"] for each in spent)
    same = sum(min(_own(each) for each in ours[step]) for step in SCRIPT_STEPS)
    return {"cpu": cpu, "ours_cpu": same, "ratio": cpu / same, "peak_gb": max(each.peak_gb for each in spent)}


if __name__ == "__main__":
    sys.exit(main())
