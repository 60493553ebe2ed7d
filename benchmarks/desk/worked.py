"""The months before the measured one, run and worked: their plans, what agents wrote down, and no scores yet.

`python -m benchmarks.desk.worked HOME MONTH SUBSCRIBERS SEED`
"""

import sys
from datetime import UTC, datetime, time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.flow.facts import AGREE_RATE
from benchmarks.flow.gauge import answer
from weixi.demo.agents import Crew, work
from weixi.demo.place import build
from weixi.demo.rates import Rates
from weixi.engine import Store, open_engine
from weixi.flow.decision import PLAN
from weixi.flow.outcome import record_facts
from weixi.flow.run import SCORES, open_playbook, playbooks_of, run_month
from weixi.kernel.period import Month

MONTHS = 3
"""Months run before the measured one; the trial and the effects of the measured one are of their plans."""


def main(home: Path, month: Month, subscribers: int, seed: int) -> None:
    """Run each month, and let agents work its plan in the next. What customers agree to changes no extract."""
    playbook = open_playbook(playbooks_of(home))
    store = Store(home, open_engine("duckdb", scratch=home / "scratch"))
    crew = Crew.of(build(subscribers, seed, Rates()))
    tasks = 0
    for before in (month.plus(k) for k in range(-MONTHS, 0)):
        now = datetime.combine(before.end, time(0), tzinfo=UTC)
        run_month(store, playbook, before, now=now, actor="bench", without=SCORES)
        due = before.plus(1)
        plan = pq.read_table(store.require(PLAN, month=due.number).files, partitioning=None)
        facts = work(plan, np.full(plan.num_rows, AGREE_RATE), crew, due, seed)
        record_facts(store, due, facts.to_batches(), origin=f"bench agents {seed} {due}")
        tasks += plan.num_rows
    store.engine.close()
    answer({"tasks": tasks})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Month.parse(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
