"""Prices for all rows: from a sample to the rows that waver, proved by a pass over everything."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.problem import Floats, Problem, Response
from weixi.flow.decision.allocation.response import StoredRows
from weixi.flow.decision.allocation.search import PENALTY, Found, bound_of, ground, search

SAMPLE = 60_000
MOST_HELD = 1_500_000
LEAST_HELD, FEWEST_HELD = 0.15, 20_000
ERRORS = 1.5
LEAST_WIDTH, MOST_WIDTH = 0.004, 0.8
TURNS = 5
OVERSTEPPED = 1e-7
USUAL = 0.05
"""A price that nobody pays today may rise to this share of value ÷ use."""
TOLERANCE = 0.2
"""Part of the gap that is asked for which the prices may take; the rest is for rounding."""


@dataclass(frozen=True)
class Priced:
    """Where the search for prices ended: the bound that holds for all rows, and what the rows that waver are mixed of."""

    bound: float
    duals: Floats
    found: Found
    held: HeldRows
    settled_at: Floats
    settled: Response
    full_passes: int
    sample_rounds: int


def goal(problem: Problem, rows: int) -> float:
    """The gap that is asked for: 1e-5 with up to ten limits at a million rows, else twice the limits ÷ rows."""
    if len(problem.limits) <= 10 and rows >= 1_000_000:
        return 1e-5
    return 2 * len(problem.limits) / max(rows, 1)


def price(problem: Problem, rows: StoredRows, progress: Callable[[str], None] = lambda _: None) -> Priced:
    """Sample, search, hold what wavers, search again, and prove it on all rows."""
    heads = rows.heads()
    total = int(heads.sum())
    asked_gap = TOLERANCE * goal(problem, total)
    sample = rows.sample(min(1.0, SAMPLE / max(total, 1))).expanded(heads)
    free = sample.respond([problem.prices(np.zeros(len(problem.limits)))])[0]
    scales = ground(problem, free)
    ranges = np.zeros(len(problem.levels))
    usual = USUAL * scales.penalty / PENALTY
    start = [scales.penalty * share for share in (0.0, 1e-5, 1e-4, 1e-3)]
    found = search(
        problem,
        sample.respond,
        scales,
        start,
        tolerance=max(1e-4, 0.2 * len(problem.limits) / max(len(sample), 1)),
        rounds=40,
        ranges=ranges,
    )
    sample_rounds = found.rounds
    progress(f"sample of {len(sample)}: {found.rounds} rounds, gap {found.gap:.1e}")
    duals, bound, best, value = found.duals, np.inf, found.duals, -np.inf
    last: Priced | None = None
    width = _sampled_width(problem, sample)
    for turn in range(TURNS + 1):
        made = rows.respond([problem.prices(duals)])[0]
        here = bound_of(problem, duals, made, ranges)
        if here < bound:
            bound, best = here, duals
        progress(
            f"pass {rows.passes}: bound {bound:.9g}, mixture {value:.9g}, gap {(bound - value) / abs(bound):.1e}"
        )
        if last is not None and ((bound - value) <= asked_gap * abs(bound) or turn == TURNS):
            return Priced(
                bound, best, last.found, last.held, last.settled_at, last.settled, rows.passes, sample_rounds
            )
        width = _width(problem, sample, duals, usual, width, total)
        held = rows.extract(problem.prices(duals), problem.stakes(duals + usual, width))
        settled = made.minus(held.respond([problem.prices(duals)])[0])
        start = [duals] + _active(found)
        found = search(
            problem, lambda points: [settled.plus(r) for r in held.respond(points)], scales, start,
            tolerance=asked_gap / 4, rounds=30, ranges=ranges,
        )  # fmt: skip
        progress(
            f"{len(held)} rows waver within {width.mean():.2%}: {found.rounds} rounds, gap {found.gap:.1e}"
        )
        last = Priced(bound, best, found, held, duals, settled, rows.passes, sample_rounds)
        value, duals = found.mixture.value, found.duals
        if (found.mixture.excess > scales.units * OVERSTEPPED).any():
            value, duals, width = -np.inf, best, np.minimum(2 * width, MOST_WIDTH)
    raise AssertionError("unreachable")


def _active(found: Found) -> list[Floats]:
    points, times = np.unique(found.mixture.point, return_counts=True)
    order = points[np.argsort(-times, kind="stable")][:6]
    return [found.asked[n] for n in order]


def _width(
    problem: Problem, sample: HeldRows, duals: Floats, usual: Floats, width: Floats, total: int
) -> Floats:
    """The widths, made narrower by one factor where more rows would waver than can be held."""
    prices, factor = problem.prices(duals), 1.0
    standing = np.ones(len(sample)) if sample.expansion is None else sample.expansion[sample.cell]
    least = min(max(LEAST_HELD * total, FEWEST_HELD), MOST_HELD)
    steps = 0
    while steps < 24:
        kept = (sample.wavering(prices, problem.stakes(duals + usual, factor * width)) * standing).sum() * (
            total / standing.sum()
        )
        if least <= kept <= MOST_HELD or kept >= total:
            break
        factor *= 1.25 if kept < least else 0.8
        steps += 1
    return factor * width


def _sampled_width(problem: Problem, sample: HeldRows) -> Floats:
    """How far a cell's prices may be off: so many standard errors of the limit with the fewest rows in the sample."""
    heads = np.bincount(sample.cell, minlength=problem.cells)
    drawn = np.bincount(problem.limit_of, weights=heads[problem.cell_of], minlength=len(problem.limits))
    return _widest(problem, ERRORS / np.sqrt(np.maximum(drawn, 1.0)))


def _widest(problem: Problem, width: Floats) -> Floats:
    """The widest of its limits for each cell."""
    found = np.full(problem.cells, LEAST_WIDTH)
    np.maximum.at(found, problem.cell_of, width[problem.limit_of])
    return np.minimum(found, MOST_WIDTH)
