"""Whom not to wake: groups whose effect is surely negative, with the evidence, or 'not enough data'."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from weixi.flow.score.uplift.quality import Estimate, estimate
from weixi.flow.score.uplift.sample import Flags, Index, Vector
from weixi.kernel.terms import Term

LEVEL = 0.05
"""Chance that any group of one table is called helped or harmed wrongly: the intervals hold together (Bonferroni)."""

DECILES = 10
FEWEST_OF_A_GROUP = 30
"""Rows of either arm under which a group's interval is not told: its mean is not normal yet."""


class Effect(Term):
    """What is known of the effect of contact on somebody."""

    HELPS = "HELPS", "有效", "helps"
    HARMS = "HARMS", "有害，不要打扰", "harms: do not wake"
    UNPROVEN = "UNPROVEN", "数据不足", "not enough data"
    UNKNOWN = "UNKNOWN", "只有风险，效果未知", "risk only, effect unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One group: its rows in both arms, the mean of the effects foretold, the effect that was found, the verdict.

    `untreated` is the mean outcome of its rows without treatment; None where nothing was found.
    """

    name: str
    treated_count: int
    control_count: int
    foretold: float
    found: Estimate | None
    effect: Effect
    untreated: float | None


def edges(score: Vector) -> Vector:
    """The nine scores that part the rows into tenths, the highest first; fewer distinct scores make fewer tenths."""
    return np.quantile(score, np.arange(DECILES - 1, 0, -1) / DECILES)


def tenth(score: Vector, cuts: Vector) -> Index:
    """The tenth of each score: 0 the highest. A score on an edge is in the higher tenth."""
    found: Index = np.searchsorted(-cuts, -score, side="left").astype(np.int64)
    return found


def weigh(
    group: Index, names: Sequence[str], score: Vector, robust: Vector, treated: Flags, outcome: Vector
) -> tuple[Evidence, ...]:
    """The evidence on each group: `group` is each row's place in `names` (−1: none).

    `robust` has the doubly robust scores, `score` the effects foretold by models that did not see the row. The
    interval is the mean ± z standard errors, z such that all groups' intervals hold together with 95 %.
    """
    on = treated
    z = float(scipy.stats.norm.isf(LEVEL / 2 / max(len(names), 1)))
    kept = group >= 0
    place, size = group[kept], len(names)
    on_count = np.bincount(place[on[kept]], minlength=size)
    off_count = np.bincount(place[~on[kept]], minlength=size)
    rows = np.maximum(on_count + off_count, 1)
    foretold = np.bincount(place, score[kept], size) / rows
    off = kept & ~on
    untreated = np.bincount(group[off], outcome[off], size) / np.maximum(off_count, 1)
    mean = np.bincount(place, robust[kept], size) / rows
    spread = np.bincount(place, (robust[kept] - mean[place]) ** 2, size)
    se = np.sqrt(spread / np.maximum(rows - 1, 1) / rows)
    if np.isin(outcome, (0.0, 1.0)).all():
        on_cases, off_cases = (_sums(group[arm], outcome[arm], size) for arm in (kept & on, off))
        se = _as_few_tell(se, (on_cases, on_count), (off_cases, off_count), z)
    told = []
    for k, name in enumerate(names):
        enough = min(on_count[k], off_count[k]) >= FEWEST_OF_A_GROUP
        found = estimate(float(mean[k]), float(se[k]), z) if enough else None
        told.append(
            Evidence(
                name,
                int(on_count[k]),
                int(off_count[k]),
                float(foretold[k]),
                found,
                verdict(found),
                float(untreated[k]) if enough else None,
            )
        )
    return tuple(told)


def _as_few_tell(se: Vector, on: tuple[Vector, Index], off: tuple[Vector, Index], z: float) -> Vector:
    """Standard errors of the groups, as wide as few cases of the rarer outcome make them; `on`, `off`: cases, rows.

    One leaver of ninety seems sure and is not. The errors grow as they do from the variance of the plain difference of
    two shares to that with z² ÷ 4 more cases of either outcome in both arms (Agresti and Caffo 2000, The American
    Statistician 54: one more at z = 1.96), or to that of one share in both, as it is without any effect: the wider.
    """
    more = z**2 / 4
    plain, wider, even = np.zeros(len(se)), np.zeros(len(se)), np.zeros(len(se))
    both = (on[0] + off[0]) / np.maximum(on[1] + off[1], 1)
    for cases, rows in (on, off):
        few = np.maximum(rows, 1)
        plain += _spread(cases / few) / few
        wider += _spread((cases + more) / (rows + 2 * more)) / (rows + 2 * more)
        even += _spread(both) / few
    wider = np.maximum(wider, even)
    grown = se * np.sqrt(np.maximum(wider / np.where(plain > 0, plain, 1.0), 1.0))
    return np.asarray(np.where(plain > 0, grown, np.sqrt(wider)))


def _sums(place: Index, value: Vector, size: int) -> Vector:
    found: Vector = np.bincount(place, weights=value, minlength=size).astype(np.float64)
    return found


def _spread(share: Vector) -> Vector:
    return np.asarray(share * (1 - share))


def together(first: Effect, second: Effect) -> Effect:
    """The verdict on somebody of two groups: harm in either is harm; help in one is help."""
    found = (first, second)
    if Effect.HARMS in found:
        return Effect.HARMS
    return Effect.HELPS if Effect.HELPS in found else Effect.UNPROVEN


def verdict(found: Estimate | None) -> Effect:
    """HELPS or HARMS where the whole interval lies on one side of 0."""
    if found is None or found.low <= 0 <= found.high:
        return Effect.UNPROVEN
    return Effect.HELPS if found.low > 0 else Effect.HARMS
