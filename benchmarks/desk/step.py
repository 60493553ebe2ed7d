"""Steps of one month's run in a process of their own: `python -m benchmarks.desk.step HOME MONTH STEP...`.

The run is that of `weixi run`, taken apart.
"""

import sys
import time
from pathlib import Path

from benchmarks.flow.gauge import answer
from weixi.engine import Store, open_engine
from weixi.flow.run import STEPS, open_playbook, playbooks_of
from weixi.kernel.period import Month


def main(home: Path, month: Month, names: list[str]) -> None:
    """Build the steps; answers with the CPU seconds that they took, the program's start not among them."""
    playbook = open_playbook(playbooks_of(home))
    store = Store(home, open_engine("duckdb", home / "scratch"))
    began = time.process_time()
    for step in STEPS:
        if step.name in names:
            step.build(store, playbook, month)
    spent = time.process_time() - began
    store.engine.close()
    answer({"cpu": spent})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Month.parse(sys.argv[2]), sys.argv[3:])
