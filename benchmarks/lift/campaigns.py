"""Simulated campaigns with a known effect: households drawn from the simulated operator's own hazards and bills.

The truth is the operator's: each warned line's probability of leaving with nothing done, and with its best answering
offer made, reached and agreed to at the operator's own rates. Nothing of the estimate is used to make it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from weixi.demo import hazard
from weixi.demo.operator import Operator
from weixi.flow.assessment import LiftMoments, gather_moments
from weixi.kernel.period import Month

Array = NDArray[np.float64]

REACHED = 0.8
"""The share of households that are reached in three calls."""
MONTHS = 6
"""Months whose bills are summed; who leaves pays half of the first."""
HIGH_FEN = 8_000
RETAINED, REVENUE, PAST_BILL, PAST_RISK = range(4)
"""The values of a household, in the order of the moments."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The warned lines of an operator. `held` and `treated`: true probability of leaving in the month, by arm.

    `level_fen` is the usual monthly bill, `risk` what the columns show of the hazard (the rest is frailty), `stratum`
    0 below 80 yuan and 1 from there on.
    """

    held: Array
    treated: Array
    level_fen: Array
    risk: Array
    stratum: NDArray[np.int64]

    @property
    def effect(self) -> tuple[float, float]:
        """The true mean effect of being treated: households kept, and fen billed."""
        kept = self.held - self.treated
        return float(kept.mean()), float((kept * self.level_fen).mean() * (MONTHS - 0.5))

    def saved(self, share: float) -> "Pool":
        """The same people, of whom the treatment keeps that share of those who would leave; 0: it does nothing."""
        return Pool(self.held, self.held * (1 - share), self.level_fen, self.risk, self.stratum)


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of campaign: its households, the share held out below and from 80 yuan, how often it is looked at."""

    households: int = 8_000
    shares: tuple[float, float] = (0.12, 0.08)
    looks: int = 24


def make_pool(subscribers: int, seed: int) -> Pool:
    """The warned lines of a simulated operator of that size."""
    operator = Operator(subscribers, seed, Month.of(2025, 1), out=Path("no-extract-is-written"))
    month, leaving = operator.month, operator.rates.leaving
    at = np.flatnonzero(operator.lines.is_live & operator.lines.is_main)
    lines = operator.lines.take(at)
    rows = hazard.risks(lines, month, leaving)
    warned = np.flatnonzero(rows.max(axis=0) > 0.4)
    lines, rows = lines.take(warned), rows[:, warned]
    log = hazard.log_hazard(lines, rows, month, operator.place, leaving)
    held = hazard.hazard(log, operator.intercept, lines, leaving)
    cures = np.stack([hazard.cured(rows, family) for family in range(len(hazard.FAMILIES))])
    family = cures.argmax(axis=0).astype(np.int8)
    effect = hazard.effect(log, hazard.relief(lines, rows, family), operator.intercept, lines, leaving)
    agreed = hazard.agree_rate(lines, rows, family)
    seen = hazard.hazard(log - lines.frailty, operator.intercept, lines, leaving)
    return Pool(
        held=held.astype(np.float64),
        treated=(held * (1 - REACHED * agreed * effect)).astype(np.float64),
        level_fen=lines.level.astype(np.float64),
        risk=seen.astype(np.float64),
        stratum=(lines.level >= HIGH_FEN).astype(np.int64),
    )


def run_campaigns(pool: Pool, shape: Shape, campaigns: int, rng: np.random.Generator) -> LiftMoments:
    """The moments of so many campaigns, (campaigns, looks, 2 strata, 2 arms): what each look adds to the one before."""
    each = shape.households // shape.looks
    rows = campaigns * shape.looks * each
    who = rng.integers(len(pool.held), size=rows)
    stratum = pool.stratum[who]
    arm = (rng.random(rows) >= np.asarray(shape.shares)[stratum]).astype(np.int64)
    leaves = rng.random(rows) < np.where(arm == 1, pool.treated[who], pool.held[who])
    noise = np.exp(0.1 * rng.standard_normal((2, rows)) / np.sqrt([[3.0], [MONTHS]]))
    drift = np.exp(0.2 * rng.standard_normal(rows) - 0.02)
    level = pool.level_fen[who]
    paid = np.where(leaves, 0.5, MONTHS) * level * noise[1] * drift
    place = np.arange(rows) // each
    group = (place * 2 + stratum) * 2 + arm
    values = [(~leaves).astype(np.float64), paid, level * noise[0], np.log(pool.risk[who])]
    return gather_moments(values, group, (campaigns, shape.looks, 2, 2))
