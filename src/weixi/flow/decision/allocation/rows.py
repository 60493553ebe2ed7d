"""What answers prices, and the rows that do so from memory."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.fold import BUCKETS, buckets
from weixi.flow.decision.allocation.problem import Floats, Prices, Response


class Rows(Protocol):
    """Rows that answer prices; `passes` counts how often all of them were read."""

    passes: int

    def heads(self) -> Floats:
        """Rows of each cell."""

    def sample(self, share: float) -> HeldRows:
        """About that share of the rows."""

    def respond(self, points: Sequence[Prices]) -> list[Response]:
        """What every row would choose at each of the points: one pass, however many points."""

    def extract(self, prices: Prices, stakes: Prices, *, folded: bool = False) -> HeldRows:
        """The rows that might take another offer were every score off by what is at stake: one pass.

        `folded` holds equal rows once.
        """

    def fold(self, most: int) -> bool:
        """One pass: hold equal rows once, where these are no more than `most`, and answer from memory from then on.

        Says whether it is so. All rows then are the sample, and no further pass is counted.
        """


class MemoryRows:
    """Rows that are all held in memory: small problems."""

    def __init__(self, held: HeldRows) -> None:
        self._held = held
        self.passes = 0

    def heads(self) -> Floats:
        """Rows of each cell."""
        members = self._held.members
        weights = None if members is None else members.times
        return np.bincount(self._held.cell, weights=weights, minlength=self._held.cells).astype(np.float64)

    def sample(self, share: float) -> HeldRows:
        """About that share of them, drawn by their id."""
        if self._held.members is not None:
            return self._held
        drawn = buckets(self._held.ids) < round(share * BUCKETS)
        return self._held.only(np.flatnonzero(drawn | (share >= 1)))

    def respond(self, points: Sequence[Prices]) -> list[Response]:
        """What every row would choose at each of the points."""
        self.passes += self._held.members is None
        return self._held.respond(points)

    def extract(self, prices: Prices, stakes: Prices, *, folded: bool = False) -> HeldRows:
        """The rows that waver."""
        self.passes += 1
        found = self._held.only(np.flatnonzero(self._held.wavering(prices, stakes)))
        return found.folded() if folded else found

    def fold(self, most: int) -> bool:
        """Hold equal rows once."""
        self.passes += 1
        found = self._held.folded()
        if len(found) <= most:
            self._held = found
        return self._held is found
