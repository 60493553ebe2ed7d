"""What the prepared book needs beside the extract: the month before run, and the desk's facts of the plan it made.

`python -m benchmarks.flow.facts HOME MONTH SUBSCRIBERS SEED`
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.flow.gauge import answer
from weixi.demo.agents import Crew, work
from weixi.demo.place import build
from weixi.demo.rates import Rates
from weixi.engine import Store, open_engine
from weixi.flow import decision, outcome
from weixi.flow.run import STEPS, open_playbook
from weixi.kernel.period import Month

LATER = "cohort"
"""The step that the month before does not run, so that the measured month freezes the year's cohorts."""

AGREE_RATE = 0.3
"""Every customer agrees as readily; how readily changes no step's work."""


def main(home: Path, month: Month, subscribers: int, seed: int) -> None:
    """Run the month before, and let agents work its plan in `month`."""
    playbook = open_playbook()
    store = Store(home, open_engine("duckdb", scratch=home / "scratch"))
    for step in STEPS:
        if step.name != LATER:
            step.build(store, playbook, month.plus(-1))
    plan = pq.read_table(store.require(decision.PLAN, month=month.number).files, partitioning=None)
    crew = Crew.of(build(subscribers, seed, Rates()))
    facts = work(plan, np.full(plan.num_rows, AGREE_RATE), crew, month, seed)
    outcome.record_facts(store, month, facts.to_batches(), origin=f"bench agents {seed}")
    answer({"tasks": plan.num_rows, "facts": facts.num_rows})
    store.engine.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Month.parse(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
