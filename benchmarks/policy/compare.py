"""One world through all estimates and plans: what each was thought to bring, and what it brings in truth."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.policy.believe import judged_by, true_of
from benchmarks.policy.choose import RULES, Judged, Limits, allocated, ruled, set_limits
from benchmarks.policy.learn import Drawn, Learnt
from benchmarks.policy.world import Whole, World

PLANS = ("allocation", *RULES, "oracle")
"""The plans of each case; the oracle is the allocation with the true values, within the same limits."""
CASES = (
    ("believed", "all"), ("believed", "money"), ("likely", "all"), ("likely", "money"), ("cautious", "all"),
    ("raw", "all"),
)  # fmt: skip
"""Each estimate under what is short."""


@dataclass(frozen=True, slots=True)
class Result:
    """One plan in one world, yuan: what its estimates promise, what it brings, what its offers cost in truth.

    `money`: the most that it might spend; `contacts`: lines contacted; `harmed`: those of them that it wakes in truth.
    """

    promised: float
    realised: float
    cost: float
    money: float
    contacts: int
    harmed: int


def compare(world: World, drawn: Drawn, learnt: Learnt) -> dict[str, dict[str, Result]]:
    """By case (estimate and what is short) and plan."""
    codes = [offer.code for offer in world.offers]
    found: dict[str, dict[str, Result]] = {}
    for name, short in CASES:
        judged = judged_by(name, world, drawn, learnt)
        limits = set_limits(world.coming, judged, short)
        truth = true_of(world)
        plans = {rule: ruled(world.coming, judged, limits, rule) for rule in RULES}
        for plan, of in (("allocation", judged), ("oracle", truth)):
            with tempfile.TemporaryDirectory() as folder:
                plans[plan] = allocated(world.coming, of, limits, codes, Path(folder))
        found[f"{name}, short of {short}"] = {
            plan: _result(world, truth if plan == "oracle" else judged, limits, plans[plan]) for plan in PLANS
        }
    return found


def _result(world: World, judged: Judged, limits: Limits, choice: Whole) -> Result:
    rows, at = world.coming, np.flatnonzero(choice >= 0)
    offer = choice[at]
    cost = rows.agreed[at, offer] * world.cost_fen[offer]
    kept = rows.kept[at, offer]
    return Result(
        promised=float(judged.value[at, offer].sum()) / 100,
        realised=float((kept * rows.true_worth_fen[at] - cost).sum()) / 100,
        cost=float(cost.sum()) / 100,
        money=limits.money / 100,
        contacts=len(at),
        harmed=int((kept < 0).sum()),
    )
