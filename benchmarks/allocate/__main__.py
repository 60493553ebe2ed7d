"""`python -m benchmarks.allocate --home VAR`: the allocation at several sizes; `weixi bench allocate` calls it.

Every figure comes from a process of its own; CPU seconds are those of all its threads.
"""

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any

from benchmarks.allocate.ground import prepare
from benchmarks.allocate.instance import Shape
from benchmarks.allocate.peer import mps_file
from benchmarks.allocate.report import render
from benchmarks.flow.gauge import ChildFault, measure

COUNTIES = {10: 0, 310: 100, 3_010: 1_000}


def main() -> int:
    """Prepare, measure, report. Returns the exit code: 1 where a limit was not kept."""
    parser = argparse.ArgumentParser(prog="benchmarks.allocate", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--limits", type=int, action="append", choices=sorted(COUNTIES))
    parser.add_argument("--ties", action="store_true", help="values and costs that all tie")
    parser.add_argument("--bare", action="store_true", help="without the rules of thumb beside it")
    parser.add_argument("--curve", action="store_true", help="ten amounts of the total money too")
    parser.add_argument(
        "--peers", type=int, action="append", help="rows given to solvers of the whole (10,000); 0: none"
    )
    parser.add_argument("--patience", type=int, default=600, help="CPU seconds that each of them has")
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    home = given.home.resolve()
    found: list[dict[str, Any]] = []
    for limits in given.limits or (10, 310):
        shape = Shape(given.rows, COUNTIES[limits], ties=given.ties)
        prepare(home, shape)
        flags = [f"--{name}" for name in ("ties", "bare", "curve") if getattr(given, name)]
        spent = measure([*_child("ours", home, shape), *flags])
        found.append({**spent.said, "peak_gb": spent.peak_gb})
    report: dict[str, Any] = {"rows": given.rows, "ours": found}
    report["peers"] = []
    for rows in [10_000] if given.peers is None else given.peers:
        if rows:
            shape = Shape(rows, 0)
            prepare(home, shape)
            report["peers"].append({"rows": rows, "solvers": peers(home, shape, given.patience)})
    text = json.dumps(report, indent=1, ensure_ascii=False)
    if given.out:
        given.out.write_text(text + "\n")
    sys.stdout.write((text if given.as_json else render(report)) + "\n")
    return int(any(row["violated"] for row in found))


def peers(home: Path, shape: Shape, patience: int) -> dict[str, Any]:
    """Ours and solvers of the whole linear program on one instance, each in a process of its own."""
    ours = measure([*_child("ours", home, shape), "--bare"]).said
    found = {"ours": {"cpu": ours["planned_cpu"], "value_fen": ours["bound_fen"], "status": "bound"}}
    measure(_child("peer", home, shape, "write"))
    found["HiGHS"] = _patient(_child("peer", home, shape, "highs", str(patience)), patience)
    for name in ("GLOP", "PDLP"):
        file = [name, str(mps_file(home, shape)), str(patience)]
        found[name] = _patient([sys.executable, "-m", "benchmarks.allocate.ortools_peer", *file], patience)
    return found


def _patient(command: list[str], patience: int) -> dict[str, Any]:
    """What a solver answers, or that it was not done when its CPU seconds were used up."""
    try:
        return measure(command).said
    except ChildFault as fault:
        if fault.code not in (-signal.SIGXCPU, -signal.SIGKILL):
            raise
        return {"cpu": float(patience), "value_fen": None, "status": "not done"}


def _child(module: str, home: Path, shape: Shape, *first: str) -> list[str]:
    place = [str(home), str(shape.rows), str(shape.counties), str(shape.seed)]
    return [sys.executable, "-m", f"benchmarks.allocate.{module}", *first, *place]


if __name__ == "__main__":
    sys.exit(main())
