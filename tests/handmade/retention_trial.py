"""A retention trial whose every effect is known: who stays without contact, who stays with it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weixi.flow.score.uplift.sample import Trial, randomised

NAMES = (
    "tenure",
    "months_left",
    "bill",
    "use",
    "complaint",
    "silent",
    "age",
    "price",
    "noise_1",
    "noise_2",
    "noise_3",
)


@dataclass(frozen=True)
class KnownTrial:
    """A trial, the true effect of contact on each person, and the true risk without it."""

    trial: Trial
    effect: NDArray[np.float64]
    risk: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64]) -> "KnownTrial":
        return KnownTrial(self.trial.take(rows), self.effect[rows], self.risk[rows])

    def saved_per_1000(self, score: NDArray[np.float64], share: float = 0.2) -> float:
        """People who stay because the first `share` were contacted, per 1,000 of all."""
        return float(self.effect[self.first(score, share)].sum() / len(self.effect) * 1000)

    def harmed(self, score: NDArray[np.float64], share: float = 0.2) -> float:
        """The share of those contacted whom contact drives away."""
        return float((self.effect[self.first(score, share)] < 0).mean())

    def first(self, score: NDArray[np.float64], share: float) -> NDArray[np.int64]:
        return np.argsort(-score, kind="stable")[: int(len(score) * share)]


def retention_trial(rows: int, seed: int, treated_share: float = 0.5) -> KnownTrial:
    """Some are about to leave and can be kept; some, silent and free, leave because they are woken.

    The risk is logistic; contact moves its log odds: down for contracts about to end, dear plans of people who mind the
    price, complaints; up for the silent and the old hands whom no contract binds.
    """
    rng = np.random.default_rng(seed)
    tenure = rng.gamma(2, 18, rows)
    left = np.where(rng.random(rows) < 0.45, 0, rng.integers(1, 25, rows)).astype(np.float64)
    bill, use = np.exp(rng.normal(4.1, 0.5, rows)), rng.normal(0, 1, rows)
    complaint, silent, price = ((rng.random(rows) < share).astype(np.float64) for share in (0.12, 0.15, 0.35))
    age = rng.integers(18, 80, rows).astype(np.float64)
    soon, free = (left > 0) & (left <= 3), left == 0
    log_odds = (
        -3.2
        + 1.2 * soon
        + 0.3 * free
        - 0.012 * tenure
        + 0.9 * complaint
        + 0.9 * silent
        - 0.35 * use
        + 0.3 * price
    )
    fall = (
        0.15 + 0.7 * soon + 0.4 * price * (bill > 60) + 0.5 * complaint
        - 1.0 * silent * free - 0.45 * (free & (tenure > 60))
    )  # fmt: skip
    risk, after = 1 / (1 + np.exp(-log_odds)), 1 / (1 + np.exp(-(log_odds - fall)))
    treated = rng.random(rows) < treated_share
    stays = (rng.random(rows) >= np.where(treated, after, risk)).astype(np.float64)
    noise = rng.normal(size=(rows, 3))
    features = np.column_stack([tenure, left, bill, use, complaint, silent, age, price, noise])
    return KnownTrial(randomised(features, NAMES, treated, stays, treated_share), risk - after, risk)
