"""Rows held in memory: samples, small problems, and the rows that the last step moves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from weixi.flow.decision.allocation.problem import Floats, Prices, Response, Whole

Bools = npt.NDArray[np.bool_]

CHUNK = 8_192
"""Rows scored at once: their scores stay in the processor's cache."""


@dataclass(frozen=True)
class HeldRows:
    """Wide rows as arrays [row × offer]; an offer that a row may not have is worth −∞.

    `expansion` says for how many rows of its cell one of these stands.
    """

    ids: Whole
    cell: Whole
    value: Floats
    cost: Floats
    cells: int
    expansion: Floats | None = None

    def __len__(self) -> int:
        return len(self.ids)

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
        """The aggregate table of these choices, expanded to the whole."""
        width = self.value.shape[1]
        place, at = self.cell * width + choice, np.arange(len(self))
        expansion = None if self.expansion is None else self.expansion[self.cell]
        tables = []
        for amount in (None, self.value[at, choice], self.cost[at, choice]):
            weight = expansion if amount is None else amount if expansion is None else amount * expansion
            tables.append(
                np.bincount(place, weights=weight, minlength=self.cells * width)
                .reshape(-1, width)
                .astype(np.float64)
            )
        return Response(*tables)

    def chunks(self) -> Iterator[slice]:
        """The rows in pieces."""
        for first in range(0, len(self), CHUNK):
            yield slice(first, first + CHUNK)

    def only(self, kept: Whole) -> "HeldRows":
        """These rows alone."""
        return HeldRows(self.ids[kept], self.cell[kept], self.value[kept], self.cost[kept], self.cells)

    def alone(self) -> "HeldRows":
        """The same rows standing for themselves."""
        return replace(self, expansion=None)

    def expanded(self, heads: Floats) -> "HeldRows":
        """The same rows standing for so many of each cell."""
        own = np.bincount(self.cell, minlength=self.cells)
        return HeldRows(self.ids, self.cell, self.value, self.cost, self.cells, heads / np.maximum(own, 1))


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
