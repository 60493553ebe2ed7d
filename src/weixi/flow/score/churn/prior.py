"""Putting right the prior of a model that saw only a part of the stayers."""

from math import log

import numpy as np

from weixi.flow.score.churn.frame import Floats, Ints


def kept_rows(label: Ints, most: int, seed: int) -> tuple[Ints, float]:
    """The rows to train on, ascending, and the share of the stayers among them: all leavers, stayers up to `most` rows.

    The stayers are drawn by the seed alone. Never fewer stayers than leavers are kept.
    """
    left, stayed = np.flatnonzero(label == 1), np.flatnonzero(label == 0)
    room = max(most - len(left), len(left))
    if len(stayed) <= room:
        return np.arange(len(label), dtype=np.int64), 1.0
    drawn = np.random.default_rng([seed, len(label)]).choice(stayed, room, replace=False)
    return np.sort(np.concatenate([left, drawn])).astype(np.int64), room / len(stayed)


def with_kept_share(margins: Floats, kept_share: float) -> Floats:
    """Log odds as they are among all rows, of a model that saw this share of the stayers."""
    return margins + log(kept_share)
