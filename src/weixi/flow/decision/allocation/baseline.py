"""What the usual rules of thumb reach within the same limits: rows in an order, each its best offer while it fits."""

from dataclasses import dataclass

import numpy as np

from weixi.engine import Partition, Store
from weixi.flow.decision.allocation.problem import Choice, Floats, Problem, Response, Whole
from weixi.kernel.language import Text

ROUNDS = 4
"""Who did not fit is asked again as often: whoever waits before a full limit held others up."""

RULES = {
    "risk": Text("高风险优先", "highest risk first"),
    "value_at_risk": Text("风险价值优先", "value at risk first"),
    "return": Text("回报最高优先", "best return first"),
    "uplift": Text("增益最高优先", "highest uplift first"),
}


@dataclass(frozen=True, slots=True)
class Baseline:
    """One rule of thumb: what it is worth, fen, and the limits that it does not keep (floors, as a rule)."""

    code: str
    name: Text
    value_fen: float
    broken: tuple[Text, ...]


def baselines(store: Store, rows: Partition, offers: tuple[Choice, ...], problem: Problem) -> list[Baseline]:
    """Every rule on the same rows and limits. All begin with their cheapest offer and are raised to their best one."""
    table = store.arrow(_text(len(offers)), inputs={"wide": rows})
    by_id = np.argsort(table["subscriber_id"].to_numpy(), kind="stable")
    taken = {name: table[name].to_numpy()[by_id].astype(np.float64) for name in table.column_names[1:]}
    cell = taken["cell"].astype(np.int64)
    found = []
    for rule, name in RULES.items():
        total = _run(problem, cell, taken, _order(rule, taken))
        excess = problem.excess(problem.use(total))
        broken = tuple(limit.name for limit, over in zip(problem.limits, excess, strict=True) if over > 0)
        found.append(Baseline(rule, name, float(problem.worth(total).sum()), broken))
    return found


def _text(width: int) -> str:
    """Each row's cheapest offer and its best one, by place, value and cost."""
    costs = ["0", *(f"cost_{k}" for k in range(1, width))]
    cheapest = ", ".join(f"CASE WHEN value_{k} IS NOT NULL THEN {costs[k]} END" for k in range(width))
    values = ", ".join(f"value_{k}" for k in range(width))
    low = " ".join(f"WHEN value_{k} IS NOT NULL AND {costs[k]} = least_cost THEN {k}" for k in range(width))
    high = " ".join(f"WHEN value_{k} = most_value THEN {k}" for k in range(width))

    def of(place: str, column: list[str]) -> str:
        return f"CASE {place} {' '.join(f'WHEN {k} THEN {text}' for k, text in enumerate(column))} END"

    value = [f"value_{k}" for k in range(width)]
    kept = ", ".join(["subscriber_id", "cell", "risk", "worth_fen", *value, *costs[1:]])
    return f"""WITH ends AS (
        SELECT {kept}, LEAST({cheapest}) AS least_cost, GREATEST({values}) AS most_value FROM wide WHERE NOT is_holdout
    ), places AS (
        SELECT {kept}, CASE {low} END AS low, CASE {high} END AS high FROM ends
    )
    SELECT subscriber_id, cell, risk, worth_fen, low, high, {of("low", value)} AS low_value,
        {of("low", costs)} AS low_cost, {of("high", value)} AS high_value, {of("high", costs)} AS high_cost
    FROM places"""


def _order(rule: str, taken: dict[str, Floats]) -> Whole:
    """The rows, first come first served; ties as they stand."""
    gained = taken["high_value"] - taken["low_value"]
    key = {
        "risk": taken["risk"],
        "value_at_risk": taken["risk"] * taken["worth_fen"],
        "return": gained / np.maximum(taken["high_cost"] - taken["low_cost"], 1.0),
        "uplift": gained / np.maximum(taken["worth_fen"], 1.0),
    }[rule]
    found: Whole = np.argsort(-key, kind="stable")
    return found


@dataclass(frozen=True)
class _Family:
    """Limits that count the same of cells of their own, so that one pass over the rows serves them all.

    By cell: the limit (−1 where none) and the share with which the cell takes part.
    """

    first: int
    limit: Whole
    share: Floats


def _families(problem: Problem) -> list[_Family]:
    """The limits in their order, those that count the same of other cells put together."""
    found: dict[tuple[bytes, ...], list[_Family]] = {}
    for j in range(len(problem.limits)):
        at = problem.limit_of == j
        cells = problem.cell_of[at]
        same = found.setdefault(
            (problem.count[j].tobytes(), problem.value[j].tobytes(), problem.cost[j].tobytes()), []
        )
        family = next((one for one in same if (one.limit[cells] < 0).all()), None)
        if family is None:
            family = _Family(j, np.full(problem.cells, -1), np.zeros(problem.cells))
            same.append(family)
        family.limit[cells], family.share[cells] = j, problem.share[at]
    return sorted((one for same in found.values() for one in same), key=lambda one: one.first)


def _run(problem: Problem, cell: Whole, taken: dict[str, Floats], order: Whole) -> Response:
    """The totals after all rounds."""
    low, high = taken["low"].astype(np.int64), taken["high"].astype(np.int64)
    raised = np.zeros(len(cell), dtype=bool)
    families = _families(problem)
    for _ in range(ROUNDS):
        room = problem.bound - problem.use(_total(problem, cell, taken, raised))
        left = order[~raised[order] & (low[order] != high[order])]
        for family in families:
            left = left[_fitting(problem, family, cell, taken, left, room)]
        if not len(left):
            break
        raised[left] = True
    return _total(problem, cell, taken, raised)


def _fitting(
    problem: Problem, family: _Family, cell: Whole, taken: dict[str, Floats], left: Whole, room: Floats
) -> Whole:
    """The places in `left` (an order of rows) that fit into what each limit still has, whoever comes first served."""
    limit, j = family.limit[cell[left]], family.first
    inside = np.flatnonzero(limit >= 0)
    rows, limit = left[inside], limit[inside]
    low, high = taken["low"][rows].astype(np.int64), taken["high"][rows].astype(np.int64)
    more = problem.count[j, high] - problem.count[j, low]
    for table, name in ((problem.value, "value"), (problem.cost, "cost")):
        if table[j].any():
            more += table[j, high] * taken[f"high_{name}"][rows] - table[j, low] * taken[f"low_{name}"][rows]
    asked = np.maximum(family.share[cell[rows]] * more, 0.0)
    line = np.argsort(limit, kind="stable")
    first = np.flatnonzero(np.diff(limit[line], prepend=-1))
    reached = np.cumsum(asked[line])
    before = reached[first] - asked[line][first]
    reached -= np.repeat(before, np.diff(np.append(first, len(line))))
    over = inside[line[(reached > room[limit[line]]) & (asked[line] > 0)]]
    fits = np.ones(len(left), dtype=bool)
    fits[over] = False
    found: Whole = np.flatnonzero(fits)
    return found


def _total(problem: Problem, cell: Whole, taken: dict[str, Floats], raised: Whole) -> Response:
    width = len(problem.offers)
    offer = np.where(raised, taken["high"], taken["low"]).astype(np.int64)
    tables = [
        np.bincount(cell * width + offer, weights=weight, minlength=problem.cells * width)
        .reshape(-1, width)
        .astype(np.float64)
        for weight in (
            None,
            np.where(raised, taken["high_value"], taken["low_value"]),
            np.where(raised, taken["high_cost"], taken["low_cost"]),
        )
    ]
    return Response(*tables)
