"""Before launch: what a policy is worth, from rows that were logged while some offers were drawn at random.

Doubly robust (Dudík, Langford & Li, “Doubly robust policy evaluation and learning”, ICML 2011), cross-fitted
(Chernozhukov et al., “Double/debiased machine learning”, The Econometrics Journal 21, 2018): a row is judged by a
policy and by an outcome model that have not seen its household. Either a right model or right propensities suffice,
and the propensities are the draw's own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from weixi.flow.assessment.lift.interval import ALPHA
from weixi.flow.assessment.lift.moments import Array, Index
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

FOLDS = 5
# Of the features' own scale: it keeps a model of few rows finite and a model of many as it is.
_PENALTY = 1.0


@dataclass(frozen=True, slots=True)
class Log:
    """Logged decisions: one row a subscriber, one column an action; action 0 is no contact.

    `features` (n, p) were known before the decision; `action` (n) was taken with probability `propensity` (n, K), the
    whole row of them stored when it was drawn; `reward` (n) came of it, fen; `cost` (n, K) is what each action would
    have cost, fen. Rows of one `household` are not independent.
    """

    features: Array
    action: Index
    propensity: Array
    reward: Array
    cost: Array
    household: Index

    def rows(self, chosen: NDArray[np.bool_]) -> "Log":
        """Some of the rows."""
        return Log(
            self.features[chosen],
            self.action[chosen],
            self.propensity[chosen],
            self.reward[chosen],
            self.cost[chosen],
            self.household[chosen],
        )


Policy = Callable[[Array], Array]
"""Features (n, p) to the probability of each action (n, K)."""
Learner = Callable[[Log], Policy]
"""How a policy is made of logged rows. A policy that was not made of them: `lambda log: policy`."""
Model = Callable[[Log], Callable[[Array], Array]]
"""How expected rewards (n, K) of features (n, p) are learnt of logged rows."""


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """What the policy brings a subscriber beyond no contact or another one, fen, with its interval; its cost, at most.

    `promised` is what the policy's own model says of the rows it was made of: no evidence, shown to be compared.
    `effective_rows`: independent rows of the policy's own that the reweighted ones are worth.
    """

    effect_fen: float
    low_fen: float
    high_fen: float
    cost_fen: float
    cost_high_fen: float
    promised_fen: float
    row_count: int
    household_count: int
    effective_rows: float


def ridge(log: Log) -> Callable[[Array], Array]:
    """Expected rewards: a ridge regression for each action on standardised features."""
    centre, scale = log.features.mean(axis=0), log.features.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)

    def design(features: Array) -> Array:
        return np.column_stack([np.ones(len(features)), (features - centre) / scale])

    given = design(log.features)
    penalty = _PENALTY * np.eye(given.shape[1])
    penalty[0, 0] = 0
    coefficients = np.zeros((given.shape[1], log.propensity.shape[1]))
    for action in range(coefficients.shape[1]):
        taken = log.action == action
        if taken.any():
            rows, rewards = given[taken], log.reward[taken]
            coefficients[:, action] = np.linalg.solve(rows.T @ rows + penalty, rows.T @ rewards)

    def predict(features: Array) -> Array:
        result: Array = design(features) @ coefficients
        return result

    return predict


def value_of(
    log: Log,
    learn: Learner,
    *,
    seed: int,
    model: Model = ridge,
    folds: int = FOLDS,
    alpha: float = ALPHA,
    beside: Policy | None = None,
) -> PolicyValue:
    """What the policy that `learn` makes is worth beyond no contact, or beyond `beside`.

    `beside` was not made of these rows. Raises DataError where a propensity is no probability, or where a policy takes
    an action that was never drawn for such a row: nothing is known of it.
    """
    _check(log)
    household, row_home = np.unique(log.household, return_inverse=True)
    fold = np.random.default_rng(seed).permutation(len(household))[row_home] % folds
    wanted = np.empty_like(log.propensity)
    expected = np.empty_like(log.propensity)
    for number in range(folds):
        inside = fold == number
        train = log.rows(~inside)
        wanted[inside] = learn(train)(log.features[inside])
        expected[inside] = model(train)(log.features[inside])
    other = (
        np.eye(wanted.shape[1])[np.zeros(len(wanted), dtype=np.int64)]
        if beside is None
        else beside(log.features)
    )
    _support(log, wanted)
    if beside is not None:
        _support(log, other)
    against = wanted - other
    at = np.arange(len(log.action))
    weight = against[at, log.action] / log.propensity[at, log.action]
    score = (against * expected).sum(axis=1) + weight * (log.reward - expected[at, log.action])
    cost = (wanted * log.cost).sum(axis=1)
    effect, half = _mean(score, row_home, alpha)
    mean_cost, cost_half = _mean(cost, row_home, alpha)
    own = wanted[at, log.action] / log.propensity[at, log.action]
    whole = learn(log)(log.features) - other
    return PolicyValue(
        effect_fen=effect,
        low_fen=effect - half,
        high_fen=effect + half,
        cost_fen=mean_cost,
        cost_high_fen=mean_cost + cost_half,
        promised_fen=float((whole * model(log)(log.features)).sum(axis=1).mean()),
        row_count=len(log.action),
        household_count=len(household),
        effective_rows=float(own.sum() ** 2 / (own**2).sum()) if own.any() else 0.0,
    )


def _mean(score: Array, home: Index, alpha: float) -> tuple[float, float]:
    """The mean over rows and half its interval, rows of one household taken together."""
    rows, mean = len(score), float(score.mean())
    by_home = np.bincount(home, weights=score - mean)
    homes = len(by_home)
    variance = float((by_home**2).sum()) * homes / (homes - 1) / rows**2
    return mean, float(stdtrit(homes - 1, 1 - alpha / 2)) * variance**0.5


def _check(log: Log) -> None:
    taken = log.propensity[np.arange(len(log.action)), log.action]
    sums = log.propensity.sum(axis=1)
    wrong = int(((taken <= 0) | (log.propensity < 0).any(axis=1) | (np.abs(sums - 1) > 1e-6)).sum())
    if wrong:
        raise DataError(
            "lift.propensity",
            Text(
                f"{wrong:,} 行的投放概率不成立（应大于 0 且合计为 1）",
                f"the propensities of {wrong:,} rows are none (above 0, summing to 1)",
            ),
            Text(
                "只用随机投放时当场存下的概率，不要事后估计",
                "use the probabilities stored when the offer was drawn, none estimated afterwards",
            ),
        )


def _support(log: Log, wanted: Array) -> None:
    unseen = int(((wanted > 0) & (log.propensity <= 0)).any(axis=1).sum())
    if unseen:
        raise DataError(
            "lift.support",
            Text(
                f"新策略对 {unseen:,} 户选了从未随机投放过的优惠，无从评估",
                f"the policy takes actions for {unseen:,} rows that were never drawn for them: nothing is known",
            ),
            Text(
                "把这些优惠纳入随机投放，积累后再评",
                "let these offers be drawn at random for a while, then evaluate again",
            ),
        )
