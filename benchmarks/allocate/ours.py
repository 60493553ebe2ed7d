"""One allocation in this process: `python -m benchmarks.allocate.ours HOME ROWS COUNTIES SEED TIES RULES`."""

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


def main(home: Path, shape: Shape, *, compare: bool) -> None:
    """Allocate, and answer with the certificate and the CPU seconds up to the plan and with its writing."""
    ground = open_ground(home, shape)
    with tempfile.TemporaryDirectory(dir=ground.folder) as name:
        store = Store(Path(name), open_engine("duckdb", Path(name) / "spill"))
        began = time.process_time()
        steps: list[tuple[float, str]] = []

        def tell(what: str) -> None:
            steps.append((round(time.process_time() - began, 2), what))
            sys.stderr.write(f"{steps[-1][0]:8.2f} {what}\n")

        made = allocate(
            store, ground.rows, OFFERS, ground.limits, shape.cells, compare=compare, progress=tell
        )
        cpu = time.process_time() - began
    if not isinstance(made, Allocation):
        raise SystemExit("; ".join(one.words.en for one in made.shortages))
    proof = made.certificate
    answer(
        {
            "cpu": cpu,
            "planned_cpu": steps[-1][0],
            "max_rss_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
            "rows": proof.rows,
            "limits": len(proof.limits),
            "bound_fen": proof.bound_fen,
            "value_fen": proof.value_fen,
            "gap": proof.gap,
            "passes": proof.full_passes,
            "violated": [limit.name.en for limit in proof.violated],
            "words": [limit.words.en for limit in sorted(proof.limits, key=lambda limit: -limit.price)[:5]],
            "beside": {one.name.en: [one.value_fen, len(one.broken)] for one in proof.beside},
            "steps": steps,
        }
    )


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Shape(*(int(word) for word in sys.argv[2:5]), sys.argv[5] == "ties"),
        compare=sys.argv[6] == "rules",
    )
