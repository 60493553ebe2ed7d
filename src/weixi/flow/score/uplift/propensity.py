"""With what probability each row was to be treated, where nobody drew lots; and whether the arms can be compared."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from weixi.flow.score.heavy import sklearn
from weixi.flow.score.uplift.learner import linear
from weixi.flow.score.uplift.sample import FEWEST_OF_AN_ARM, Flags, Matrix, Vector, arm_weight
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

FOLDS = 5
"""Folds in which propensities are estimated."""

# Either arm's outermost hundredth says little about where it ends.
_TAIL = 0.01
MOST_OUTSIDE = 1 / 3
"""Share of the rows without a counterpart above which nothing is said."""
LEAST_EFFECTIVE = 0.1
"""Effective share of an arm's rows (Kish: (Σw)² ÷ Σw² ÷ rows) below which a few rows decide everything."""


@dataclass(frozen=True)
class Overlap:
    """How far the arms can be compared: who lies where both are found, and what each arm's weights leave of it."""

    inside: Flags
    low: float
    high: float
    effective_treated: float
    effective_control: float

    @property
    def outside_share(self) -> float:
        """Share of the rows without a counterpart in the other arm."""
        return float(1 - self.inside.mean())


def estimate_propensity(features: Matrix, treated: Flags, *, seed: int) -> Vector:
    """The probability of treatment by a logistic regression, each row's from a model that did not see it."""
    found = np.empty(len(treated))
    parts = sklearn.model_selection.StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(
        features, treated
    )
    for train, test in parts:
        model = linear(features[train], treated[train].astype(np.float64), is_binary=True)
        found[test] = model(features[test])
    return np.clip(found, 1e-6, 1 - 1e-6)


def overlap(propensity: Vector, treated: Flags) -> Overlap:
    """Where both arms are found, by propensity, and how many rows the weights leave there."""
    arms = propensity[treated], propensity[~treated]
    low = float(max(np.quantile(arm, _TAIL) for arm in arms))
    high = float(min(np.quantile(arm, 1 - _TAIL) for arm in arms))
    inside = (propensity >= low) & (propensity <= high)
    weight = arm_weight(treated, propensity)
    on, off = (_effective(weight[arm & inside]) for arm in (treated, ~treated))
    return Overlap(inside, low, high, on, off)


def support_of(features: Matrix, treated: Flags, found: Overlap) -> Callable[[Matrix], Flags]:
    """Whether people, of the trial or not, lie where both its arms are found."""
    model = linear(features, treated.astype(np.float64), is_binary=True)

    def inside(rows: Matrix) -> Flags:
        chance = model(rows)
        within: Flags = (chance >= found.low) & (chance <= found.high)
        return within

    return inside


def require_overlap(found: Overlap, treated: Flags) -> None:
    """Raises DataError where the arms are too different to be compared."""
    rows = [int((arm & found.inside).sum()) for arm in (treated, ~treated)]
    thin = min(found.effective_treated / max(rows[0], 1), found.effective_control / max(rows[1], 1))
    if (
        found.outside_share <= MOST_OUTSIDE
        and thin >= LEAST_EFFECTIVE
        and min(found.effective_treated, found.effective_control) >= FEWEST_OF_AN_ARM
    ):
        return
    raise DataError(
        "uplift.overlap",
        Text(
            f"处理组与对照组几乎没有可比的人：{found.outside_share:.0%} 的行在另一组找不到相近的人，"
            f"加权后有效行数 {found.effective_treated:,.0f} 与 {found.effective_control:,.0f}；只有风险，效果未知",
            f"the arms have hardly anybody in common: {found.outside_share:.0%} of the rows have no counterpart, "
            f"and the weights leave {found.effective_treated:,.0f} and {found.effective_control:,.0f} effective rows; "
            "risk only, effect unknown",
        ),
        Text(
            "谁被处理是按这些列定的，数据里没有可比的人；设一个随机留白组再来",
            "who was treated follows from these columns, so nobody is comparable; set up a random hold-out",
        ),
    )


def _effective(weight: Vector) -> float:
    return float(weight.sum() ** 2 / (weight**2).sum()) if len(weight) else 0.0
