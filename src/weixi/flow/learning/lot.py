"""Two offers against each other where the lot decided which was made: by what was kept, not by what was taken. Pure.

Doubly robust and cross-fitted, as the gate judges a plan (ADR 0030); the propensities are the lot's own. Acceptance has
no part in it: an offer that is taken often and keeps nobody costs more than one that nobody takes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from weixi.flow.assessment import Decided, LoggedRows, policy_value
from weixi.flow.learning.profit import Bools, Floats
from weixi.flow.learning.threshold import Outcome

LEVEL = 0.05
"""Chance that an interval of any pair asked misses the truth; half of it is that of a wrong proposal."""

FEWEST = 100
"""Households that the lot gave each of the two offers, under which nothing is said: as many as the gate asks for."""

FEWEST_LOST = 10
"""Tasks of both offers whose line left, under which nothing is said: a mean of a few losses is not normal."""

_PENALTY = 1.0

ByAction = Callable[[Floats], Floats]
"""Features (n, p) to a figure of each action (n, K): its probability, or its expected reward."""


@dataclass(frozen=True, slots=True)
class Rivals:
    """One pair of offers by their places in the playbook, among tasks for which the lot might have drawn either.

    `counts` are the tasks that were given the earlier and the later, `kept` the shares (0–1) of them whose line stayed,
    `taken` the shares that agreed. `effect_fen` is what the later brings a task more than the earlier, worth kept less
    cost; the bounds hold it together with all other pairs asked, at 95 %. None of the three where nothing is said.
    """

    earlier: int
    later: int
    outcome: Outcome
    counts: tuple[int, int]
    kept: tuple[float, float]
    taken: tuple[float, float]
    effect_fen: float | None = None
    low_fen: float | None = None
    high_fen: float | None = None


def compare_by_lot(
    drawn: Decided, pairs: Sequence[tuple[int, int]], *, seed: int, level: float = LEVEL
) -> list[Rivals]:
    """What the drawn tasks say of each pair (earlier, later): BETTER where the interval of the later lies above 0.

    Each pair is asked once, on all its rows, at the level divided by the pairs asked (Bonferroni).
    """
    between = [_between(drawn, *pair) for pair in pairs]
    able = [number for number, rows in enumerate(between) if _tells(rows, *pairs[number])]
    found = [_told(rows, *pair) for rows, pair in zip(between, pairs, strict=True)]
    later = _only(1, drawn.open.shape[1])
    for number in able:
        value = policy_value(
            _log_of(between[number], *pairs[number]),
            lambda _: later,
            seed=seed,
            model=alike,
            alpha=level / len(able),
        )
        found[number] = replace(
            found[number],
            outcome=Outcome.BETTER if value.low_fen > 0 else Outcome.NOT_BETTER,
            effect_fen=value.effect_fen,
            low_fen=value.low_fen,
            high_fen=value.high_fen,
        )
    return found


def alike(log: LoggedRows) -> ByAction:
    """Expected rewards, what is known of a task adding the same under every action: ridge, one mean an action.

    A few hundred drawn tasks do not fill a regression for each of a dozen offers; worth explains most of the reward.
    """
    centre, scale = log.features.mean(axis=0), log.features.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    width = log.propensity.shape[1]
    given = np.column_stack(
        [np.ones(len(log.action)), (log.features - centre) / scale, np.eye(width)[log.action]]
    )
    penalty = _PENALTY * np.eye(given.shape[1])
    penalty[0, 0] = 0
    solved = np.linalg.solve(given.T @ given + penalty, given.T @ log.reward)
    base, slopes, means = solved[0], solved[1:-width], solved[-width:]

    def predict(features: Floats) -> Floats:
        result: Floats = (base + ((features - centre) / scale) @ slopes)[:, None] + means
        return result

    return predict


def _between(drawn: Decided, earlier: int, later: int) -> Decided:
    """The tasks for which the lot might have drawn either; action 0 of the log is care, k + 1 the k-th offer."""
    both: Bools = drawn.open[:, earlier + 1] & drawn.open[:, later + 1]
    return drawn.rows(both)


def _tells(rows: Decided, earlier: int, later: int) -> bool:
    """Whether either offer was given to enough households, and enough of them were lost."""
    given = [rows.action == place + 1 for place in (earlier, later)]
    lost = int((~rows.retained[given[0] | given[1]]).sum())
    return lost >= FEWEST_LOST and all(len(set(rows.household[each])) >= FEWEST for each in given)


def _told(rows: Decided, earlier: int, later: int) -> Rivals:
    """What is counted of the two offers, before anything is said of them."""
    first, second = (rows.rows(rows.action == place + 1) for place in (earlier, later))
    return Rivals(
        earlier,
        later,
        Outcome.TOO_FEW,
        (len(first), len(second)),
        (_share(first.retained), _share(second.retained)),
        (_share(first.taken), _share(second.taken)),
    )


def _share(flags: Bools) -> float:
    return float(flags.mean()) if len(flags) else 0.0


def _log_of(rows: Decided, earlier: int, later: int) -> LoggedRows:
    """The tasks as a log whose action 0 is the earlier offer and whose action 1 is the later one."""
    columns = [earlier + 1, later + 1]
    columns += [column for column in range(rows.open.shape[1]) if column not in columns]
    place = np.argsort(columns)
    _, household = np.unique(rows.household.astype(str), return_inverse=True)
    return LoggedRows(
        rows.traits(sorted(set(rows.kind.astype(str)))),
        place[rows.action],
        rows.propensity[:, columns],
        rows.reward_fen,
        np.zeros(rows.open.shape),
        household,
    )


def _only(action: int, width: int) -> ByAction:
    """One action for everybody."""
    return lambda features: np.tile(np.eye(width)[action], (len(features), 1))
