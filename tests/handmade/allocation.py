"""Random small allocations, and an independent check of any allocation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weixi.flow.decision import Choice, Kind, Limit, Sense
from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.kernel.language import Text


@dataclass(frozen=True)
class Case:
    """One allocation as plain arrays: −∞ where a row may not have the offer."""

    cells: int
    offers: tuple[Choice, ...]
    limits: tuple[Limit, ...]
    cell: np.ndarray
    value: np.ndarray
    cost: np.ndarray

    def held(self) -> HeldRows:
        """The rows as the solver takes them."""
        return HeldRows(np.arange(len(self.cell)), self.cell, self.value, self.cost, self.cells)


def offers_of(width: int) -> tuple[Choice, ...]:
    """That many offers, the first “no contact”."""
    return tuple(Choice(f"offer_{k}", Text(f"方案 {k}", f"offer {k}")) for k in range(width))


def limit(
    kind: Kind, cells: Sequence[int], bound: float, sense: Sense = Sense.AT_MOST, **by: dict[int, float]
) -> Limit:
    """A limit over whole cells."""
    code = f"{kind}_{'_'.join(map(str, cells))}".lower()
    return Limit(code, Text("上限", "limit"), kind, dict.fromkeys(cells, 1.0), bound, sense, **by)


def random_case(seed: int) -> Case:
    """A few rows, offers, cells and limits; every third with values that tie, some that cannot be kept."""
    draw = np.random.default_rng(seed)
    rows, width, cells = int(draw.integers(3, 16)), int(draw.integers(2, 5)), int(draw.integers(1, 4))
    cell = draw.integers(0, cells, rows)
    step = 500 if seed % 3 == 0 else 1
    value = np.rint(draw.gamma(2.0, 1500.0, (rows, width)) / step) * step
    cost = np.rint(draw.gamma(2.0, 800.0, (rows, width)) / step) * step
    value[:, 0], cost[:, 0] = 0, 0
    value[draw.random((rows, width)) < 0.15] = -np.inf
    value[:, 0] = np.where(draw.random(rows) < 0.8, 0.0, value[:, 0])
    value[~np.isfinite(value).any(axis=1), 0] = 0.0
    every = list(range(cells))
    priced = dict.fromkeys(range(1, width), 1.0)
    free = np.where(np.isfinite(value), value, -1).argmax(axis=1)
    spent = cost[np.arange(rows), free].sum()
    limits = [
        limit(Kind.MONEY, every, float(np.rint(spent * draw.uniform(0.2, 0.9))), cost=priced),
        limit(Kind.CONTACTS, every, float(draw.integers(rows // 2, rows + 1)), count=priced),
    ]
    if draw.random() < 0.5:
        own = [int(draw.integers(cells))]
        limits.append(
            limit(Kind.MONEY, own, float(np.rint(spent / cells * draw.uniform(0.2, 1.0))), cost=priced)
        )
    if draw.random() < 0.4:
        limits.append(
            limit(
                Kind.FLOOR,
                every,
                float(draw.integers(1, max(2, rows // 3))),
                Sense.AT_LEAST,
                count={width - 1: 1.0},
            )
        )
    if draw.random() < 0.3:
        ratio = dict.fromkeys(priced, -0.5)
        limits.append(limit(Kind.RETURN, every, 0.0, Sense.AT_LEAST, value=priced, cost=ratio))
    return Case(cells, offers_of(width), tuple(limits), cell, value, cost)
