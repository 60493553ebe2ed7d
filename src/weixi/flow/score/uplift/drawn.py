"""The rows that a study is made of: where one arm is far larger than the other, a part of it says nearly as much."""

import numpy as np

from weixi.flow.score.uplift.sample import Flags, Index, Vector

WHOLE = 20_000
"""Rows up to which all are studied: half a minute's work."""

PER_ONE = 4
"""Rows of the larger arm for each of the smaller one: beyond four little is gained (Gail et al. 1976, "How many
controls?"); the standard error is then at most an eighth above that of all rows."""

MOST_OF_SMALLER = 10_000
"""Rows of the smaller arm that are read: every learner is fitted dozens of times, on more of them for minutes."""

_LEAST_ROOM = 1.25
"""How far the part drawn lies above the largest share held out: below it somebody could not be drawn as treated."""


def draw_trial(held: Flags, held_share: Vector, seed: int) -> tuple[Index, Vector]:
    """The rows of a trial whose lots are known that are studied, ascending, and their chance to have been treated.

    Every row is drawn with the same probability, held out or not taken together, so that the people stay who they are:
    a treated one with (π − s b) ÷ (1 − s), one held out with b, where s is its share. Its chance is then 1 − s b ÷ π.
    """
    if len(held) <= WHOLE:
        return np.arange(len(held)), 1 - held_share
    kept = min(1.0, MOST_OF_SMALLER / max(int(held.sum()), 1))
    largest = float(held_share.max())
    wanted = kept * max((1 + PER_ONE) * float(held_share.mean()), _LEAST_ROOM * largest)
    part = min(wanted, 1 - largest * (1 - kept))
    chance = np.where(held, kept, (part - held_share * kept) / (1 - held_share))
    rows = np.flatnonzero(np.random.default_rng(seed).random(len(held)) < chance)
    return rows, 1 - held_share[rows] * kept / part


def draw_arms(treated: Flags, control: Flags, seed: int) -> Index:
    """The rows of two arms that are studied, ascending, where no lots were drawn between them.

    At most MOST_OF_SMALLER of the smaller arm and PER_ONE times as many of the other.
    """
    arms = np.flatnonzero(treated), np.flatnonzero(control)
    sizes = [len(arm) for arm in arms]
    if sum(sizes) <= WHOLE:
        return np.sort(np.concatenate(arms))
    smaller = min(*sizes, MOST_OF_SMALLER)
    kept = []
    for place, arm in enumerate(arms):
        most = smaller if sizes[place] == min(sizes) else PER_ONE * smaller
        drawn = np.random.default_rng([seed, place])
        kept.append(arm if len(arm) <= most else drawn.choice(arm, most, replace=False))
    return np.sort(np.concatenate(kept))
