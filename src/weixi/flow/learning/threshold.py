"""Which other value of a warning's figure is better: found on one half of the households, confirmed on the other. Pure.

Better means: at the same number of contacts the list holds more of the value that leaves. Lines that a value adds have
to lose more on the mean than the lines of today's list, lines that it drops less. Many values are looked at, so that
the one that looks best in the first half is asked again in the second, which had no part in choosing it, at a level
divided by the number of figures that are asked (Bonferroni): a proposal where nothing is better comes in at most one
month of twenty, whatever is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from weixi.flow.learning.profit import Bools, Floats, Ints
from weixi.kernel.terms import Term

LEVEL = 0.05
"""Chance of any proposal where no value is better than today's."""

FEWEST = 20
"""Leavers among the lines that a value adds or drops, in each half, under which nothing is said."""

_LOOKS_BETTER = 1.0


class Outcome(Term):
    """What is known of another value of a figure."""

    BETTER = "BETTER", "更好，两半都成立", "better, in both halves"
    NOT_BETTER = "NOT_BETTER", "看不出更好", "not shown better"
    TOO_FEW = "TOO_FEW", "数据不足", "not enough data"


@dataclass(frozen=True, eq=False)
class Values:
    """What other values of one figure would have done: one row a line in a month, one column a value.

    `household` numbers the households, `half` is 0 for those to find on and 1 for those to confirm on. `loss_fen` is
    what the line's leaving took, 0 where it stayed. `listed` are the lines of today's list that compete for the same
    contacts; `own` are those that the figure's warnings name today; `change` is 1 where the value adds the line
    to the list, -1 where it drops it, else 0.
    """

    household: Ints
    half: Ints
    loss_fen: Floats
    listed: Bools
    own: Bools
    change: Ints


@dataclass(frozen=True, slots=True)
class Gain:
    """What one value brings on one half: fen of leaving value more on the list, at the same number of contacts.

    `error` is its standard error, households taken as one; `leavers` are those among the lines added or dropped,
    `households` those that its lines belong to.
    """

    fen: float
    error: float
    leavers: int
    households: int

    @property
    def z(self) -> float:
        """The gain in standard errors; 0 where nothing varies."""
        return self.fen / self.error if self.error > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What is said of one figure: the place of the value that looked best, and its gain on the second half.

    `low_fen` and `high_fen` hold it together with all other figures asked. None of them where nothing was asked.
    """

    outcome: Outcome
    place: int | None = None
    gain: Gain | None = None
    low_fen: float | None = None
    high_fen: float | None = None


def gains(values: Values, half: int) -> list[Gain]:
    """The gain of every value on one half.

    With L the list, C the lines changed, s = ±1: Σ s·(loss − λ) over C, λ the mean loss of a line of L. The error is
    that of the linearised sum over households, λ's own among it.
    """
    inside = values.half == half
    loss, listed, change = values.loss_fen[inside], values.listed[inside], values.change[inside]
    _, place = np.unique(values.household[inside], return_inverse=True)
    count = int(listed.sum())
    price = float(loss[listed].sum()) / count if count else 0.0
    apart = loss - price
    of_list = np.bincount(place, apart * listed)
    found = []
    for column in range(change.shape[1]):
        sign = change[:, column].astype(np.float64)
        # What the change adds to the list's length is paid for with as many mean lines of it.
        share = float(sign.sum()) / count if count else 0.0
        own = np.bincount(place, apart * sign)
        touched = sign != 0
        found.append(
            Gain(
                float(own.sum()),
                float(((own - share * of_list) ** 2).sum()) ** 0.5,
                int((loss[touched] > 0).sum()),
                len(np.unique(place[touched])),
            )
        )
    return found


def confirm(trials: Sequence[Values], level: float = LEVEL) -> list[Confirmed]:
    """What is said of each figure: its best-looking value of the first half, asked once on the second."""
    asked: list[tuple[int, int, Gain]] = []
    found = [Confirmed(Outcome.TOO_FEW)] * len(trials)
    for number, values in enumerate(trials):
        first, second = gains(values, 0), gains(values, 1)
        keeps_worse = [_keeps_worse(values, k) for k in range(len(first))]
        able = [k for k, gain in enumerate(first) if min(gain.leavers, second[k].leavers) >= FEWEST]
        if not able:
            continue
        found[number] = Confirmed(Outcome.NOT_BETTER)
        right = [k for k in able if not keeps_worse[k]]
        if not right:
            continue
        best = max(right, key=lambda k: (first[k].z, -k))
        if first[best].z > _LOOKS_BETTER:
            asked.append((number, best, second[best]))
    for number, best, gain in asked:
        reach = float(stats.t.isf(level / len(asked), max(gain.households - 1, 1))) * gain.error
        is_better = gain.fen - reach > 0
        found[number] = Confirmed(
            Outcome.BETTER if is_better else Outcome.NOT_BETTER,
            best,
            gain,
            gain.fen - reach,
            gain.fen + reach,
        )
    return found


def _keeps_worse(values: Values, column: int) -> bool:
    """Whether a narrower value drops lines that leave as often, or lose as much, as those it keeps.

    Then it is not the figure that is wrong. All rows are asked: this can only take a value away.
    """
    change = values.change[:, column]
    dropped, kept = values.loss_fen[change < 0], values.loss_fen[values.own & (change == 0)]
    if not len(dropped) or not len(kept):
        return False
    return bool(dropped.mean() >= kept.mean() or (dropped > 0).mean() >= (kept > 0).mean())
