"""Whether an offer that stands later in the playbook is taken more often, and for no more money, than an earlier one.

Pure. Tasks of one warning and urgency are compared with each other; within them who was offered what followed from the
offers' conditions and from money, so that a higher acceptance is evidence for a person to weigh, not an effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from weixi.flow.learning.profit import Floats, Ints
from weixi.flow.learning.threshold import Outcome

LEVEL = 0.05
"""Chance of any proposal where no later offer is taken more often."""

FEWEST = 20
"""Agreements to each of the two offers, in each half, under which nothing is said."""

_LOOKS_BETTER = 1.0


@dataclass(frozen=True, eq=False)
class Offered:
    """Tasks with a contact and an offer, one row each: `offer` by its place in the playbook, `stratum` whom it is like.

    `half` is that of the household, 0 to find on and 1 to confirm on; `agreed` is 1 where it was taken, `cost_fen` what
    the offer costs.
    """

    offer: Ints
    stratum: Ints
    half: Ints
    agreed: Ints
    cost_fen: Floats


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of offers by their places: `later` against `earlier`, and what is said of it.

    `difference` is that of the acceptance (0–1) on the second half, strata weighed alike for both; the bounds hold it
    together with all other pairs asked. `rates` and `costs` are the earlier's and the later's on all rows.
    """

    earlier: int
    later: int
    outcome: Outcome
    counts: tuple[int, int]
    rates: tuple[float, float]
    costs: tuple[float, float]
    difference: float | None = None
    low: float | None = None
    high: float | None = None


def compare(rows: Offered, pairs: Sequence[tuple[int, int]], level: float = LEVEL) -> list[Pair]:
    """What is said of each pair (earlier, later): found on one half of the households, confirmed on the other."""
    known = [_pair(rows, earlier, later) for earlier, later in pairs]
    asked = []
    for number, (earlier, later) in enumerate(pairs):
        first, second = (_difference(rows, earlier, later, half) for half in (0, 1))
        if first is None or second is None:
            continue
        found = known[number]
        known[number] = _said(found, Outcome.NOT_BETTER)
        is_dearer = found.costs[1] > found.costs[0]
        if first[0] > _LOOKS_BETTER * first[1] and not is_dearer:
            asked.append((number, second))
    for number, (difference, error) in asked:
        reach = float(stats.norm.isf(level / len(asked))) * error
        outcome = Outcome.BETTER if difference - reach > 0 else Outcome.NOT_BETTER
        known[number] = _said(known[number], outcome, difference, difference - reach, difference + reach)
    return known


def _said(
    pair: Pair,
    outcome: Outcome,
    difference: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Pair:
    return Pair(pair.earlier, pair.later, outcome, pair.counts, pair.rates, pair.costs, difference, low, high)


def _pair(rows: Offered, earlier: int, later: int) -> Pair:
    inside = [rows.offer == offer for offer in (earlier, later)]
    counts = tuple(int(each.sum()) for each in inside)
    rates = [float(rows.agreed[each].mean()) if each.any() else 0.0 for each in inside]
    costs = [float(rows.cost_fen[each].mean()) if each.any() else 0.0 for each in inside]
    return Pair(
        earlier,
        later,
        Outcome.TOO_FEW,
        (counts[0], counts[1]),
        (rates[0], rates[1]),
        (costs[0], costs[1]),
    )


def _difference(rows: Offered, earlier: int, later: int, half: int) -> tuple[float, float] | None:
    """The later's acceptance less the earlier's within strata, weighed by n₁n₂ ÷ (n₁ + n₂), and its error.

    None where either was taken too seldom in strata that both were offered in.
    """
    inside = (rows.half == half) & ((rows.offer == earlier) | (rows.offer == later))
    _, stratum = np.unique(rows.stratum[inside], return_inverse=True)
    if not len(stratum):
        return None
    agreed, is_later = rows.agreed[inside], rows.offer[inside] == later
    count = np.array([np.bincount(stratum, ~is_later), np.bincount(stratum, is_later)])
    taken = np.array([np.bincount(stratum, agreed * ~is_later), np.bincount(stratum, agreed * is_later)])
    shared = (count > 0).all(axis=0)
    count, taken = count[:, shared], taken[:, shared]
    if not shared.any() or (taken.sum(axis=1) < FEWEST).any():
        return None
    weight = count[0] * count[1] / count.sum(axis=0)
    rate = taken / count
    # Laplace's rate keeps the variance of a small stratum above 0.
    smooth = (taken + 1) / (count + 2)
    variance = (smooth * (1 - smooth) / count).sum(axis=0)
    total = weight.sum()
    difference = float((weight * (rate[1] - rate[0])).sum() / total)
    return difference, float((weight**2 * variance).sum() ** 0.5 / total)
