"""A plan of rows of which equal ones are held once: as many as fit are moved together, never one by one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.fold import fold
from weixi.flow.decision.allocation.problem import Floats, Problem, Response, Whole
from weixi.flow.decision.allocation.room import Room

FILLS = 8
"""Rounds of giving more."""
TRIED = 50_000
"""Moves of another kind tried in one round; what is left over waits for the next."""
KEPT = 2_000_000
"""Single moves that are put together to kinds, the cheapest first."""


@dataclass(frozen=True)
class _Move:
    """Equal moves: the lots of `row` go from one offer to another; each uses `more` of the cell's limits `limit`."""

    row: Whole
    now: int
    offer: int
    limit: Whole
    more: Floats


class Lots(Room):
    """How many of each held row's equals take every offer, the use of every limit kept beside."""

    def __init__(
        self,
        problem: Problem,
        rows: HeldRows,
        settled: Response,
        counts: Whole,
        score: Floats,
        levels: Floats,
    ) -> None:
        super().__init__(problem, rows, settled.plus(rows.total_of(counts)), levels)
        self._score = score
        self.counts = counts

    def fill(self) -> None:
        """Give more wherever the limits leave room, the most value for what it uses at the prices first."""
        for _ in range(FILLS):
            before = self.made
            for move in self._gaining():
                self._take(move)
            if self.made == before:
                return

    def relieve(self, limit: int) -> None:
        """Take what costs least score for what it frees, until the limit is kept or nothing helps."""
        members, share = self.members(limit)
        lot, now = np.nonzero(self.counts[members])
        row = members[lot]
        use = self.own(limit, row) * share[lot][:, None]
        freed = use[np.arange(len(row)), now][:, None] - use
        regret = self._score[row, now][:, None] - self._score[row]
        with np.errstate(invalid="ignore", divide="ignore"):
            price = np.where((freed > 0) & np.isfinite(regret), np.maximum(regret, 0.0) / freed, np.inf)
        for move in self._moves(row, now, price):
            self._take(move, until=limit)
            if not self.is_over(limit):
                return

    def _gaining(self) -> Iterator[_Move]:
        """The moves that gain value, at the least price first."""
        row, now = np.nonzero(self.counts)
        rows, at = self.rows, np.arange(len(row))
        score = self._score[row]
        with np.errstate(invalid="ignore", divide="ignore"):
            gain = self.problem.weights[rows.cell[row], None] * (
                rows.value[row] - rows.value[row, now][:, None]
            )
            price = np.maximum(gain - (score - score[at, now][:, None]), 0.0) / gain
            price = np.where(gain > 0, price, np.inf)
        return self._moves(row, now, price)

    def _moves(self, row: Whole, now: Whole, price: Floats) -> Iterator[_Move]:
        """Equal moves together, the cheapest first: lots `row`, `now` to every offer whose price is finite."""
        lot, offer = np.nonzero(np.isfinite(price))
        cost = price[lot, offer]
        if len(cost) > KEPT:
            kept = np.argpartition(cost, KEPT)[:KEPT]
            kept.sort()
            lot, offer, cost = lot[kept], offer[kept], cost[kept]
        if not len(lot):
            return
        row, now = row[lot], now[lot]
        rows = self.rows
        amounts = (table[row, k] for k in (now, offer) for table in (rows.value, rows.cost))
        kind, first = fold([rows.cell[row], now, offer, *(amount.astype(np.int64) for amount in amounts)])
        line = np.argsort(kind, kind="stable")
        begin = np.searchsorted(kind[line], np.arange(len(first) + 1))
        more = self.uses(row[first], offer[first]) - self.uses(row[first], now[first])
        for n in np.lexsort((first, cost[first]))[:TRIED]:
            at = first[n]
            limit = self.limits[rows.cell[row[at]]]
            yield _Move(
                row[line[begin[n] : begin[n + 1]]],
                int(now[at]),
                int(offer[at]),
                limit[limit >= 0],
                more[n][limit >= 0],
            )

    def _take(self, move: _Move, until: int = -1) -> None:
        """Move as many as fit, and no more than relieve the limit `until`."""
        room = (self.bound + self.slack - self.use)[move.limit]
        uses = move.more > 0
        most = float((room[uses] // move.more[uses]).min(initial=np.inf))
        if until >= 0:
            freed = -move.more[move.limit == until][0]
            most = min(most, float(np.ceil((self.use - self.bound - self.slack)[until] / freed)))
        if most < 1:
            return
        there = self.counts[move.row, move.now]
        reached = np.minimum(np.cumsum(there), most).astype(np.int64)
        taken = np.diff(reached, prepend=0)
        self.counts[move.row, move.now] -= taken
        self.counts[move.row, move.offer] += taken
        self.use[move.limit] += int(reached[-1]) * move.more
        self.made += int(reached[-1])
