"""Prices for all rows: from a sample to the rows that waver, proved by a pass over everything."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.master import MANY_CELLS
from weixi.flow.decision.allocation.problem import Floats, Problem, Response
from weixi.flow.decision.allocation.rows import Rows
from weixi.flow.decision.allocation.search import MOST_HELD, PENALTY, Found, Ground, active, bound_of, ground
from weixi.flow.decision.allocation.seek import is_smooth, seek

SAMPLE = (60_000, 0.04, 400_000)
"""Rows drawn at least, as a share of all, and at most."""
A_LIMIT = 100
"""Rows drawn at least for each limit, within the most."""
LEAST_HELD, FEWEST_HELD = 0.15, 20_000
ERRORS = 3.0
MOST_WIDTH = 0.8
FITTINGS = 24
HELD_WHOLE = 2_000
FEW_KINDS, SOME_EQUAL = 0.5, 0.9
"""Different rows ÷ rows of the sample: up to the first all rows are held, equal ones once; up to the second those that
waver are."""
TURNS = 5
MOST_PASSES = 12
A_TURN, A_PROOF = 3, 2
"""Passes over all rows: in all, of one turn, and those that a contradiction's proof takes at least."""
EXACT = 1e-9
"""The gap asked of prices where the last step is exact."""
USUAL = 0.05
"""A price that nobody pays today may rise to this share of value ÷ use."""
TOLERANCE = 0.5
"""Part of the gap that is asked for which the prices may take; the rest is for rounding."""


@dataclass(frozen=True)
class Priced:
    """Where the search for prices ended: the bound that holds for all rows, and the rows held with their mixture.

    Rows not held (`settled`) take their best at `settled_at`. `is_short`: the mixture oversteps a limit.
    `sample` stands for all rows.
    """

    bound: float
    duals: Floats
    found: Found
    held: HeldRows
    settled_at: Floats
    settled: Response
    scales: Ground
    is_short: bool
    holds_all: bool
    sample: HeldRows


def goal(problem: Problem, rows: int) -> float:
    """The gap that is asked for: 1e-5 with up to ten limits at a million rows, else twice the limits ÷ rows."""
    if len(problem.limits) <= 10 and rows >= 1_000_000:
        return 1e-5
    return 2 * len(problem.limits) / max(rows, 1)


def price(problem: Problem, rows: Rows, progress: Callable[[str], None] = lambda _: None) -> Priced:
    """Sample, search, hold what wavers, search again, and prove it on all rows."""
    heads = rows.heads()
    total = int(heads.sum())
    hold_all = total <= HELD_WHOLE
    asked_gap = EXACT if hold_all else TOLERANCE * goal(problem, total)
    least, share, most = SAMPLE
    drawn = min(max(least, share * total, A_LIMIT * len(problem.limits)), most)
    sample = rows.sample(min(1.0, drawn / max(total, 1)))
    kinds = 1.0 if hold_all or is_smooth(problem) else sample.kinds / max(len(sample), 1)
    holds_kinds = kinds <= FEW_KINDS and rows.fold(MOST_HELD)
    sample = rows.sample(1.0) if holds_kinds else sample.expanded(heads)
    free = sample.respond([problem.prices(np.zeros(len(problem.limits)))])[0]
    scales = ground(problem, free)
    usual = USUAL * scales.penalty / PENALTY
    start = [scales.penalty * share for share in (0.0, 1e-5, 1e-4, 1e-3)]
    tolerance = EXACT if hold_all else max(1e-4, 0.2 * len(problem.limits) / max(len(sample), 1))
    found = seek(problem, sample, None, scales, start, tolerance=tolerance, rounds=40)
    progress(f"sample of {sample.rows}: {found.rounds} rounds, gap {found.gap:.1e}")
    was_short = scales.is_over(found.mixture.excess)
    width = _sampled_width(problem, sample)
    duals = found.duals
    made = rows.respond([problem.prices(duals)])[0]
    bound, best = bound_of(problem, duals, made), duals
    progress(f"pass {rows.passes}: bound {bound:.9g}")
    within = asked_gap / (2 if is_smooth(problem) else 4)
    for turn in range(TURNS):
        off = width * (duals + usual)
        if hold_all or holds_kinds:
            held = sample
        elif (
            problem.cells >= MANY_CELLS and total <= MOST_HELD
        ):  # a sample says little of thousands of limits
            held = rows.sample(1.0)
        else:
            off = off * _fitting(problem, sample, duals, off, total)
            held = rows.extract(problem.prices(duals), problem.stakes(off), folded=kinds <= SOME_EQUAL)
        settled_at, settled = duals, made.minus(held.respond([problem.prices(duals)])[0])
        start = [duals, *active(found)]
        found = seek(problem, held, settled, scales, start, tolerance=within, rounds=30)
        short = scales.is_over(found.mixture.excess)
        progress(f"{held.rows} rows waver ({len(held)} kinds): {found.rounds} rounds, gap {found.gap:.1e}")
        duals = found.duals
        made = rows.respond([problem.prices(duals)])[0]
        here = bound_of(problem, duals, made)
        if here < bound:
            bound, best = here, duals
        gap = (bound - found.mixture.value) / max(abs(bound), 1.0)
        progress(f"pass {rows.passes}: bound {bound:.9g}, mixture {found.mixture.value:.9g}, gap {gap:.1e}")
        is_last = turn == TURNS - 1 or held.rows == total or rows.passes > MOST_PASSES - A_TURN - A_PROOF
        if gap <= asked_gap or is_last or (short and was_short):
            break
        if short:  # the rows held could not keep the limits: hold more, around the best prices known
            width = np.minimum(2 * width, MOST_WIDTH)
            if duals is not best:
                duals, made = best, rows.respond([problem.prices(best)])[0]
    return Priced(bound, best, found, held, settled_at, settled, scales, short, held.rows == total, sample)


def _sampled_width(problem: Problem, sample: HeldRows) -> Floats:
    """How far each limit's price may be off: so many standard errors of its rows in the sample."""
    heads = np.bincount(sample.cell, minlength=problem.cells)
    drawn = np.bincount(problem.limit_of, weights=heads[problem.cell_of], minlength=len(problem.limits))
    return np.minimum(ERRORS / np.sqrt(np.maximum(drawn, 1.0)), MOST_WIDTH)


def _fitting(problem: Problem, sample: HeldRows, duals: Floats, off: Floats, total: int) -> float:
    """The factor on what prices may be off by which enough rows waver, and no more than can be held."""
    prices, factor = problem.prices(duals), 1.0
    standing = np.ones(len(sample)) if sample.expansion is None else sample.expansion[sample.cell]
    least = min(max(LEAST_HELD * total, FEWEST_HELD), MOST_HELD)
    for _ in range(FITTINGS):
        share = (sample.wavering(prices, problem.stakes(factor * off)) * standing).sum() / standing.sum()
        if least <= share * total <= MOST_HELD or share >= 1.0:
            break
        factor *= 1.25 if share * total < least else 0.8
    return factor
