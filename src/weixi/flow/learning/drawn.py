"""What random logging tells of each offer: kept where the lot gave it, against care alone where the lot gave that."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weixi.engine import Store
from weixi.flow.decision import ALLOCATION, PLAN
from weixi.flow.outcome import OUTCOME
from weixi.kernel.period import Month

MONTHS = 12
"""Months of plans whose lots are counted, the last included."""

FEWEST = 30
"""Tasks of either kind under which nothing is told."""

CARE = 1
"""The choice of care without an offer."""

Z = 1.959963984540054
"""The normal quantile of a 95 % interval."""

_COUNTS = ("offered_count", "offered_kept", "care_count", "care_kept")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One offer: tasks that the lot gave it to, and tasks that might have had it and that the lot gave care alone.

    Every open choice of a task is as likely, so that of these two the lot threw a coin: the difference of the shares
    kept is the effect of the offer beside care, nothing else.
    """

    offered_count: int
    offered_kept: int
    care_count: int
    care_kept: int

    @property
    def is_told(self) -> bool:
        """Whether there are enough tasks of either kind."""
        return min(self.offered_count, self.care_count) >= FEWEST

    @property
    def effect(self) -> float:
        """Tasks more kept of a hundred than by care alone."""
        return 100 * (self.offered_kept / self.offered_count - self.care_kept / self.care_count)

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval: Newcombe's of two shares (Statistics in Medicine 17, 1998, method 10)."""
        first = _wilson(self.offered_kept, self.offered_count)
        second = _wilson(self.care_kept, self.care_count)
        one, two = self.offered_kept / self.offered_count, self.care_kept / self.care_count
        low = ((one - first[0]) ** 2 + (second[1] - two) ** 2) ** 0.5
        high = ((first[1] - one) ** 2 + (two - second[0]) ** 2) ** 0.5
        return 100 * (one - two - low), 100 * (one - two + high)


def read_drawn(store: Store, month: Month) -> dict[str, Drawn]:
    """Offer → what the lots of the last twelve months tell; none where nothing was drawn. A statement a month."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for each in month.back(MONTHS):
        parts = {
            "allocation": store.current(ALLOCATION, month=each.number),
            "plan": store.current(PLAN, month=each.number),
            "outcome": store.current(OUTCOME, month=each.number),
        }
        known = {name: part for name, part in parts.items() if part is not None}
        if len(known) < len(parts):
            continue
        rows = store.arrow(_TEXT, inputs=known)
        choice = rows["choice"].to_numpy().astype(np.int64)
        bits = rows["open_bits"].to_numpy().astype(np.int64)
        kept = rows["is_retained"].to_numpy().astype(np.int64)
        codes = dict(zip(rows["choice"].to_pylist(), rows["offer_code"].to_pylist(), strict=True))
        for place, code in codes.items():
            if code is not None:
                offered = choice == place
                care = (choice == CARE) & ((bits >> place) & 1 > 0)
                added = (_count(offered), _count(offered, kept), _count(care), _count(care, kept))
                counted[code] = [a + b for a, b in zip(counted[code], added, strict=True)]
    return {code: Drawn(**dict(zip(_COUNTS, counts, strict=True))) for code, counts in counted.items()}


_TEXT = """SELECT a.choice, a.offer_code, a.open_bits, CASE WHEN o.is_retained THEN 1 ELSE 0 END AS is_retained
FROM allocation AS a JOIN plan AS p ON p.subscriber_id = a.subscriber_id JOIN outcome AS o ON o.task_id = p.task_id
WHERE a.is_drawn AND p.withdrawn_rule IS NULL"""


def _count(chosen: NDArray[np.bool_], kept: NDArray[np.int64] | None = None) -> int:
    return int(chosen.sum() if kept is None else kept[chosen].sum())


def _wilson(hits: int, count: int) -> tuple[float, float]:
    rate = hits / count
    middle = (rate + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count) * (rate * (1 - rate) / count + Z**2 / (4 * count**2)) ** 0.5
    return middle - half, middle + half
