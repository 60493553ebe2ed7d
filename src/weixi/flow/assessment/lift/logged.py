"""Logged decisions: what the lot gave to whom and what was kept; and a plan as a policy over such people."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.assessment.lift.moments import Array, Index
from weixi.flow.assessment.lift.policy_value import Log, Policy
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import FactType

CARE = 1
"""The choice that every task may have: a contact without an offer. No contact is choice 0 and is never drawn."""
PARTS = 3
"""Risk and worth tell people apart by thirds: finer strata would repeat the noise that the plan was chosen by."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class PlannedMonth:
    """One month's plan and its allocation; `outcome` where the month is over, `fact` where the desk wrote any."""

    month: Month
    plan: Partition
    allocation: Partition
    outcome: Partition | None = None
    fact: Partition | None = None


@dataclass(frozen=True)
class Decided:
    """Tasks with the choice each got: n rows, K actions; action 0 is care without an offer, k the k-th offer.

    `subscriber_id` is the line that leads the task. `open` (n, K) says which actions it might have had; `risk` (0–1) is
    the mean where it was not scored; `worth_fen` is kept where the leading line stays; `cost_fen` is what its own
    action costs. `retained` and `taken` are False where the month is not over.
    """

    subscriber_id: Index
    household: NDArray[np.object_]
    kind: NDArray[np.object_]
    action: Index
    open: Flags
    risk: Array
    worth_fen: Array
    cost_fen: Array
    value_fen: Array
    retained: Flags
    taken: Flags

    def __len__(self) -> int:
        return len(self.action)

    @property
    def propensity(self) -> Array:
        """The lot's probability of each action (n, K): one over the number of open ones."""
        found: Array = self.open / self.open.sum(axis=1, keepdims=True)
        return found

    @property
    def reward_fen(self) -> Array:
        """What came of each task: its worth where the line stayed, less what its offer cost where it was agreed to."""
        found: Array = self.retained * self.worth_fen - self.taken * self.cost_fen
        return found

    def traits(self, kinds: Sequence[str]) -> Array:
        """What was known of each task before its choice: risk, worth, both together, and which warning of `kinds`."""
        warned = (self.kind.astype(str)[:, None] == np.array(kinds, dtype=str)[None, :]).astype(np.float64)
        return np.column_stack([self.risk, self.worth_fen, self.risk * self.worth_fen, warned])

    def rows(self, chosen: Flags) -> "Decided":
        """Some of the tasks."""
        return Decided(**{each.name: getattr(self, each.name)[chosen] for each in fields(self)})


def has_same_offers(store: Store, month: PlannedMonth, offers: Sequence[str]) -> bool:
    """Whether every offer that the month chose stands at its place in `offers`, and no other one was open there.

    Choices are stored as numbers: under a playbook in another order they would be other offers.
    """
    rows = store.rows(
        "SELECT choice, offer_code, MAX(open_bits) AS bits FROM allocation GROUP BY choice, offer_code",
        inputs={"allocation": month.allocation},
    )
    places = {code: place for place, code in enumerate(offers, start=CARE + 1)}
    return all(
        int(row["bits"]) < 2 ** (len(offers) + CARE + 1)
        and (row["offer_code"] is None or places.get(str(row["offer_code"])) == int(row["choice"]))
        for row in rows
    )


def read_decided(store: Store, months: Sequence[PlannedMonth], actions: int, *, drawn: bool) -> Decided:
    """The tasks of these plans whose choice was drawn by lot, or (`drawn` False) those that the plan itself chose for.

    Tasks that were left alone, or that could not have had care, are in neither. Raises DataError where a stored
    probability is not that of the lot: one over the number of open choices.
    """
    parts = [_read(store, each, drawn=drawn) for each in months]
    rows = pa.concat_tables(parts)
    bits = rows["open_bits"].to_numpy().astype(np.int64)
    opened = (bits[:, None] >> np.arange(CARE, actions + CARE)) & 1 > 0
    choice = rows["choice"].to_numpy().astype(np.int64) - CARE
    if drawn:
        _check(rows["propensity_ppm"].to_numpy(zero_copy_only=False), opened)
    risk = rows["risk_ppm"].to_numpy(zero_copy_only=False).astype(np.float64) / 1e6
    known = risk[~np.isnan(risk)]
    kept = np.flatnonzero((choice >= 0) & (choice < actions) & opened[:, 0])
    kept = kept[opened[kept, choice[kept]]]

    def column(name: str) -> Array:
        taken: Array = rows[name].to_numpy(zero_copy_only=False).astype(np.float64)[kept]
        return taken

    return Decided(
        subscriber_id=rows["subscriber_id"].to_numpy().astype(np.int64)[kept],
        household=rows["household_key"].to_numpy(zero_copy_only=False)[kept],
        kind=rows["kind"].to_numpy(zero_copy_only=False)[kept],
        action=choice[kept],
        open=opened[kept],
        risk=np.where(np.isnan(risk), known.mean() if len(known) else 0.0, risk)[kept],
        worth_fen=column("worth_fen"),
        cost_fen=column("cost_fen"),
        value_fen=column("value_fen"),
        retained=column("is_retained") > 0,
        taken=column("is_taken") > 0,
    )


def log_of(drawn: Decided, *plans: Decided) -> tuple[Log, tuple[Policy, ...]]:
    """The drawn tasks as a log, and each plan as a policy over them.

    The reward is the worth of a task whose line stayed, less what the offer cost where it was agreed to. A policy is
    how often its plan takes each action among tasks with the same warning and open choices, of the same third by risk
    and by worth; where the plan had none such, among those with the same open choices, else among all. So it is the
    plan as far as these tell tasks apart, and nothing that the log says of outcomes went into it but through the plan.
    """
    kinds = sorted(set(np.concatenate([each.kind for each in (*plans, drawn)]).astype(str)))
    actions, traits = drawn.open.shape[1], drawn.traits(kinds)
    wanted = [_policy_shares(plan, drawn) for plan in plans]
    costs = np.concatenate([each.cost_fen for each in (*plans, drawn)])
    taken = np.concatenate([each.action for each in (*plans, drawn)])
    made = np.bincount(taken, minlength=actions)
    mean = np.bincount(taken, weights=costs, minlength=actions) / np.maximum(made, 1)
    cost = np.tile(mean, (len(drawn), 1))
    cost[np.arange(len(drawn)), drawn.action] = drawn.cost_fen
    _, household = np.unique(drawn.household.astype(str), return_inverse=True)
    log = Log(
        np.column_stack([traits, *wanted]), drawn.action, drawn.propensity, drawn.reward_fen, cost, household
    )
    starts = range(traits.shape[1], traits.shape[1] + actions * len(plans), actions)
    return log, tuple(_columns(start, start + actions) for start in starts)


def _columns(start: int, end: int) -> Policy:
    """The policy that stands in these columns of the features."""
    return lambda rows: rows[:, start:end].copy()


def _policy_shares(planned: Decided, drawn: Decided) -> Array:
    """How often the plan takes each action among tasks like each drawn one: (n, K)."""
    both = (planned, drawn)
    _, kind = np.unique(np.concatenate([each.kind for each in both]).astype(str), return_inverse=True)
    _, pattern = np.unique(np.concatenate([each.open for each in both]), axis=0, return_inverse=True)
    thirds = [
        np.searchsorted(np.quantile(getattr(planned, name), np.arange(1, PARTS) / PARTS), getattr(each, name))
        for each in both
        for name in ("risk", "worth_fen")
    ]
    risk, worth = np.concatenate(thirds[::2]), np.concatenate(thirds[1::2])
    strata = np.column_stack([pattern.reshape(-1), kind, risk, worth])
    return _shares(planned, drawn, strata[: len(planned)], strata[len(planned) :])


def _shares(planned: Decided, drawn: Decided, of: Index, like: Index) -> Array:
    """How often the plan takes each action in the stratum of each drawn task: (n, K), its own open ones alone."""
    actions = drawn.open.shape[1]
    found = np.zeros((len(drawn), actions))
    left = np.ones(len(drawn), dtype=np.bool_)
    for columns in (4, 1, 0):
        keys = np.concatenate([of[:, :columns], like[:, :columns]])
        groups, place = np.unique(keys, axis=0, return_inverse=True)
        place = place.reshape(-1)
        size = len(groups) * actions
        taken = np.bincount(place[: len(planned)] * actions + planned.action, minlength=size)
        shares = taken.reshape(-1, actions)[place[len(planned) :]] * drawn.open
        told = left & (shares.sum(axis=1) > 0)
        found[told] = shares[told] / shares[told].sum(axis=1, keepdims=True)
        left &= ~told
    found[left, 0] = 1.0
    return found


def _read(store: Store, month: PlannedMonth, *, drawn: bool) -> pa.Table:
    inputs: dict[str, Partition | list[Partition]] = {"plan": month.plan, "allocation": month.allocation}
    inputs |= {name: part for name in ("outcome", "fact") if (part := getattr(month, name)) is not None}
    return store.arrow(
        _text(drawn=drawn, has_outcome=month.outcome is not None, has_facts="fact" in inputs), inputs=inputs
    )


def _text(*, drawn: bool, has_outcome: bool, has_facts: bool) -> str:
    """One row a task: its allocation, its warning, what became of it."""
    pieces = Pipeline()
    takers = f"SELECT DISTINCT task_id AS taker_id FROM fact WHERE fact_type = '{FactType.AGREED}'"
    pieces.add("taker", takers if has_facts else "SELECT task_id AS taker_id FROM plan WHERE FALSE")
    retained, joined = "FALSE", ""
    if has_outcome:
        retained, joined = "o.is_retained", "JOIN outcome AS o ON o.task_id = p.task_id"
    return pieces.text(
        f"""SELECT a.subscriber_id, p.household_key, p.kind, a.choice, a.open_bits, a.propensity_ppm, a.risk_ppm,
  a.worth_fen, a.cost_fen, a.value_fen, CASE WHEN {retained} THEN 1 ELSE 0 END AS is_retained,
  CASE WHEN t.taker_id IS NULL THEN 0 ELSE 1 END AS is_taken
FROM allocation AS a JOIN plan AS p ON p.subscriber_id = a.subscriber_id {joined}
LEFT JOIN taker AS t ON t.taker_id = p.task_id
WHERE {"a.is_drawn" if drawn else "NOT a.is_drawn"} AND p.withdrawn_rule IS NULL
ORDER BY p.household_key"""
    )


def _check(stored: NDArray[np.generic], opened: Flags) -> None:
    expected = 1e6 // np.maximum(opened.sum(axis=1), 1)
    wrong = int((np.abs(stored.astype(np.float64) - expected) > 1).sum())
    if wrong:
        raise DataError(
            "lift.propensity",
            Text(
                f"{wrong:,} 行存下的投放概率与可选项数不符",
                f"the stored probabilities of {wrong:,} rows are not the lot's",
            ),
            Text(
                "这些月份的优惠与现行方案不同：用 --playbook 指定当时的方案；不要改动已存的概率",
                "the offers of those months are not this playbook's: name theirs with --playbook; stored probabilities "
                "are not to be changed",
            ),
        )
