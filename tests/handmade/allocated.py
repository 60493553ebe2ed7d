"""Wide rows in a store, and an independent check of an allocation from the files alone."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from weixi.engine import Partition, Store
from weixi.engine.wire import arrow_schema
from weixi.flow.decision import Allocation, Limit, Sense, wide_table

from .allocation import offers_of

WIDTH, CELLS = 5, 6
OFFERS = offers_of(WIDTH)


def wide_rows(store: Store, rows: int, seed: int, *, ties: bool = False) -> Partition:
    """Rows of six cells and five offers; a tenth held out, a twentieth to be left alone, all others covered."""
    draw = np.random.default_rng(seed)
    value = np.rint(draw.gamma(2.0, 1000.0, (rows, WIDTH)) * np.arange(WIDTH))
    cost = np.rint(draw.gamma(4.0, 250.0, (rows, WIDTH)) * np.arange(WIDTH))
    if ties:
        value[:], cost[:] = 1000.0 * np.arange(WIDTH), 400.0 * np.arange(WIDTH) ** 2
    may = draw.random((rows, WIDTH)) < 0.9
    alone = draw.random(rows) < 0.05
    may[:, 1] = True
    may &= ~alone[:, None]
    may[:, 0] = alone
    table = wide_table(OFFERS)
    columns = {
        "subscriber_id": np.arange(rows) * 3 + 11,
        "cell": draw.integers(0, CELLS, rows).astype(np.int32),
        "is_holdout": draw.random(rows) < 0.1,
        "risk": draw.random(rows),
        "worth_fen": np.full(rows, 10_000),
        **{f"value_{k}": pa.array(value[:, k].astype(np.int32), mask=~may[:, k]) for k in range(WIDTH)},
        **{f"cost_{k}": cost[:, k].astype(np.int32) for k in range(1, WIDTH)},
    }
    batch = pa.RecordBatch.from_pydict(columns, schema=arrow_schema(table))
    return store.put(table, {"month": 202601}, [batch], origin=f"{rows} {seed} {ties}")


class Check:
    """An allocation read again from its files and the rows', in numpy alone."""

    def __init__(self, rows: Partition, made: Allocation, limits: Sequence[Limit]) -> None:
        wide = pq.read_table(rows.files).sort_by("subscriber_id")
        wide = wide.filter(pa.array(~wide["is_holdout"].to_numpy(zero_copy_only=False)))
        chosen = pq.read_table(made.chosen.files).sort_by("subscriber_id")
        assert chosen["subscriber_id"].to_pylist() == wide["subscriber_id"].to_pylist()
        self.cell = wide["cell"].to_numpy()
        self.value = np.stack(
            [wide[f"value_{k}"].cast(pa.float64()).fill_null(np.nan).to_numpy() for k in range(WIDTH)], 1
        )
        zero = np.zeros(len(self.cell))
        self.cost = np.stack(
            [zero, *(wide[f"cost_{k}"].to_numpy().astype(float) for k in range(1, WIDTH))], 1
        )
        self.choice, self.limits = chosen["choice"].to_numpy(), limits
        self.fen = chosen["value_fen"].to_numpy()

    def value_fen(self) -> float:
        """Σ value of the choices; fails where a row has an offer that it may not have."""
        taken = self.value[np.arange(len(self.choice)), self.choice]
        assert np.isfinite(taken).all()
        assert (taken == self.fen).all()
        return float(taken.sum())

    def uses(self, limit: Limit) -> np.ndarray:
        """The use of one limit by every row for every offer, by its definition."""
        share = np.array([limit.cells.get(int(g), 0.0) for g in range(CELLS)])[self.cell]
        use = np.zeros_like(self.cost)
        for k in range(WIDTH):
            use[:, k] = limit.count.get(k, 0.0) + limit.cost.get(k, 0.0) * self.cost[:, k]
            use[:, k] += limit.value.get(k, 0.0) * np.nan_to_num(self.value[:, k])
        return share[:, None] * use

    def use(self, limit: Limit) -> float:
        """What the choices use of one limit."""
        return float(self.uses(limit)[np.arange(len(self.choice)), self.choice].sum())

    def bound_fen(self, prices: Sequence[float]) -> float:
        """Lagrange's bound at these prices: Σ price × bound + Σ over rows of the best value less what it pays."""
        score, bound = self.value.copy(), 0.0
        for limit, price in zip(self.limits, prices, strict=True):
            sign = 1.0 if limit.sense is Sense.AT_MOST else -1.0
            score -= sign * price * self.uses(limit)
            bound += sign * price * limit.bound
        return bound + float(np.nanmax(score, axis=1).sum())
