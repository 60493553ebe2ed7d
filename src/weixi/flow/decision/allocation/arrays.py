"""Rows held in memory: samples, small problems, and the rows that the last step moves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from weixi.flow.decision.allocation.fold import Members, fold
from weixi.flow.decision.allocation.problem import Floats, Prices, Response, Whole

Bools = npt.NDArray[np.bool_]

CHUNK = 8_192
"""Rows scored at once: their scores stay in the processor's cache."""
MISSING = -(2**31)
"""Stands for “may not have it” among whole fen."""


@dataclass(frozen=True)
class HeldRows:
    """Wide rows as arrays [row × offer]; an offer that a row may not have is worth −∞.

    `expansion` says for how many rows of its cell one of these stands. Where equal rows are held once, `members` has
    all of them, and `ids` one of each.
    """

    ids: Whole
    cell: Whole
    value: Floats
    cost: Floats
    cells: int
    expansion: Floats | None = None
    members: Members | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def rows(self) -> int:
        """How many rows these are, equal ones counted one by one."""
        return len(self.ids) if self.members is None else len(self.members.ids)

    def scores(self, prices: Prices, rows: slice | Whole = slice(None)) -> Floats:
        """The score of every offer at these prices: the same operations in the same order as the engine's text."""
        cell, value = self.cell[rows], self.value[rows]
        with np.errstate(invalid="ignore"):
            score = value * prices.value[cell] - self.cost[rows] * prices.cost[cell] - prices.count[cell]
        return np.where(np.isneginf(value), -np.inf, score)

    def choices(self, prices: Prices, rows: Whole | None = None) -> Whole:
        """The first best offer of every row, or of these."""
        parts: list[slice | Whole] = list(self.chunks())
        if rows is not None:
            parts = list(np.array_split(rows, len(rows) // CHUNK + 1))
        return np.concatenate(
            [self.scores(prices, part).argmax(axis=1) for part in parts] or [np.zeros(0, np.int64)]
        )

    def wavering(self, prices: Prices, stakes: Prices) -> Bools:
        """The rows that might take another offer were every score off by what is at stake."""
        found = []
        for part in self.chunks():
            cell, score = self.cell[part], self.scores(prices, part)
            value = np.where(np.isneginf(self.value[part]), 0.0, np.abs(self.value[part]))
            off = value * stakes.value[cell] + self.cost[part] * stakes.cost[cell] + stakes.count[cell]
            sure = (score - off).max(axis=1, keepdims=True)
            found.append(((score + off) >= sure).sum(axis=1) > 1)
        return np.concatenate(found or [np.zeros(0, bool)])

    def respond(self, points: Sequence[Prices]) -> list[Response]:
        """What every row would choose at each point, expanded to the whole."""
        return [self.total(self.choices(point)) for point in points]

    def total(self, choice: Whole) -> Response:
        """The aggregate table of one choice a row (equal rows choose alike), expanded to the whole."""
        width = self.value.shape[1]
        place, at = self.cell * width + choice, np.arange(len(self))
        standing = None if self.expansion is None and self.members is None else self.standing
        tables = []
        for amount in (None, self.value[at, choice], self.cost[at, choice]):
            weight = standing if amount is None else amount if standing is None else amount * standing
            tables.append(
                np.bincount(place, weights=weight, minlength=self.cells * width)
                .reshape(-1, width)
                .astype(np.float64)
            )
        return Response(*tables)

    def total_of(self, counts: Whole) -> Response:
        """The aggregate table where so many of each row's equals take every offer [row × offer]."""
        taken = counts.astype(np.float64)
        amounts = (taken, np.where(counts > 0, self.value, 0.0) * taken, self.cost * taken)
        return Response(*(self._by_cell(amount) for amount in amounts))

    @property
    def standing(self) -> Floats:
        """For how many rows of the whole each stands."""
        one = np.ones(len(self)) if self.expansion is None else self.expansion[self.cell]
        return one if self.members is None else one * self.members.times

    def chunks(self) -> Iterator[slice]:
        """The rows in pieces."""
        for first in range(0, len(self), CHUNK):
            yield slice(first, first + CHUNK)

    def only(self, kept: Whole) -> "HeldRows":
        """These rows alone; not for rows of which equal ones are held once."""
        return HeldRows(self.ids[kept], self.cell[kept], self.value[kept], self.cost[kept], self.cells)

    def alone(self) -> "HeldRows":
        """The same rows standing for themselves."""
        return replace(self, expansion=None)

    def expanded(self, heads: Floats) -> "HeldRows":
        """The same rows standing for so many of each cell."""
        own = np.bincount(self.cell, minlength=self.cells)
        return replace(self, expansion=heads / np.maximum(own, 1))

    @property
    def kinds(self) -> int:
        """How many different rows there are."""
        return len(fold(self._columns())[1])

    def folded(self) -> "HeldRows":
        """The same rows, equal ones held once, standing for themselves."""
        kind, first = fold(self._columns())
        return _of_kinds(self.ids, kind, self.cell[first], self.value[first], self.cost[first], self.cells)

    def _by_cell(self, amount: Floats) -> Floats:
        found = [np.bincount(self.cell, weights=column, minlength=self.cells) for column in amount.T]
        return np.stack(found, axis=1).astype(np.float64)

    def _columns(self) -> list[Whole]:
        values = [np.where(np.isneginf(column), MISSING, column).astype(np.int64) for column in self.value.T]
        return [self.cell, *values, *(column.astype(np.int64) for column in self.cost.T)]


def held_rows(table: pa.Table, width: int, cells: int) -> HeldRows:
    """The rows of an Arrow table with the columns of `wide_table`, ordered by id."""
    order = np.argsort(table["subscriber_id"].to_numpy(), kind="stable")
    value, cost = np.empty((len(order), width)), np.zeros((len(order), width))
    for k in range(width):
        value[:, k] = table[f"value_{k}"].cast(pa.float64()).fill_null(-np.inf).to_numpy()[order]
        if k:
            cost[:, k] = table[f"cost_{k}"].cast(pa.float64()).fill_null(0.0).to_numpy()[order]
    return HeldRows(
        table["subscriber_id"].to_numpy()[order],
        table["cell"].to_numpy()[order].astype(np.int64),
        value,
        cost,
        cells,
    )


def folded_rows(table: pa.Table, width: int, cells: int) -> HeldRows:
    """The same rows, equal ones held once."""
    names = [*(f"value_{k}" for k in range(width)), *(f"cost_{k}" for k in range(1, width))]
    empty = [MISSING] * width + [0] * (width - 1)
    columns = [table["cell"].to_numpy()]
    columns += [table[name].fill_null(rest).to_numpy() for name, rest in zip(names, empty, strict=True)]
    ids = table["subscriber_id"].to_numpy()
    kind, first = fold(columns)
    value = np.stack([column[first] for column in columns[1 : width + 1]], axis=1).astype(np.float64)
    cost = np.zeros_like(value)
    cost[:, 1:] = np.stack([column[first] for column in columns[width + 1 :]], axis=1)
    value[value == MISSING] = -np.inf
    return _of_kinds(ids, kind, columns[0][first].astype(np.int64), value, cost, cells)


def _of_kinds(ids: Whole, kind: Whole, cell: Whole, value: Floats, cost: Floats, cells: int) -> HeldRows:
    """Rows of these kinds, each under the least id of its own."""
    order = np.argsort(ids, kind="stable")
    line, of = ids[order], kind[order]
    least = np.empty(len(cell), dtype=np.int64)
    least[of[::-1]] = line[::-1]  # the last that is written stays
    times = np.bincount(kind, minlength=len(cell)).astype(np.float64)
    return HeldRows(least, cell, value, cost, cells, members=Members(line, of, times))
