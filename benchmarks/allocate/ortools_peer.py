"""GLOP or PDLP given the whole linear program: `python -m benchmarks.allocate.ortools_peer NAME FILE SECONDS`.

It loads nothing of the house: OR-tools and HiGHS cannot live in one process.
"""

import resource
import sys
import time
from pathlib import Path

from ortools.linear_solver.python import model_builder

from benchmarks.flow.gauge import answer


def main(name: str, file: Path, patience: int) -> None:
    """Solve the MPS file within so many CPU seconds; the system ends the process after them."""
    resource.setrlimit(resource.RLIMIT_CPU, (patience, patience + 5))
    model = model_builder.Model()
    model.import_from_mps_file(str(file))
    solver = model_builder.Solver(name)
    began = time.process_time()
    status = solver.solve(model)
    answer({"cpu": time.process_time() - began, "value_fen": -solver.objective_value, "status": str(status)})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
