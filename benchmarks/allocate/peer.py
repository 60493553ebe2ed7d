"""HiGHS given the whole linear program, in this process (`write` or `highs SECONDS`, then `HOME ROWS COUNTIES SEED`).

A variable for every pair of row and offer that is allowed. `write` writes the program as an MPS file, `highs` solves
it.
"""

import resource
import sys
import time
from importlib import import_module
from pathlib import Path

import numpy as np

from benchmarks.allocate.ground import folder_of, open_ground
from benchmarks.allocate.instance import OFFERS, Shape
from benchmarks.flow.gauge import answer


def write(home: Path, shape: Shape) -> None:
    """The program of the instance as an MPS file."""
    highspy = import_module("highspy")
    problems = import_module("weixi.flow.decision.allocation.problem")
    responses = import_module("weixi.flow.decision.allocation.response")
    engines = import_module("weixi.engine")
    ground = open_ground(home, shape)
    problem = problems.Problem(shape.cells, OFFERS, ground.limits)
    store = engines.Store(
        ground.folder, engines.open_engine("duckdb", ground.folder / "scratch"), transient=True
    )
    held = responses.StoredRows(store, ground.rows, problem).sample(1.0)
    row, offer = np.nonzero(np.isfinite(held.value))
    uses = problem.uses(held.cell[row], offer, held.value[row, offer], held.cost[row, offer])
    pair, limit = np.nonzero(uses)
    places = np.concatenate([pair, np.arange(len(row))])
    order = np.argsort(places, kind="stable")
    limits = len(ground.limits)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    none, empty = np.zeros(0), np.zeros(0, np.int32)
    model.addRows(
        limits + len(held),
        np.concatenate([np.full(limits, -highspy.kHighsInf), np.ones(len(held))]),
        np.concatenate([problem.bound, np.ones(len(held))]),
        0, empty, empty, none,
    )  # fmt: skip
    model.addCols(
        len(row), -held.value[row, offer], np.zeros(len(row)), np.ones(len(row)), len(order),
        np.searchsorted(places[order], np.arange(len(row))).astype(np.int32),
        np.concatenate([limit, limits + row])[order].astype(np.int32),
        np.concatenate([uses[pair, limit], np.ones(len(row))])[order],
    )  # fmt: skip
    model.writeModel(str(mps_file(home, shape)))
    answer({"pairs": len(row)})


def highs(home: Path, shape: Shape, patience: int) -> None:
    """HiGHS with its own choice of method, within so many CPU seconds; the system ends the process after them."""
    resource.setrlimit(resource.RLIMIT_CPU, (patience, patience + 5))
    highspy = import_module("highspy")
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.readModel(str(mps_file(home, shape)))
    began = time.process_time()
    model.run()
    found = -model.getInfo().objective_function_value
    answer({"cpu": time.process_time() - began, "value_fen": found, "status": str(model.getModelStatus())})


def mps_file(home: Path, shape: Shape) -> Path:
    """Where the program is kept."""
    return folder_of(home, shape) / "whole.mps"


if __name__ == "__main__":
    where, instance = Path(sys.argv[-4]), Shape(*(int(word) for word in sys.argv[-3:]))
    if sys.argv[1] == "write":
        write(where, instance)
    else:
        highs(where, instance, int(sys.argv[2]))
