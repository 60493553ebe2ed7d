"""The rules of thumb beside a plain reading of them: one row after the other."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from handmade.allocated import CELLS, OFFERS, WIDTH, wide_rows
from handmade.allocation import limit
from weixi.engine import Store
from weixi.flow.decision import Kind, Limit, Sense
from weixi.flow.decision.allocation.baseline import ROUNDS, RULES, baselines
from weixi.flow.decision.allocation.problem import Problem

EVERY = list(range(CELLS))
COST = dict.fromkeys(range(1, WIDTH), 1.0)
LIMITS = [
    limit(Kind.MONEY, EVERY, 900 * 1700.0, cost=COST),
    *(limit(Kind.MINUTES, [g], 150 * (2.0 + g), count={2: 5.0, 3: 8.0, 4: 12.0}) for g in range(4)),
    limit(Kind.FLOOR, [5], 15.0, Sense.AT_LEAST, count={4: 1.0}),
]


def use(one: Limit, cell: int, offer: int, value: float, cost: float) -> float:
    own = one.count.get(offer, 0.0) + one.value.get(offer, 0.0) * value + one.cost.get(offer, 0.0) * cost
    return one.cells.get(cell, 0.0) * own * (1.0 if one.sense is Sense.AT_MOST else -1.0)


def row_by_row(rows: list[dict[str, float]], rule: str) -> tuple[float, set[str]]:
    """The value of the rule, and the codes of the limits that it does not keep."""
    ends = []
    for row in rows:
        may = [k for k in range(WIDTH) if row[f"value_{k}"] is not None]
        costs = {k: row.get(f"cost_{k}", 0) for k in may}
        low, high = (
            min(may, key=lambda k: (costs[k], k)),
            max(may, key=lambda k: (row[f"value_{k}"], -k)),
        )
        ends.append([(k, row[f"value_{k}"], costs[k]) for k in (low, high)])
    gained = [high[1] - low[1] for low, high in ends]
    keys = {
        "risk": [row["risk"] for row in rows],
        "value_at_risk": [row["risk"] * row["worth_fen"] for row in rows],
        "return": [gain / max(high[2] - low[2], 1) for gain, (low, high) in zip(gained, ends, strict=True)],
        "uplift": [gain / max(row["worth_fen"], 1) for gain, row in zip(gained, rows, strict=True)],
    }[rule]
    order = sorted(range(len(rows)), key=lambda n: (-keys[n], rows[n]["subscriber_id"]))
    taken = [low for low, _ in ends]

    def used(one: Limit) -> float:
        return sum(use(one, row["cell"], *offer) for row, offer in zip(rows, taken, strict=True))

    def bound(one: Limit) -> float:
        return one.bound if one.sense is Sense.AT_MOST else -one.bound

    for _ in range(ROUNDS):
        fits = [n for n in order if taken[n] == ends[n][0] and ends[n][0][0] != ends[n][1][0]]
        for one in LIMITS:
            room, asked, kept = bound(one) - used(one), 0.0, []
            for n in fits:
                more = max(use(one, rows[n]["cell"], *ends[n][1]) - use(one, rows[n]["cell"], *ends[n][0]), 0)
                asked += more
                if asked <= room or more == 0:
                    kept.append(n)
            fits = kept
        for n in fits:
            taken[n] = ends[n][1]
    broken = {one.code for one in LIMITS if used(one) > bound(one) + 1e-6}
    return float(sum(offer[1] for offer in taken)), broken


@pytest.mark.parametrize("ties", [False, True])
def test_every_rule_is_what_it_says_row_by_row(store: Store, ties: bool) -> None:
    rows = wide_rows(store, 1000, 12, ties=ties)
    found = baselines(store, rows, OFFERS, Problem(CELLS, OFFERS, LIMITS))
    read = [row for row in pq.read_table(rows.files).to_pylist() if not row["is_holdout"]]
    assert [rule.code for rule in found] == list(RULES)
    values = set()
    for rule in found:
        value, broken = row_by_row(read, rule.code)
        assert rule.value_fen == value
        assert len(rule.broken) == len(broken)
        values.add(value)
    assert len(values) > 1 or ties
    assert np.isfinite(list(values)).all()
