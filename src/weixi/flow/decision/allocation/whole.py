"""The whole plan: the mixture applied row by row, repaired in order of regret, what is left filled greedily."""

from dataclasses import dataclass

import numpy as np

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.master import Mixture
from weixi.flow.decision.allocation.problem import Floats, Problem, Response, Whole
from weixi.flow.decision.allocation.search import Found

GOLDEN = (5**0.5 - 1) / 2
"""Multiples of the golden section, their whole part left away, fill the unit interval as evenly as any sequence can."""

FILL_ROUNDS = 8
MOVES = 20_000
"""Moves tried in one round; what is left over waits for the next."""


@dataclass(frozen=True)
class WholePlan:
    """One offer for each held row, with the totals of all rows and the use of every limit (levels taken off)."""

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
    moves = Moves(problem, rows, settled, choice, score, found.mixture.levels)
    moves.repair()
    moves.fill()
    total = settled.plus(rows.total(moves.choice))
    return WholePlan(moves.choice, total, problem.use(total), moves.made)


def mixed(
    problem: Problem, rows: HeldRows, mixture: Mixture, asked: tuple[Floats, ...], score: Floats
) -> Whole:
    """Every row answers one of its cell's points, in the proportion of the mixture within rows that answer alike."""
    order = np.lexsort((-mixture.weight, mixture.cell))
    cell, point, weight = mixture.cell[order], mixture.point[order], mixture.weight[order]
    first = np.searchsorted(cell, np.arange(problem.cells))
    slot = np.arange(len(cell)) - first[cell]
    width = int(slot.max(initial=0)) + 1
    share = np.zeros((problem.cells, width))
    share[cell, slot] = weight
    reach = np.cumsum(share, axis=1) / np.maximum(share.sum(axis=1, keepdims=True), 1e-300)
    answers = np.zeros((len(rows), width), dtype=np.int64)
    for number in np.unique(point):
        prices = problem.prices(asked[number])
        at = np.flatnonzero(point == number)
        slots = np.full(problem.cells, -1)
        slots[cell[at]] = slot[at]
        member = np.flatnonzero(slots[rows.cell] >= 0)
        answers[member, slots[rows.cell[member]]] = rows.choices(prices, member)
    used = share[rows.cell] > 0
    answers = np.where(used, answers, answers[:, :1])
    pattern = np.zeros(len(rows), dtype=np.int64)
    for column in range(width):
        _, pattern = np.unique(pattern * len(problem.offers) + answers[:, column], return_inverse=True)
    at = np.arange(len(rows))
    regret = score.max(axis=1) - score[at, answers[:, 0]] if len(rows) else np.zeros(0)
    line = np.lexsort((rows.ids, regret, pattern, rows.cell))
    place = np.empty(len(rows))
    place[line] = np.arange(len(rows))
    height = place * GOLDEN % 1.0
    picked = np.minimum((height[:, None] >= reach[rows.cell]).sum(axis=1), width - 1)
    found: Whole = answers[at, picked]
    return found


class Moves:
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
        self._problem, self._rows, self._score = problem, rows, score
        self.choice = choice
        self.made = 0
        self.use = problem.use(settled.plus(rows.total(choice)))
        self.bound = problem.bound + problem.lift(levels)
        self.slack = problem.slack
        order = np.lexsort((problem.limit_of, problem.cell_of))
        cell = problem.cell_of[order]
        first = np.searchsorted(cell, np.arange(problem.cells))
        slot = np.arange(len(cell)) - first[cell]
        width = int(slot.max(initial=-1)) + 1
        self._limits = np.full((problem.cells, width), -1)
        self._limits[cell, slot] = problem.limit_of[order]
        self._share = np.zeros((problem.cells, width))
        self._share[cell, slot] = problem.share[order]
        self._by_limit = np.argsort(problem.limit_of, kind="stable")
        self._first_of = np.searchsorted(problem.limit_of[self._by_limit], np.arange(len(problem.limits) + 1))
        self._by_cell = np.argsort(rows.cell, kind="stable")
        self._first = np.searchsorted(rows.cell[self._by_cell], np.arange(problem.cells + 1))

    def over(self) -> Whole:
        """The limits that are overstepped, the worst first."""
        excess = (self.use - self.bound - self.slack) / np.maximum(np.abs(self.bound), 1.0)
        found = np.flatnonzero(excess > 0)
        return found[np.argsort(-excess[found], kind="stable")]

    def repair(self, rounds: int = 20) -> None:
        """Take what costs least score for what it frees, until no limit is overstepped or nothing helps."""
        for _ in range(rounds):
            before = self.made
            for limit in self.over():
                self._relieve(int(limit))
            if not len(self.over()) or self.made == before:
                return

    def _relieve(self, limit: int) -> None:
        problem = self._problem
        at = self._by_limit[self._first_of[limit] : self._first_of[limit + 1]]
        cells = problem.cell_of[at]
        members = np.concatenate([self._by_cell[self._first[g] : self._first[g + 1]] for g in cells])
        share = np.repeat(problem.share[at], (self._first[1:] - self._first[:-1])[cells])
        use = self._own(limit, members) * share[:, None]
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
            if self.use[limit] <= self.bound[limit] + self.slack[limit]:
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
        rows, problem = self._rows, self._problem
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
            limit = self._limits[cell[better]]
            room = np.where(limit >= 0, (self.bound + self.slack - self.use)[limit], np.inf)
            more = self._uses(row, offer) - self._uses(row, now[better])
            fits = ((more <= room) | (more <= 0)).all(axis=1)
            found.append((row[fits], offer[fits], price[fits]))
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        row, offer, price = (np.concatenate(column) for column in zip(*found, strict=True))
        return row, offer, np.argsort(price, kind="stable")

    def _own(self, limit: int, rows: Whole) -> Floats:
        """The use of one limit by each row for every offer, the cell's share aside; 0 where it may not have it."""
        problem = self._problem
        value = np.where(np.isfinite(self._rows.value[rows]), self._rows.value[rows], 0.0)
        use: Floats = (
            problem.count[limit] + problem.value[limit] * value + problem.cost[limit] * self._rows.cost[rows]
        )
        return use

    def _uses(self, rows: Whole, offer: Whole) -> Floats:
        """The use of every limit of its cell by each row with that offer [row × the cell's limits]."""
        problem, cell = self._problem, self._rows.cell[rows]
        limit, k = self._limits[cell], offer[:, None]
        value, cost = self._rows.value[rows, offer][:, None], self._rows.cost[rows, offer][:, None]
        use = problem.count[limit, k] + problem.value[limit, k] * value + problem.cost[limit, k] * cost
        found: Floats = self._share[cell] * use
        return found

    def _try(self, row: int, offer: int, helps: int = -1) -> None:
        """Move the row where no limit is pushed over its bound, or further over it."""
        now = int(self.choice[row])
        if now == offer:
            return
        problem, cell = self._problem, int(self._rows.cell[row])
        places = self._limits[cell]
        limit, share = places[places >= 0], self._share[cell][places >= 0]
        value, cost = self._rows.value[row], self._rows.cost[row]
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
