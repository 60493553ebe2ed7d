"""What is to be allocated: offers, limits, and both as arrays over cells and offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import sparse

from weixi.kernel.language import Text

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


class Kind(StrEnum):
    """What a limit counts, and so the words and the unit that its price and its shortage are told in."""

    MONEY = "MONEY"
    MINUTES = "MINUTES"
    CONTACTS = "CONTACTS"
    FLOOR = "FLOOR"
    SHARE = "SHARE"
    RETURN = "RETURN"
    FAIRNESS = "FAIRNESS"


class Sense(StrEnum):
    """Which side of its bound a limit's use has to stay on."""

    AT_MOST = "AT_MOST"
    AT_LEAST = "AT_LEAST"


@dataclass(frozen=True, slots=True)
class Choice:
    """One offer that a subscriber may get, at its place in the wide rows; place 0 is “no contact”."""

    code: str
    name: Text


@dataclass(frozen=True)
class Limit:
    """One linear limit: Σ over its cells and offers of share × (count·n + value·Σv + cost·Σc), against `bound`.

    `cells` gives the share with which a cell takes part (1 for plain membership), `count`, `value` and `cost` one
    coefficient an offer, by place (0 where left out). `level` names a free quantity that is subtracted from the use:
    limits of the same level are met by one common value of it. `bound` is in fen, minutes, contacts or heads. `code`
    is the same from month to month.
    """

    code: str
    name: Text
    kind: Kind
    cells: Mapping[int, float]
    bound: float
    sense: Sense = Sense.AT_MOST
    count: Mapping[int, float] = field(default_factory=dict)
    value: Mapping[int, float] = field(default_factory=dict)
    cost: Mapping[int, float] = field(default_factory=dict)
    level: str | None = None


@dataclass(frozen=True)
class Response:
    """The aggregate table A[cell, offer] of one choice for every row: how many, Σ value fen, Σ cost fen.

    Whole numbers kept in float64, which holds them exactly up to 2^53.
    """

    count: Floats
    value: Floats
    cost: Floats

    def minus(self, other: "Response") -> "Response":
        """What is left without the rows of `other`."""
        return Response(self.count - other.count, self.value - other.value, self.cost - other.cost)

    def of(self, cells: npt.NDArray[np.bool_]) -> "Response":
        """The rows of these cells alone."""
        return Response(*(np.where(cells[:, None], one, 0.0) for one in (self.count, self.value, self.cost)))

    def plus(self, other: "Response") -> "Response":
        """Both together."""
        return Response(self.count + other.count, self.value + other.value, self.cost + other.cost)


@dataclass(frozen=True)
class Prices:
    """Three tables [cell × offer]: a row's score of an offer is value·v − cost·c − count."""

    value: Floats
    cost: Floats
    count: Floats


class Problem:
    """The limits as arrays, every one turned into `use ≤ bound`; j numbers limits, g cells, k offers.

    `weights` says how much a fen of value counts in a cell (1 everywhere, 0 for cells that only have to be feasible).
    """

    def __init__(
        self, cells: int, offers: Sequence[Choice], limits: Sequence[Limit], weights: Floats | None = None
    ) -> None:
        self.cells, self.offers, self.limits = cells, tuple(offers), tuple(limits)
        width = len(self.offers)
        self.weights = np.ones(cells) if weights is None else weights
        self.sign = np.array([1.0 if limit.sense is Sense.AT_MOST else -1.0 for limit in limits])
        self.bound = self.sign * np.array([float(limit.bound) for limit in limits])
        self.count, self.value, self.cost = (
            np.array(
                [
                    [sign * getattr(limit, name).get(k, 0.0) for k in range(width)]
                    for limit, sign in self._signed()
                ]
            ).reshape(len(self.limits), width)
            for name in ("count", "value", "cost")
        )
        self.limit_of = np.repeat(np.arange(len(self.limits)), [len(limit.cells) for limit in limits])
        self.cell_of = np.array([g for limit in limits for g in limit.cells], dtype=np.int64)
        self.share = np.array([s for limit in limits for s in limit.cells.values()], dtype=np.float64)
        self.member = sparse.csr_matrix(
            (self.share, (self.cell_of, self.limit_of)), shape=(cells, len(self.limits))
        )
        self.levels = tuple(dict.fromkeys(limit.level for limit in limits if limit.level is not None))
        self.level_of = np.array(
            [self.levels.index(limit.level) if limit.level is not None else -1 for limit in limits],
            dtype=np.int64,
        )

    def worthless(self) -> "Problem":
        """The same limits where no value counts."""
        return Problem(self.cells, self.offers, self.limits, np.zeros(self.cells))

    def with_bound(self, limit: int, bound: float) -> "Problem":
        """The same problem where one limit has another bound."""
        limits = list(self.limits)
        limits[limit] = replace(limits[limit], bound=bound)
        return Problem(self.cells, self.offers, limits, self.weights)

    def _signed(self) -> list[tuple[Limit, float]]:
        return list(zip(self.limits, self.sign, strict=True))

    def balanced(self, duals: Floats) -> Floats:
        """The prices with those of each level in balance: a level is free, so that only then a bound follows."""
        found = duals.copy()
        for n in range(len(self.levels)):
            sides = [np.flatnonzero((self.level_of == n) & (self.sign == sign)) for sign in (1.0, -1.0)]
            sums = [found[side].sum() for side in sides]
            for side, total in zip(sides, sums, strict=True):
                found[side] *= min(sums) / total if total > 0 else 0.0
        return found

    def levels_at(self, use: Floats) -> Floats:
        """The value of each level that suits these uses best: half-way between what its limits ask."""
        found = np.zeros(len(self.levels))
        for n in range(len(self.levels)):
            low = (use - self.bound)[(self.level_of == n) & (self.sign > 0)].max(initial=-np.inf)
            high = (self.bound - use)[(self.level_of == n) & (self.sign < 0)].min(initial=np.inf)
            found[n] = (low + high) / 2 if np.isfinite(low + high) else low if np.isfinite(low) else high
        return found

    def excess(self, use: Floats) -> Floats:
        """How far each limit is overstepped, levels taken off, rounding of float64 forgiven; 0 where it is kept."""
        taken = use - self.lift(self.levels_at(use)) - self.bound
        return np.where(taken > self.slack, taken, 0.0)

    def lift(self, levels: Floats) -> Floats:
        """What each limit's bound gains from its level."""
        found = np.zeros(len(self.limits))
        for n, level in enumerate(levels):
            found += np.where(self.level_of == n, self.sign * level, 0.0)
        return found

    @property
    def slack(self) -> Floats:
        """What rounding of float64 may carry a use over its bound: 1e-8 of a unit, or 1e-12 of the bound."""
        taken: Floats = np.maximum(1e-8, 1e-12 * np.abs(self.bound))
        return taken

    def prices(self, duals: Floats) -> Prices:
        """The price tables of one price a limit (≥ 0, fen of value a unit of use)."""
        value, cost, count = (
            np.asarray(self.member @ (duals[:, None] * table))
            for table in (self.value, self.cost, self.count)
        )
        return Prices(self.weights[:, None] - value, cost, count)

    def stakes(self, off: Floats) -> Prices:
        """What the scores may be off where each limit's price is off by so much: no signs cancel."""
        value, cost, count = (
            np.asarray(abs(self.member) @ (off[:, None] * np.abs(table)))
            for table in (self.value, self.cost, self.count)
        )
        return Prices(value, cost, count)

    def worth(self, made: Response) -> Floats:
        """The weighted value of each cell, fen."""
        worth: Floats = self.weights * made.value.sum(axis=1)
        return worth

    def uses(self, cell: Whole, offer: Whole, value: Floats, cost: Floats) -> Floats:
        """The use of every limit by single choices [choice × limit]: for few rows."""
        own = self.count[:, offer] + self.value[:, offer] * value + self.cost[:, offer] * cost
        found: Floats = np.asarray(self.member[cell].toarray() * own.T)
        return found

    def parts(self, made: Response) -> Floats:
        """The use that each (limit, cell) pair of `limit_of`, `cell_of` makes."""
        j, g = self.limit_of, self.cell_of
        use = np.einsum("ek,ek->e", self.count[j], made.count[g])
        for table, total in ((self.value, made.value), (self.cost, made.cost)):
            if table.any():
                use += np.einsum("ek,ek->e", table[j], total[g])
        parts: Floats = self.share * use
        return parts

    def use(self, made: Response) -> Floats:
        """The use of every limit, levels left aside."""
        use = np.bincount(self.limit_of, weights=self.parts(made), minlength=len(self.limits))
        return use.astype(np.float64)
