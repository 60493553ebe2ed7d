"""Sums over households by stratum and arm: all that an estimate of lift needs of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.integer]

HELD, TREATED = 0, 1
"""The arms, as the last axis of a count has them."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Counts, sums and sums of products of K values, by stratum (S) and arm (2).

    `count` (…, S, 2), `total` (…, S, 2, K), `product` (…, S, 2, K, K); the leading axes are campaigns, looks, counties.
    A stratum is a set of households with one probability of being held out.
    """

    count: Array
    total: Array
    product: Array

    def __add__(self, other: "Moments") -> "Moments":
        """The moments of both sets of households together."""
        return Moments(self.count + other.count, self.total + other.total, self.product + other.product)

    def upto(self, axis: int = -1) -> "Moments":
        """Running sums along a leading axis (−1: the last before the strata): every look at a growing campaign."""
        at = axis if axis >= 0 else self.count.ndim - 2 + axis
        return Moments(self.count.cumsum(axis=at), self.total.cumsum(axis=at), self.product.cumsum(axis=at))

    def over(self, axis: int) -> "Moments":
        """The sums over a leading axis, counted from the front."""
        return Moments(self.count.sum(axis=axis), self.total.sum(axis=axis), self.product.sum(axis=axis))

    def pick(self, values: Sequence[int]) -> "Moments":
        """The moments of some of the values, in that order."""
        at = np.asarray(values)
        return Moments(self.count, self.total[..., at], self.product[..., at[:, None], at])


def gather(values: Sequence[Array], group: Index, shape: tuple[int, ...]) -> Moments:
    """The moments of rows: K columns of one length, and each row's place in `shape` (…, S, 2), flat."""
    size = int(np.prod(shape))
    kinds = len(values)
    total = np.empty((size, kinds))
    product = np.empty((size, kinds, kinds))
    for j, column in enumerate(values):
        total[:, j] = np.bincount(group, weights=column, minlength=size)
        for k in range(j + 1):
            product[:, j, k] = np.bincount(group, weights=column * values[k], minlength=size)
            product[:, k, j] = product[:, j, k]
    count = np.bincount(group, minlength=size).astype(np.float64)
    return Moments(count.reshape(shape), total.reshape(*shape, kinds), product.reshape(*shape, kinds, kinds))
