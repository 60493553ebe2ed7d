"""A trial: people of whom some were treated, what is known of each beforehand, and what came of it."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]
Names = NDArray[np.object_]

FEWEST_OF_AN_ARM = 50
"""Rows an arm needs before any learner is fitted on it: five folds leave forty."""
FEWEST_OF_AN_OUTCOME = 10
"""Rows with either outcome that an arm needs: five folds within five folds leave one each."""


@dataclass(frozen=True)
class Trial:
    """Rows of one treatment against its control.

    `features` (n × p, NaN: not known) were known before the treatment; `treated` says who got it; `outcome` is better
    the higher it is (0/1, or an amount); `propensity` is the probability with which each row was to be treated.
    """

    features: Matrix
    names: tuple[str, ...]
    treated: Flags
    outcome: Vector
    propensity: Vector

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def is_binary(self) -> bool:
        """Whether the outcome happens or does not."""
        return bool(np.isin(self.outcome, (0.0, 1.0)).all())

    @property
    def weight(self) -> Vector:
        """One over the probability of the arm that the row is in."""
        return arm_weight(self.treated, self.propensity)

    @property
    def effect(self) -> float:
        """The mean effect: weighted mean outcome of the treated less that of the control."""
        weight = self.weight
        return float(
            np.average(self.outcome[self.treated], weights=weight[self.treated])
            - np.average(self.outcome[~self.treated], weights=weight[~self.treated])
        )

    @property
    def effect_se(self) -> float:
        """The standard error of the mean effect: of two weighted means of independent rows."""
        variance = 0.0
        for arm in (self.treated, ~self.treated):
            weight, outcome = self.weight[arm], self.outcome[arm]
            apart = outcome - np.average(outcome, weights=weight)
            variance += float((weight**2 * apart**2).sum() / weight.sum() ** 2)
        return float(np.sqrt(variance))

    def take(self, rows: Index) -> Self:
        """The same of these rows."""
        return replace(
            self,
            features=self.features[rows],
            treated=self.treated[rows],
            outcome=self.outcome[rows],
            propensity=self.propensity[rows],
        )


def arm_weight(treated: Flags, propensity: Vector) -> Vector:
    """One over the probability of the arm that each row is in; `propensity` is that of treatment."""
    chance: Vector = np.where(treated, propensity, 1 - propensity)
    return 1 / chance


def randomised(
    features: Matrix, names: tuple[str, ...], treated: Flags, outcome: Vector, share: float | None = None
) -> Trial:
    """A trial whose rows were all treated with the same probability: `share`, else the share that was.

    Raises DataError where an arm has too few rows, or hardly two outcomes.
    """
    require_arms(treated, outcome)
    chance = float(treated.mean()) if share is None else share
    return Trial(features, names, treated, outcome, np.full(len(outcome), chance))


def require_arms(treated: Flags, outcome: Vector) -> None:
    """Raises DataError where one of the two arms has too few rows to learn from, or hardly two outcomes."""
    is_binary = bool(np.isin(outcome, (0.0, 1.0)).all())
    for arm, zh, en in ((treated, "处理组", "treated"), (~treated, "对照组", "control")):
        rows = int(arm.sum())
        if rows < FEWEST_OF_AN_ARM:
            raise DataError(
                "uplift.arm",
                Text(f"{zh}只有 {rows:,} 行", f"only {rows:,} {en} rows"),
                Text(
                    f"至少要 {FEWEST_OF_AN_ARM} 行才谈得上效果",
                    f"an effect needs at least {FEWEST_OF_AN_ARM} of them",
                ),
            )
        values, counts = np.unique(outcome[arm], return_counts=True)
        if len(values) < 2 or (is_binary and counts.min() < FEWEST_OF_AN_OUTCOME):
            least = int(counts.min()) if len(values) > 1 else 0
            raise DataError(
                "uplift.outcome",
                Text(
                    f"{zh}的结果几乎全部相同：较少的一种只有 {least} 行",
                    f"nearly every {en} row has the same outcome: only {least} have another",
                ),
                Text(
                    f"两种结果各至少 {FEWEST_OF_AN_OUTCOME} 行；再积累一段时间",
                    f"each outcome needs {FEWEST_OF_AN_OUTCOME} rows; wait until there are more",
                ),
            )
