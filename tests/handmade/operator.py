"""A simulated operator's home, walked once for all test processes of a run."""

import json
import os
import time
from pathlib import Path

from weixi.demo import MARK
from weixi.demo.walk import operator_for, walk
from weixi.engine import Store, open_engine
from weixi.flow.run import open_playbook
from weixi.kernel.period import Month

SUBSCRIBERS, SEED, HISTORY, MONTHS = 1_500, 7, 4, 2
PLAN_MONTH = Month.of(2025, 3)
"""The month of the last plan; January and February 2025 are assessed."""


def walked_home(shared: Path) -> Path:
    """The home under the folder that the processes share; whoever comes first walks, the others wait."""
    home, lock = shared / "operator", shared / "operator.lock"
    done = home / "done"
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        for _ in range(3000):
            if done.exists():
                return home
            time.sleep(0.1)
        raise TimeoutError(f"nobody finished {home}") from None
    home.mkdir()
    (home / "secret.key").write_text("0123456789abcdefABCDEF", encoding="ascii")
    (home / MARK).write_text(json.dumps({"subscribers": SUBSCRIBERS, "seed": SEED}) + "\n", encoding="utf-8")
    playbook = open_playbook()
    operator = operator_for(playbook, SUBSCRIBERS, SEED, PLAN_MONTH.plus(-MONTHS - HISTORY), home / "extract")
    store = Store(home, open_engine("duckdb", home / "scratch"))
    for _ in walk(store, playbook, operator, history=HISTORY, months=MONTHS):
        pass
    store.engine.close()
    done.touch()
    return home
