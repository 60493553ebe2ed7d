"""Tasks of which everything is known, as a lot or a plan decided them: in memory, and as the month's tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from handmade.tables import put
from weixi.engine import Store
from weixi.flow.assessment import Decided, PlannedMonth
from weixi.flow.decision import ALLOCATION, PLAN
from weixi.flow.outcome import FACT, OUTCOME
from weixi.kernel.period import Month

SAVED = np.array([[0.1, 0.7, 0.2], [0.1, 0.0, 0.0]])
"""Of those who would leave, the share that care and two offers keep: of the first warning's tasks, of the second's."""
COST = np.array([0.0, 500.0, 2_000.0])
AGREE = 0.5
KINDS = np.array(["contract_expiring", "usage_drop"])


@dataclass(frozen=True)
class People:
    """Tasks of which everything is known: kind 0 or 1, open actions, risk, worth."""

    kind: np.ndarray
    opened: np.ndarray
    risk: np.ndarray
    worth: np.ndarray

    def truth(self, policy: Callable[["People"], np.ndarray]) -> float:
        """The true mean gain of the policy over care alone."""
        chosen, at = policy(self), np.arange(len(self.risk))
        saved = (SAVED[self.kind, chosen] - SAVED[self.kind, 0]) * self.risk * self.worth
        return float((saved - AGREE * COST[chosen])[at].mean())


def people(seed: int, count: int) -> People:
    rng = np.random.default_rng(seed)
    opened = np.column_stack([np.ones(count, dtype=bool), rng.random((count, 2)) < 0.8])
    return People(
        rng.integers(0, 2, count), opened, rng.uniform(0.1, 0.5, count), rng.uniform(1e4, 4e4, count).round()
    )


def good(tasks: People) -> np.ndarray:
    """The first offer where it helps and is open, care for the others."""
    return np.where((tasks.kind == 0) & tasks.opened[:, 1], 1, 0)


def wasteful(tasks: People) -> np.ndarray:
    """The dear offer for whoever may have it."""
    return np.where(tasks.opened[:, 2], 2, 0)


def decided(tasks: People, action: np.ndarray, seed: int) -> Decided:
    """What became of the tasks under these actions."""
    rng = np.random.default_rng([seed, 9])
    leaves = tasks.risk * (1 - SAVED[tasks.kind, action])
    count = len(action)
    return Decided(
        subscriber_id=np.arange(count),
        household=np.arange(count).astype(str).astype(object),
        kind=KINDS[tasks.kind].astype(object),
        action=action,
        open=tasks.opened,
        risk=tasks.risk,
        worth_fen=tasks.worth,
        cost_fen=COST[action],
        value_fen=np.full(count, 9_000.0),
        retained=rng.random(count) >= leaves,
        taken=(action > 0) & (rng.random(count) < AGREE),
    )


def lot(tasks: People, seed: int) -> np.ndarray:
    return (np.random.default_rng([seed, 5]).random(tasks.opened.shape) * tasks.opened).argmax(axis=1)


def month_of(
    store: Store,
    month: Month,
    tasks: People,
    action: np.ndarray,
    *,
    drawn: bool,
    is_over: bool,
    codes: Sequence[str] = ("one", "two"),
    seed: int = 1,
    made: Decided | None = None,
    note: Mapping[str, Any] | None = None,
) -> PlannedMonth:
    """The month's partitions: plan, allocation and, where it is over, outcomes and agreements.

    `codes` are the offers'; `made` is what came of the tasks, where it is not what `decided` says; `note` is that
    of the allocation.
    """
    found = made or decided(tasks, action, seed)
    bits = (tasks.opened * 2 ** np.arange(1, 4)).sum(axis=1)
    plans, rows, outcomes, facts = [], [], [], []
    for i in range(len(action)):
        name = f"t{month.number}-{i}"
        plans.append(
            {
                "task_id": name, "subscriber_id": i, "household_key": f"h{month.number}-{i}",
                "kind": found.kind[i], "task_type": "BALANCE", "level": "RED", "line_count": 1,
                "offer_code": codes[int(action[i]) - 1] if action[i] else None,
                "happens_date": month.first, "task_date": month.first, "window_start_date": month.first,
                "window_end_date": month.last, "unit_code": "U", "node_code": "U",
            }
        )  # fmt: skip
        rows.append(
            {
                "subscriber_id": i, "choice": int(action[i]) + 1, "value_fen": 9_000,
                "cost_fen": int(found.cost_fen[i]),
                "worth_fen": int(tasks.worth[i]), "open_bits": int(bits[i]), "is_drawn": drawn,
                "offer_code": codes[int(action[i]) - 1] if action[i] else None,
                "propensity_ppm": 1_000_000 // int(tasks.opened[i].sum()) if drawn else None,
                "risk_ppm": int(tasks.risk[i] * 1e6),
            }
        )  # fmt: skip
        outcomes.append(
            {"task_id": name, "subscriber_id": i, "kind": found.kind[i], "node_code": "U",
             "is_retained": bool(found.retained[i])}
        )  # fmt: skip
        if found.taken[i]:
            facts.append(
                {
                    "fact_id": name,
                    "task_id": name,
                    "fact_type": "AGREED",
                    "happened_at": datetime(month.year, month.number % 100, 10, 12),
                }
            )
    return PlannedMonth(
        month,
        put(store, PLAN, plans, month=month.number),
        put(store, ALLOCATION, rows, note=note, month=month.number),
        put(store, OUTCOME, outcomes, month=month.number) if is_over else None,
        put(store, FACT, facts, month=month.number) if is_over else None,
    )
