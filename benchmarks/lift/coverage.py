"""How often the intervals of simulated campaigns hold the truth, and how often there is a false alarm."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.lift.campaigns import PAST_BILL, PAST_RISK, RETAINED, REVENUE, Pool, Shape, run_campaigns
from weixi.flow.assessment import (
    LiftMoments,
    LiftStratum,
    effect_variance,
    estimate_lift,
    fixed_interval,
    sequential_interval,
)

ROWS = 1_600_000
"""Households drawn at a time."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of campaigns in which an interval holds the truth, or leaves zero outside.

    `once`: the fixed one at the last look holds it; `always`: the always-valid one at every look; `naive`: the fixed
    one at every look.

    `shown_once`, `shown_always`, `shown_naive`: zero lies outside at the last look, at any look, at any look.
    `removed`: mean share of the variance that the adjustment removed; `width`: always-valid over fixed width at the
    last look.
    """

    once: float
    always: float
    naive: float
    shown_once: float
    shown_always: float
    shown_naive: float
    removed: float
    width: float


OUTCOMES = {
    "retained": (RETAINED, (PAST_RISK,), True),
    "revenue": (REVENUE, (PAST_BILL, PAST_RISK), False),
}


def measure(pool: Pool, shape: Shape, campaigns: int, seed: int) -> dict[str, Coverage]:
    """The coverage of each outcome, adjusted and as `<outcome>_plain`; the same seed gives the same figures."""
    parts: dict[str, list[np.ndarray]] = defaultdict(list)
    truths = dict(zip(OUTCOMES, pool.effect, strict=True))
    for moments in _blocks(pool, shape, campaigns, seed):
        growing = moments.upto()
        for name in OUTCOMES:
            parts[name].append(_judge(name, growing, truths[name], shape, adjusted=True))
            parts[f"{name}_plain"].append(_judge(name, growing, truths[name], shape, adjusted=False))
    return {
        name: Coverage(*(float(each) for each in np.concatenate(rows, axis=1).mean(axis=1)))
        for name, rows in parts.items()
    }


def _blocks(pool: Pool, shape: Shape, campaigns: int, seed: int) -> Iterator[LiftMoments]:
    size = max(1, ROWS // shape.households)
    for number, start in enumerate(range(0, campaigns, size)):
        rng = np.random.default_rng([seed, number])
        yield run_campaigns(pool, shape, min(size, campaigns - start), rng)


def _judge(name: str, growing: LiftMoments, truth: float, shape: Shape, *, adjusted: bool) -> np.ndarray:
    outcome, covariates, is_rate = OUTCOMES[name]
    picked = growing.pick([outcome, *(covariates if adjusted else ())])
    found = estimate_lift(picked, is_rate=is_rate)
    once = fixed_interval(found)
    always = sequential_interval(found, _planned(picked, shape)[:, None])
    looked = np.isfinite(found.effect)

    def holds(low: np.ndarray, high: np.ndarray, value: float) -> np.ndarray:
        inside: np.ndarray = (low <= value) & (value <= high)
        return inside | ~looked

    true_once, true_always = holds(once.low, once.high, truth), holds(always.low, always.high, truth)
    zero_once, zero_always = holds(once.low, once.high, 0), holds(always.low, always.high, 0)
    width = (always.high - always.low)[:, -1] / (once.high - once.low)[:, -1]
    return np.stack(
        [
            true_once[:, -1], true_always.all(axis=1), true_once.all(axis=1),
            ~zero_once[:, -1], ~zero_always.all(axis=1), ~zero_once.all(axis=1),
            found.removed_share[:, -1], width,
        ]
    )  # fmt: skip


def _planned(picked: LiftMoments, shape: Shape) -> np.ndarray:
    """The information planned for the whole campaign, from the outcome's variance in the first look alone."""
    first = picked.count[:, 0].sum(axis=(1, 2))
    total, square = (
        picked.total[:, 0, ..., 0].sum(axis=(1, 2)),
        picked.product[:, 0, ..., 0, 0].sum(axis=(1, 2)),
    )
    variance = square / first - (total / first) ** 2 + 1 / first**2
    sizes = picked.count[:, 0].sum(axis=2) * shape.looks
    return np.array(
        [
            1
            / effect_variance([LiftStratum(n, share, v) for n, share in zip(size, shape.shares, strict=True)])
            for size, v in zip(sizes, variance, strict=True)
        ]
    )
