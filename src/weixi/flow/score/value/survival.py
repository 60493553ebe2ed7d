"""A discrete-time survival model of strata: smoothed rates, steps between states, expected months with an interval.

A line that is followed for a year and is still there tells twelve months of staying and nothing of what comes after: a
rate of leavers over line-months uses just that (censoring), and a line that is met in the middle of its life is
counted from there (late entry). A line does not stay where it stands: its contract's end comes nearer, it may be
renewed, it is stopped and restored. So the months ahead are those of a Markov chain of states that ends in leaving.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from weixi.flow.score.value.stratum import FIRST_MONTH, LEFT, NONE, PHASES, STATES, TENURES

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]

YEAR = 12
EIGHTY = 1.2815515655446004
"""Standard deviations that hold 80 % of a normal distribution."""

PHASE_WEIGHT, TENURE_WEIGHT, BAND_WEIGHT = 20.0, 200.0, 200.0
"""Line-months of its own from which a rate counts for half against the coarser one. Phases differ by more than ten
times (a line that has given notice), tenures and bands by a third: 200 line-months have about four leavers."""

STEP_WEIGHT = 1.0
"""The weight of the calendar's own step, a month nearer to the end, beside the steps that were seen."""


@dataclass(frozen=True, slots=True)
class Step:
    """So many lines of one kind and band that went from one state to another, or left, in one month."""

    line_type: str
    band: str
    state: str
    later_state: str
    line_count: int


@dataclass(frozen=True)
class Life:
    """The months ahead of the states of one kind of line and band; arrays have one entry a state, in STATES' order.

    `leaving`: chance to leave in the next month, 0–1. `months_12` and `life`: expected month-ends in service within
    12 months, and within the horizon; `months_12_error` and `life_error` their standard errors, from the counts.
    """

    line_type: str
    band: str
    exposed: Wholes
    left: Wholes
    leaving: Floats
    months_12: Floats
    months_12_error: Floats
    life: Floats
    life_error: Floats


def lives(steps: Iterable[Step], line_types: Sequence[str], bands: Sequence[str], horizon: int) -> list[Life]:
    """The life of every state of every kind and band; `horizon` in months, at least 12.

    Raises ValueError where no step was counted at all.
    """
    size, place = len(STATES), {state: k for k, state in enumerate(STATES)}
    kinds = {kind: k for k, kind in enumerate(line_types)}
    codes = {band: k for k, band in enumerate(bands)}
    exposed = np.zeros((len(kinds), len(codes), size), dtype=np.int64)
    left = np.zeros_like(exposed)
    moved = np.zeros((len(kinds), size, size), dtype=np.int64)
    for step in steps:
        at = (kinds[step.line_type], codes[step.band], place[step.state])
        exposed[at] += step.line_count
        if step.later_state == LEFT:
            left[at] += step.line_count
        else:
            moved[at[0], at[2], place[step.later_state]] += step.line_count
    if not exposed.sum():
        raise ValueError("no line was followed from one month to the next")
    rates, weights = smoothed(exposed, left)
    found = []
    for kind, k in kinds.items():
        seen = moved[k].sum(axis=1).astype(np.float64)
        going = (moved[k] + STEP_WEIGHT * calendar_step()) / (seen + STEP_WEIGHT)[:, None]
        for band, b in codes.items():
            ahead = months_ahead(rates[k, b], weights[k, b], going, seen + STEP_WEIGHT, (YEAR, horizon))
            (year, year_error), (life, life_error) = ahead
            found.append(
                Life(kind, band, exposed[k, b], left[k, b], rates[k, b], year, year_error, life, life_error)
            )
    return found


def smoothed(exposed: Wholes, left: Wholes) -> tuple[Floats, Floats]:
    """Each stratum's rate of leaving, drawn to that of its tenure, its phase and its kind; and what it weighs.

    Both arrays are [kind, band, state]. The weight is the line-months that the rate stands on, the prior's included.
    """
    shape = (exposed.shape[0], exposed.shape[1], len(PHASES), len(TENURES))
    n, gone = exposed.reshape(shape).astype(np.float64), left.reshape(shape).astype(np.float64)
    whole = gone.sum() / n.sum()
    kind = _drawn(n.sum(axis=(1, 2, 3)), gone.sum(axis=(1, 2, 3)), whole, PHASE_WEIGHT)
    phase = _drawn(n.sum(axis=(1, 3)), gone.sum(axis=(1, 3)), kind[:, None], PHASE_WEIGHT)
    tenure = _drawn(n.sum(axis=1), gone.sum(axis=1), phase[:, :, None], TENURE_WEIGHT)
    rate = _drawn(n, gone, tenure[:, None], BAND_WEIGHT)
    return rate.reshape(exposed.shape), (n + BAND_WEIGHT).reshape(exposed.shape)


def _drawn(n: Floats, gone: Floats, coarser: Floats | float, weight: float) -> Floats:
    drawn: Floats = (gone + weight * coarser) / (n + weight)
    return drawn


@cache
def calendar_step() -> Floats:
    """Where the calendar alone takes each state in a month: a term's end comes nearer; the rest stays as it is."""
    later = {f"M{month}": f"M{month - 1}" for month in range(FIRST_MONTH + 1, 13)} | {f"M{FIRST_MONTH}": NONE}
    matrix = np.zeros((len(STATES), len(STATES)))
    for k, state in enumerate(STATES):
        phase, tenure = state.split("/")
        matrix[k, STATES.index(f"{later.get(phase, phase)}/{tenure}")] = 1.0
    matrix.flags.writeable = False
    return matrix


def months_ahead(
    leaving: Floats, weight: Floats, going: Floats, going_weight: Floats, horizons: Sequence[int]
) -> list[tuple[Floats, Floats]]:
    """For each horizon, ascending, the expected month-ends in service of each state and their standard error.

    `going` is the chance of each next state of who stays (rows sum to 1); the weights are the line-months behind a
    rate of leaving and behind a row of `going`. The error is the delta method's: how the expectation changes with each
    rate and each row, times the binomial or multinomial variance of that.
    """
    staying = (1 - leaving)[:, None] * going
    size = len(leaving)
    # Expected month-ends within 0, 1, 2 … months, and the chance to stand in each state after so many.
    worth: list[Floats] = [np.zeros(size)]
    reach: list[Floats] = [np.eye(size)]
    for _ in range(max(horizons)):
        worth.append(staying @ (1 + worth[-1]))
        reach.append(reach[-1] @ staying)
    variance_rate = leaving * (1 - leaving) / (weight + 1)
    found = []
    for horizon in horizons:
        # [step, state]: what it is worth to arrive in a state by that step.
        after = np.stack([1 + worth[horizon - 1 - k] for k in range(horizon)])
        came = np.stack(reach[:horizon])
        by_rate = np.einsum("ksr,kr->sr", came, after @ going.T)
        variance = by_rate**2 @ variance_rate
        passed = np.ascontiguousarray(came.transpose(2, 1, 0))
        for r, row in enumerate(going):
            at = np.flatnonzero(row)
            if len(at) > 1:
                gain = np.einsum("sk,kt->st", (1 - leaving[r]) * passed[r], after[:, at])
                variance += ((gain**2 * row[at]).sum(axis=1) - (gain * row[at]).sum(axis=1) ** 2) / (
                    going_weight[r] + 1
                )
        found.append((worth[horizon], np.sqrt(np.maximum(variance, 0))))
    return found


def rows(found: Iterable[Life], horizon: int) -> list[Mapping[str, object]]:
    """The rows of SURVIVAL, in whole thousandths, so that every engine gives equal values."""
    made: list[Mapping[str, object]] = []
    for life in found:
        for k, state in enumerate(STATES):
            row: dict[str, object] = {
                "stratum": f"{life.line_type}:{life.band}:{state}",
                "exposed_count": int(life.exposed[k]),
                "left_count": int(life.left[k]),
                "leaving_ppm": round(float(life.leaving[k]) * 1_000_000),
            }
            for name, value, error, most in (
                ("months_12", life.months_12[k], life.months_12_error[k], YEAR),
                ("life", life.life[k], life.life_error[k], horizon),
            ):
                row[f"{name}_milli"] = round(float(value) * 1000)
                row[f"{name}_low_milli"] = max(round(float(value - EIGHTY * error) * 1000), 0)
                row[f"{name}_high_milli"] = min(round(float(value + EIGHTY * error) * 1000), most * 1000)
            made.append(row)
    return made
