"""A simulated operator's home, walked once for all test processes of a run."""

import json
from pathlib import Path

from handmade.alone import once
from weixi.demo import MARK
from weixi.demo.walk import operator_for, walk
from weixi.engine import Store, open_engine
from weixi.flow.run import open_playbook
from weixi.kernel.period import Month

SUBSCRIBERS, SEED, HISTORY, MONTHS = 1_500, 7, 4, 2
PLAN_MONTH = Month.of(2025, 3)
"""The month of the last plan; January and February 2025 are assessed."""


def walked_home(shared: Path) -> Path:
    """The home under the folder that the processes share."""
    return once(shared, "operator", _walk)


def _walk(home: Path) -> None:
    (home / "secret.key").write_text("0123456789abcdefABCDEF", encoding="ascii")
    (home / MARK).write_text(json.dumps({"subscribers": SUBSCRIBERS, "seed": SEED}) + "\n", encoding="utf-8")
    playbook = open_playbook()
    operator = operator_for(playbook, SUBSCRIBERS, SEED, PLAN_MONTH.plus(-MONTHS - HISTORY), home / "extract")
    store = Store(home, open_engine("duckdb", home / "scratch"))
    for _ in walk(store, playbook, operator, history=HISTORY, months=MONTHS):
        pass
    store.engine.close()
