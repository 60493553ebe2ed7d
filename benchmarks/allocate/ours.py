"""One allocation in this process: `python -m benchmarks.allocate.ours HOME ROWS COUNTIES SEED`."""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.allocate.ground import open_ground
from benchmarks.allocate.instance import OFFERS, Shape
from benchmarks.flow.gauge import answer
from weixi.engine import Store, open_engine
from weixi.flow.decision import Allocation, allocate

SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.25, 1.5, 1.75, 2.0)
"""The amounts of the budget–value curve, as shares of the first limit."""


def main() -> None:
    """Allocate, and answer with the certificate and the CPU seconds up to the plan, of the curve, and in all."""
    parser = argparse.ArgumentParser(prog="benchmarks.allocate.ours", description=__doc__)
    parser.add_argument("home", type=Path)
    for name in ("rows", "counties", "seed"):
        parser.add_argument(name, type=int)
    for name in ("--ties", "--bare", "--curve"):
        parser.add_argument(name, action="store_true")
    given = parser.parse_args()
    shape = Shape(given.rows, given.counties, given.seed, given.ties)
    ground = open_ground(given.home, shape)
    total = ground.limits[0]
    with tempfile.TemporaryDirectory(dir=ground.folder) as name:
        store = Store(Path(name), open_engine("duckdb", Path(name) / "spill"))
        began = time.process_time()
        steps: list[tuple[float, str]] = []

        def tell(what: str) -> None:
            steps.append((round(time.process_time() - began, 2), what))
            sys.stderr.write(f"{steps[-1][0]:8.2f} {what}\n")

        made = allocate(
            store,
            ground.rows,
            OFFERS,
            ground.limits,
            shape.cells,
            compare=not given.bare,
            curve_of=total.code if given.curve else None,
            amounts=[round(total.bound * share) for share in SHARES],
            progress=tell,
        )
        cpu = time.process_time() - began
    if not isinstance(made, Allocation):
        raise SystemExit("; ".join(one.words.en for one in made.shortages))
    proof = made.certificate
    planned = next(spent for spent, what in steps if what.startswith("whole plan"))
    answer(
        {
            "cpu": cpu,
            "planned_cpu": planned,
            "curve_cpu": steps[-1][0] - planned if given.curve else None,
            "max_rss_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
            "rows": proof.rows,
            "limits": len(proof.limits),
            "ties": given.ties,
            "bound_fen": proof.bound_fen,
            "value_fen": proof.value_fen,
            "gap": proof.gap,
            "passes": proof.full_passes,
            "violated": [limit.name.en for limit in proof.violated],
            "words": [limit.words.en for limit in sorted(proof.limits, key=lambda limit: -limit.price)[:5]],
            "beside": {one.name.en: [one.value_fen, len(one.broken)] for one in proof.beside},
            "curve": [
                [point.amount / total.bound, point.value_fen, point.bound_fen] for point in proof.curve
            ],
            "steps": steps,
        }
    )


if __name__ == "__main__":
    main()
