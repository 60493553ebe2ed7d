"""One world through all estimates and plans: what each was thought to bring, and what it brings in truth."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.policy.believe import judged_by, true_of
from benchmarks.policy.choose import RULES, Judged, Limits, allocated, ruled, set_limits
from benchmarks.policy.learn import Drawn, Learnt
from benchmarks.policy.world import Whole, World

OPEN = "every level"
"""The estimate that gives offers at every level of warning."""
CASES = (
    ("believed", "all"), ("believed", "money"), (OPEN, "all"), (OPEN, "money"),
    ("cautious", "all"), ("raw", "all"),
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
    """By case (estimate and what is short) and plan.

    Every plan of a case has the same estimates and means. The rules of thumb keep to the same levels of warnings, and
    once more to none, as who has no such limit would use them. The oracle is the allocation with the true values.
    """
    codes = [offer.code for offer in world.offers]
    found: dict[str, dict[str, Result]] = {}
    for name, short in CASES:
        judged = judged_by(name, world, drawn, learnt)
        limits = set_limits(world.coming, judged, short)
        truth = true_of(world)
        plans = {"allocation": _allocated(world, judged, limits, codes)}
        plans |= {rule: ruled(world.coming, judged, limits, rule) for rule in RULES}
        if name == "believed":
            free = judged_by(OPEN, world, drawn, learnt)
            plans |= {f"{rule}, {OPEN}": ruled(world.coming, free, limits, rule) for rule in RULES}
        plans["oracle"] = _allocated(world, truth, limits, codes)
        found[f"{name}, short of {short}"] = {
            plan: _result(world, truth if plan == "oracle" else judged, limits, choice)
            for plan, choice in plans.items()
        }
    return found


def _allocated(world: World, judged: Judged, limits: Limits, codes: Sequence[str]) -> Whole:
    with tempfile.TemporaryDirectory() as folder:
        return allocated(world.coming, judged, limits, codes, Path(folder))


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
