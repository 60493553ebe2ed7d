"""The last step of a small problem: what reduced costs leave open is closed by an exact solver."""

import highspy
import numpy as np

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.master import solver
from weixi.flow.decision.allocation.problem import Floats, Problem, Response, Whole

OPEN = 4_000
"""Pairs of row and offer left open up to which the exact solver closes the gap."""
SECONDS = 20.0


def close_gap(
    problem: Problem,
    rows: HeldRows,
    settled: Response,
    duals: Floats,
    bound: float,
    value: float,
    *,
    within: float = 0.0,
) -> Whole | None:
    """The best choices there are, or none worse by `within`; None where more than OPEN pairs stay open or time ran out.

    A pair whose score lies further below its row's best than the gap (bound − value) is in no better plan: with
    Lagrange's bound, taking it costs more than all that is left to gain. Where equal rows are held once: how many of
    each take every offer [row × offer].
    """
    score = rows.scores(problem.prices(duals))
    left = score.max(axis=1, keepdims=True) - score <= (bound - value) * (1 + 1e-9) + 1e-6
    row, offer = np.nonzero(left & np.isfinite(score))
    if len(row) > OPEN:
        return None
    own = problem.use(settled)
    worth = problem.weights[rows.cell[row]] * rows.value[row, offer]
    model = solver()
    for name, option in (("mip_rel_gap", within), ("mip_abs_gap", 1e-6), ("time_limit", SECONDS)):
        model.setOptionValue(name, option)
    none, empty = np.zeros(0), np.zeros(0, np.int32)
    limits = len(problem.limits)
    times = np.ones(len(rows)) if rows.members is None else rows.members.times
    room = problem.bound - own
    size = np.maximum(np.abs(room), 1.0)
    model.addRows(
        limits + len(rows),
        np.concatenate([np.full(limits, -highspy.kHighsInf), times]),
        np.concatenate([(room + problem.slack) / size, times]),
        0, empty, empty, none,
    )  # fmt: skip
    uses = problem.uses(rows.cell[row], offer, rows.value[row, offer], rows.cost[row, offer]) / size
    pair, limit = np.nonzero(uses)
    places = np.concatenate([pair, np.arange(len(row))])
    order = np.argsort(places, kind="stable")
    model.addCols(
        len(row), worth, np.zeros(len(row)), times[row], len(order),
        np.searchsorted(places[order], np.arange(len(row))).astype(np.int32),
        np.concatenate([limit, limits + row])[order].astype(np.int32),
        np.concatenate([uses[pair, limit], np.ones(len(row))])[order],
    )  # fmt: skip
    if problem.levels:
        width = len(problem.levels)
        at = np.flatnonzero(problem.level_of >= 0)
        order = at[np.argsort(problem.level_of[at], kind="stable")]
        model.addCols(
            width, np.zeros(width), np.full(width, -highspy.kHighsInf), np.full(width, highspy.kHighsInf), len(order),
            np.searchsorted(problem.level_of[order], np.arange(width)).astype(np.int32),
            order.astype(np.int32), -problem.sign[order] / size[order],
        )  # fmt: skip
    whole = np.arange(len(row), dtype=np.int32)
    model.changeColsIntegrality(len(row), whole, np.full(len(row), highspy.HighsVarType.kInteger))
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    made = np.array(model.getSolution().col_value)[: len(row)]
    if rows.members is not None:
        counts = np.zeros(score.shape, dtype=np.int64)
        counts[row, offer] = np.rint(made)
        return counts
    taken = made > 0.5
    choice = np.zeros(len(rows), dtype=np.int64)
    choice[row[taken]] = offer[taken]
    return choice
