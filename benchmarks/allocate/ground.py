"""The prepared instances, kept under HOME/bench/allocate."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.allocate.instance import TABLE, Demand, Shape, batches, limits
from weixi.engine import Partition, Store, open_engine
from weixi.flow.decision import Limit

MONTH = {"month": 202601}


@dataclass(frozen=True)
class Ground:
    """One instance on disk: its rows and its limits."""

    folder: Path
    rows: Partition
    limits: list[Limit]


def prepare(home: Path, shape: Shape) -> None:
    """Make the instance where it is not there yet."""
    folder = folder_of(home, shape)
    if (folder / "demand.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    demand = Demand(shape.cells)
    _store(folder).put(TABLE, MONTH, batches(shape, demand), origin=repr(shape))
    tables = {name: getattr(demand, name).tolist() for name in ("count", "cost", "value", "heads")}
    (folder / "demand.json").write_text(json.dumps(tables))


def open_ground(home: Path, shape: Shape) -> Ground:
    """The prepared instance."""
    folder = folder_of(home, shape)
    demand = Demand(shape.cells)
    for name, table in json.loads((folder / "demand.json").read_text()).items():
        setattr(demand, name, np.array(table))
    return Ground(folder, _store(folder).require(TABLE, **MONTH), limits(shape, demand))


def folder_of(home: Path, shape: Shape) -> Path:
    """Where the instance is kept."""
    ties = "-ties" if shape.ties else ""
    return home / "bench" / "allocate" / f"{shape.rows}x{shape.counties}-{shape.seed}{ties}"


def _store(folder: Path) -> Store:
    return Store(folder, open_engine("duckdb", folder / "scratch"), transient=True)
