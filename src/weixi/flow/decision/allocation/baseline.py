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

    name: Text
    value_fen: float
    broken: tuple[Text, ...]


def baselines(store: Store, rows: Partition, offers: tuple[Choice, ...], problem: Problem) -> list[Baseline]:
    """Every rule on the same rows and limits. All begin with their cheapest offer and are raised to their best one."""
    table = store.arrow(_text(len(offers)), inputs={"wide": rows})
    taken = {name: table[name].to_numpy().astype(np.float64) for name in table.column_names}
    cell = table["cell"].to_numpy().astype(np.int64)
    found = []
    for rule, name in RULES.items():
        total = _run(problem, cell, taken, _order(rule, taken))
        excess = problem.excess(problem.use(total))
        broken = tuple(limit.name for limit, over in zip(problem.limits, excess, strict=True) if over > 0)
        found.append(Baseline(name, float(problem.worth(total).sum()), broken))
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
    """The rows, first come first served; ties by id."""
    gained = taken["high_value"] - taken["low_value"]
    key = {
        "risk": taken["risk"],
        "value_at_risk": taken["risk"] * taken["worth_fen"],
        "return": gained / np.maximum(taken["high_cost"] - taken["low_cost"], 1.0),
        "uplift": gained / np.maximum(taken["worth_fen"], 1.0),
    }[rule]
    found: Whole = np.lexsort((taken["subscriber_id"], -key))
    return found


def _run(problem: Problem, cell: Whole, taken: dict[str, Floats], order: Whole) -> Response:
    """The totals after all rounds."""
    low, high = taken["low"].astype(np.int64), taken["high"].astype(np.int64)
    raised = np.zeros(len(cell), dtype=bool)
    place = np.empty(len(cell), dtype=np.int64)
    place[order] = np.arange(len(cell))
    by_cell = np.lexsort((place, cell))
    first = np.searchsorted(cell[by_cell], np.arange(problem.cells + 1))
    for _ in range(ROUNDS):
        total = _total(problem, cell, taken, raised)
        room = problem.bound - problem.use(total)
        fits = ~raised & (low != high)
        if not fits.any():
            break
        for j in range(len(problem.limits)):
            at = problem.limit_of == j
            rows = np.concatenate([by_cell[first[g] : first[g + 1]] for g in problem.cell_of[at]])
            share = np.repeat(problem.share[at], np.diff(first)[problem.cell_of[at]])
            line = np.argsort(place[rows], kind="stable")
            rows, share = rows[line], share[line]
            more = share * (
                problem.count[j, high[rows]] - problem.count[j, low[rows]]
                + problem.value[j, high[rows]] * taken["high_value"][rows]
                - problem.value[j, low[rows]] * taken["low_value"][rows]
                + problem.cost[j, high[rows]] * taken["high_cost"][rows]
                - problem.cost[j, low[rows]] * taken["low_cost"][rows]
            )  # fmt: skip
            asked = np.where(fits[rows], np.maximum(more, 0.0), 0.0)
            fits[rows[(np.cumsum(asked) > room[j]) & (asked > 0)]] = False
        if not fits.any():
            break
        raised |= fits
    return _total(problem, cell, taken, raised)


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
