"""One step of the month's run in this process: `python -m benchmarks.flow.ours HOME MONTH STEP`."""

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

import weixi.engine.store as store_module
from benchmarks.flow.gauge import Meter, answer
from weixi.engine import Engine, Store, Value, open_engine
from weixi.flow.run import STEPS, open_playbook
from weixi.kernel.period import Month

FRESH = "step__rows"
"""The view of the rows just written, which checks and seals read."""


class TimedEngine:
    """An engine that tells a meter what each call spent, and remembers what was run."""

    def __init__(self, engine: Engine, meter: Meter) -> None:
        self.engine, self.meter, self.name = engine, meter, engine.name
        self.views: dict[str, list[str]] = {}
        self.texts: list[tuple[str, dict[str, list[str]]]] = []

    def scan(self, view: str, files: Sequence[Path]) -> None:
        """Open an input of the step, or what it wrote for the checks."""
        self.views[view] = [str(file) for file in files]
        with self.meter.phase("check" if view == FRESH else "step"):
            self.engine.scan(view, files)

    def materialize(self, text: str, values: Mapping[str, Value], folder: Path) -> None:
        """The step's own work."""
        self.texts.append((text, {view: files for view, files in self.views.items() if view != FRESH}))
        with self.meter.phase("step"):
            self.engine.materialize(text, values, folder)

    def arrow(self, text: str, values: Mapping[str, Value]) -> pa.Table:
        """A check, the rows of a seal, or a small question of the step's."""
        name = "query" if FRESH not in text else "seal" if "row_sha256" in text else "check"
        with self.meter.phase(name):
            return self.engine.arrow(text, values)

    def close(self) -> None:
        """Close the engine."""
        self.engine.close()


def main(home: Path, month: Month, name: str) -> None:
    """Run the step and answer with what it spent, by phase."""
    meter = Meter()
    meter.seconds["start"] = time.process_time()
    with meter.phase("playbook"):
        playbook = open_playbook()
    with meter.phase("open"):
        engine = TimedEngine(open_engine("duckdb", scratch=home / "scratch"), meter)
        store = Store(home, engine)
    for part, phase in (
        ("outputs", "lint"), ("merkle_root", "seal"), ("write_leaves", "seal"), ("file_entry", "hash"),
    ):  # fmt: skip
        setattr(store_module, part, meter.wrap(phase, getattr(store_module, part)))
    step = next(step for step in STEPS if step.name == name)
    written = step.build(store, playbook, month)
    total = time.process_time()
    phases = dict(meter.seconds)
    phases["rest"] = total - sum(phases.values())
    answer(
        {
            "cpu": total,
            "phases": phases,
            "rows": {f"{p.table.name} {p.key}": p.manifest.rows for p in written},
            "texts": engine.texts,
        }
    )
    engine.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Month.parse(sys.argv[2]), sys.argv[3])
