"""The whole plan: the mixture applied row by row, repaired in order of regret, what is left filled greedily."""

from dataclasses import dataclass

import numpy as np

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.lots import Lots
from weixi.flow.decision.allocation.mixing import mixed
from weixi.flow.decision.allocation.problem import Floats, Problem, Response, Whole
from weixi.flow.decision.allocation.room import Room
from weixi.flow.decision.allocation.search import Found

FILL_ROUNDS = 8
MOVES = 20_000
"""Moves tried in one round; what is left over waits for the next."""


@dataclass(frozen=True)
class WholePlan:
    """One offer for each held row, with the totals of all rows and the use of every limit (levels taken off).

    Where equal rows are held once, `choice` says how many of each take every offer [row × offer].
    """

    choice: Whole
    total: Response
    use: Floats
    moves: int


def plan_whole(
    problem: Problem,
    rows: HeldRows,
    settled: Response,
    found: Found,
    duals: Floats,
) -> WholePlan:
    """The plan of the rows, those of `settled` keeping what they have, from where a search ended."""
    score = np.concatenate(
        [rows.scores(problem.prices(duals), part) for part in rows.chunks()] or [np.zeros((0, 1))]
    )
    choice = found.choice
    if choice is None:
        choice = mixed(problem, rows, found.mixture, found.asked, score)
    levels = found.mixture.levels
    if rows.members is not None:
        lots = Lots(problem, rows, settled, choice, score, levels)
        lots.repair()
        lots.fill()
        total = settled.plus(rows.total_of(lots.counts))
        return WholePlan(lots.counts, total, problem.use(total), lots.made)
    moves = Moves(problem, rows, settled, choice, score, levels)
    moves.repair()
    moves.fill()
    total = settled.plus(rows.total(moves.choice))
    return WholePlan(moves.choice, total, problem.use(total), moves.made)


class Moves(Room):
    """Choices that are changed one by one, the use of every limit kept beside them."""

    def __init__(
        self,
        problem: Problem,
        rows: HeldRows,
        settled: Response,
        choice: Whole,
        score: Floats,
        levels: Floats,
    ) -> None:
        super().__init__(problem, rows, settled.plus(rows.total(choice)), levels)
        self._score = score
        self.choice = choice

    def relieve(self, limit: int) -> None:
        """Take what costs least score for what it frees, until the limit is kept or nothing helps."""
        members, share = self.members(limit)
        use = self.own(limit, members) * share[:, None]
        at = np.arange(len(members))
        now = self.choice[members]
        freed = use[at, now][:, None] - use
        regret = self._score[members, now][:, None] - self._score[members]
        with np.errstate(invalid="ignore", divide="ignore"):
            price = np.where((freed > 0) & np.isfinite(regret), np.maximum(regret, 0.0) / freed, np.inf)
        best = np.argsort(price, axis=1)[:, :2]
        candidates = np.concatenate([np.stack([at, best[:, n]], axis=1) for n in range(best.shape[1])])
        cost = price[candidates[:, 0], candidates[:, 1]]
        keep = np.isfinite(cost)
        candidates = candidates[keep][np.argsort(cost[keep], kind="stable")]
        for place, offer in candidates[:MOVES]:
            if not self.is_over(limit):
                return
            self._try(int(members[place]), int(offer), helps=limit)

    def fill(self) -> None:
        """Give more wherever the limits leave room, the most value for what it uses at the prices first."""
        for _ in range(FILL_ROUNDS):
            row, offer, order = self._room()
            before = self.made
            for place in order[:MOVES]:
                self._try(int(row[place]), int(offer[place]))
            if self.made == before:
                return

    def _room(self) -> tuple[Whole, Whole, Whole]:
        """For each row the move that gains value at the least price, where it fits alone; and their order."""
        rows, problem = self.rows, self.problem
        found: list[tuple[Whole, Whole, Floats]] = []
        for part in rows.chunks():
            now, cell, score = self.choice[part], rows.cell[part], self._score[part]
            at = np.arange(len(now))
            with np.errstate(invalid="ignore", divide="ignore"):
                gain = problem.weights[cell, None] * (rows.value[part] - rows.value[part][at, now][:, None])
                paid = np.maximum(gain - (score - score[at, now][:, None]), 0.0) / gain
            paid = np.where(gain > 0, paid, np.inf)
            offer = paid.argmin(axis=1)
            better = np.flatnonzero(np.isfinite(paid[at, offer]))
            row, offer, price = part.start + better, offer[better], paid[better, offer[better]]
            more = self.uses(row, offer) - self.uses(row, now[better])
            fits = ((more <= self.left(cell[better])) | (more <= 0)).all(axis=1)
            found.append((row[fits], offer[fits], price[fits]))
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        row, offer, price = (np.concatenate(column) for column in zip(*found, strict=True))
        return row, offer, np.argsort(price, kind="stable")

    def _try(self, row: int, offer: int, helps: int = -1) -> None:
        """Move the row where no limit is pushed over its bound, or further over it."""
        now = int(self.choice[row])
        if now == offer:
            return
        problem, cell = self.problem, int(self.rows.cell[row])
        places = self.limits[cell]
        limit, share = places[places >= 0], self.shares[cell][places >= 0]
        value, cost = self.rows.value[row], self.rows.cost[row]
        more = share * (
            problem.count[limit, offer] - problem.count[limit, now]
            + problem.value[limit, offer] * value[offer] - problem.value[limit, now] * value[now]
            + problem.cost[limit, offer] * cost[offer] - problem.cost[limit, now] * cost[now]
        )  # fmt: skip
        after = self.use[limit] + more
        if ((after > self.bound[limit] + self.slack[limit]) & (more > 0)).any():
            return
        if helps < 0 and problem.weights[cell] * (value[offer] - value[now]) <= 0:
            return
        self.use[limit] = after
        self.choice[row] = offer
        self.made += 1
