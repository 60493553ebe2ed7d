"""The mean of a paired difference, with the error of rows that belong together taken together."""

from dataclasses import dataclass

import numpy as np

from weixi.flow.learning.profit import Floats, Ints


@dataclass(frozen=True, slots=True)
class Paired:
    """A weighted mean difference, its standard error, and how many independent groups it rests on."""

    mean: float
    error: float
    groups: int

    @property
    def low(self) -> float:
        """The lower end of the 95 % interval."""
        return self.mean - 1.96 * self.error

    @property
    def high(self) -> float:
        """Its upper end."""
        return self.mean + 1.96 * self.error


def paired(difference: Floats, weight: Floats, group: Ints) -> Paired:
    """Σ weight × difference ÷ Σ weight; the error is that of a ratio over groups (Taylor), n ÷ (n − 1) corrected."""
    _, place = np.unique(group, return_inverse=True)
    total = float(weight.sum())
    mean = float((weight * difference).sum()) / total
    apart = np.bincount(place, weight * (difference - mean))
    count = len(apart)
    spread = float((apart**2).sum()) * count / max(count - 1, 1)
    return Paired(mean, spread**0.5 / total, count)
