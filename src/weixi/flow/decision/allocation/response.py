"""The one pass over the data: every row's best offer at given prices, summed by cell and offer."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from weixi.dialect.compose import Pipeline
from weixi.dialect.types import ColumnType as T
from weixi.engine import Partition, Store
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.flow.decision.allocation.arrays import HeldRows, folded_rows, held_rows
from weixi.flow.decision.allocation.fold import BUCKETS, FACTOR, PRIME
from weixi.flow.decision.allocation.problem import Floats, Prices, Problem, Response, Whole
from weixi.flow.decision.allocation.rows import MemoryRows
from weixi.flow.decision.allocation.wide import ALLOCATION
from weixi.kernel.errors import DataError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text


class StoredRows:
    """The rows of one partition of `wide_table`, answered by the engine. `work` keeps the price tables."""

    def __init__(self, work: Store, rows: Partition, problem: Problem) -> None:
        self._work, self._rows, self._problem = work, rows, problem
        self._width = len(problem.offers)
        self._tables = 0
        self._folded: MemoryRows | None = None
        self.passes = 0

    def heads(self) -> Floats:
        """Rows of each cell, the hold-out left out. Raises DataError where a cell lies outside the problem."""
        found = self._work.arrow(
            "SELECT cell, COUNT(*) AS n FROM wide WHERE NOT is_holdout GROUP BY cell",
            inputs={"wide": self._rows},
        )
        cell = found["cell"].to_numpy()
        if len(cell) and cell.max() >= self._problem.cells:
            raise _outside(int(cell.max()), self._problem.cells)
        return np.bincount(cell, weights=found["n"].to_numpy(), minlength=self._problem.cells).astype(
            np.float64
        )

    def sample(self, share: float) -> HeldRows:
        """About that share of the rows, drawn by their id, in memory."""
        if self._folded is not None:
            return self._folded.sample(share)
        threshold = round(share * BUCKETS)
        drawn = f" AND subscriber_id % {PRIME} * {FACTOR} % {BUCKETS} < {threshold}" if share < 1 else ""
        text = f"SELECT {', '.join(self._columns())} FROM wide WHERE NOT is_holdout{drawn}"
        return held_rows(
            self._work.arrow(text, inputs={"wide": self._rows}), self._width, self._problem.cells
        )

    def respond(self, points: Sequence[Prices]) -> list[Response]:
        """One pass of the engine. Raises DataError where a row has no offer that it may have."""
        if self._folded is not None:
            return self._folded.respond(points)
        pieces, price = self.scored(points)
        numbers = range(1, len(points) + 1)
        keys = ", ".join(f"choice_{p}" for p in numbers)
        sums = ", ".join(
            f"CAST(SUM(value_{p}) AS BIGINT) AS value_{p}, CAST(SUM(cost_{p}) AS BIGINT) AS cost_{p}"
            for p in numbers
        )
        chosen = ", ".join(f"{self._pick(p)} AS choice_{p}" for p in numbers)
        pieces.add("chosen", f"SELECT {', '.join(self._columns())}, {chosen} FROM best")
        sides = ", ".join(
            f"{self._of(p, 'value', 0)} AS value_{p}, {self._of(p, 'cost', 1)} AS cost_{p}" for p in numbers
        )
        pieces.add("taken", f"SELECT cell, {keys}, {sides} FROM chosen")
        text = pieces.text(f"SELECT cell, {keys}, COUNT(*) AS n, {sums} FROM taken GROUP BY cell, {keys}")
        found = self._work.arrow(text, inputs={"wide": self._rows, "price": price})
        self.passes += 1
        return [self._table(found, p) for p in numbers]

    def extract(self, prices: Prices, stakes: Prices, *, folded: bool = False) -> HeldRows:
        """The rows that might take another offer were every score off by what is at stake: one pass, into memory."""
        places = range(self._width)
        pieces, price = self.scored([prices], stakes)
        own, least = ", ".join(self._columns()), ", ".join(f"score_1_{k} - stake_{k}" for k in places)
        most = ", ".join(f"score_1_{k} + stake_{k} AS most_{k}" for k in places)
        pieces.add("edges", f"SELECT {own}, GREATEST({least}) AS sure, {most} FROM best")
        counted = " + ".join(f"CASE WHEN most_{k} >= sure THEN 1 ELSE 0 END" for k in places)
        text = pieces.text(f"SELECT {own} FROM edges WHERE {counted} > 1")
        found = self._work.arrow(text, inputs={"wide": self._rows, "price": price})
        self.passes += 1
        return (folded_rows if folded else held_rows)(found, self._width, self._problem.cells)

    def fold(self, most: int) -> bool:
        """One pass, all rows in memory for as long as it takes to find the equal ones.

        Raises DataError where a row has no offer that it may have.
        """
        text = f"SELECT {', '.join(self._columns())} FROM wide WHERE NOT is_holdout"
        found = folded_rows(
            self._work.arrow(text, inputs={"wide": self._rows}), self._width, self._problem.cells
        )
        self.passes += 1
        if len(found) > most:
            return False
        if np.isneginf(found.value).all(axis=1).any():
            raise _no_offer()
        self._folded = MemoryRows(found)
        return True

    def settle(
        self, store: Store, prices: Prices, held: HeldRows, choice: Whole, note: Mapping[str, object]
    ) -> Partition:
        """Write the choice of every row: of the held ones as given, of all others their best at these prices."""
        table = Table(
            name="allocation_held",
            grain="one row whose choice was made in memory",
            partition=("number",),
            key=("subscriber_id",),
            columns=(
                C("subscriber_id", T.BIGINT, "the line", required=True),
                C("held_choice", T.INTEGER, "the offer's place", required=True),
            ),
        )
        ids = held.ids if held.members is None else held.members.ids
        batch = pa.RecordBatch.from_pydict({"subscriber_id": ids, "held_choice": choice.astype(np.int32)})
        origin = fingerprint(ids.tobytes().hex(), choice.tobytes().hex())
        kept = self._work.put(table, {"number": 1}, [batch], origin=origin)
        own = self._columns()
        columns = ", ".join(f"b.{name}" for name in own)
        joined = "JOIN held AS h ON h.subscriber_id = b.subscriber_id"
        inputs = {"wide": self._rows, "held": kept}
        if self._folded is not None:  # every row is held
            pieces = Pipeline()
            pieces.add("chosen", f"SELECT {columns}, h.held_choice AS choice_1 FROM wide AS b {joined}")
        else:
            pieces, inputs["price"] = self.scored([prices])
            pieces.add("picked", f"SELECT {', '.join(own)}, {self._pick(1)} AS picked FROM best")
            taken = "COALESCE(h.held_choice, b.picked) AS choice_1"
            pieces.add("chosen", f"SELECT {columns}, {taken} FROM picked AS b LEFT {joined}")
        text = pieces.text(
            f"""SELECT subscriber_id, cell, choice_1 AS choice, {self._of(1, "value", 0)} AS value_fen,
            {self._of(1, "cost", 1)} AS cost_fen FROM chosen"""
        )
        return store.write(ALLOCATION, self._rows.key, text, inputs=inputs, note=note)

    # -- within

    def _columns(self) -> list[str]:
        values = [f"value_{k}" for k in range(self._width)]
        return ["subscriber_id", "cell", *values, *(f"cost_{k}" for k in range(1, self._width))]

    def scored(self, points: Sequence[Prices], stakes: Prices | None = None) -> tuple[Pipeline, Partition]:
        """`best`: the wide row with the score of every offer at every point and the best of each; its price table."""
        places, numbers = range(self._width), range(1, len(points) + 1)
        own, scores = self._columns(), {}
        prices: dict[str, Floats] = {}
        for p, point in enumerate(points, start=1):
            for k in places:
                scores[f"score_{p}_{k}"] = _score(point, p, k, prices)
        if stakes is not None:
            scores |= {f"stake_{k}": _stake(stakes, k, prices) for k in places}
        columns = ", ".join(
            [f"w.{name}" for name in own] + [f"{text} AS {name}" for name, text in scores.items()]
        )
        pieces = Pipeline().add(
            "scored",
            f"SELECT {columns} FROM wide AS w JOIN price AS p ON p.cell = w.cell WHERE NOT w.is_holdout",
        )
        most = ", ".join(
            f"GREATEST({', '.join(f'score_{p}_{k}' for k in places)}) AS most_{p}" for p in numbers
        )
        pieces.add("best", f"SELECT {', '.join([*own, *scores])}, {most} FROM scored")
        return pieces, self._price_table(prices)

    def _pick(self, p: int) -> str:
        """The first offer with the best score; null where a row may have none."""
        return f"CASE {' '.join(f'WHEN score_{p}_{k} = most_{p} THEN {k}' for k in range(self._width))} END"

    def _of(self, p: int, what: str, first: int) -> str:
        places = " ".join(f"WHEN {k} THEN {what}_{k}" for k in range(first, self._width))
        return f"CASE choice_{p} {places} ELSE 0 END"

    def _price_table(self, columns: Mapping[str, Floats]) -> Partition:
        """The prices that a text names, one row a cell, where the engine can join them."""
        table = Table(
            name="allocation_price",
            grain="the prices of one cell",
            partition=("number",),
            key=("cell",),
            columns=(
                C("cell", T.INTEGER, "the cell", required=True),
                *(C(name, T.DOUBLE, "fen of value a unit", required=True) for name in columns),
            ),
        )
        self._tables += 1
        batch = pa.RecordBatch.from_pydict(
            {"cell": np.arange(self._problem.cells, dtype=np.int32), **columns}
        )
        origin = fingerprint(*columns, *(column.tobytes().hex() for column in columns.values()))
        return self._work.put(table, {"number": self._tables}, [batch], origin=origin)

    def _table(self, found: pa.Table, p: int) -> Response:
        if found[f"choice_{p}"].null_count:
            raise _no_offer()
        place = found["cell"].to_numpy().astype(np.int64) * self._width + found[f"choice_{p}"].to_numpy()
        size = self._problem.cells * self._width
        count, value, cost = (
            np.bincount(place, weights=found[name].to_numpy(), minlength=size)
            .reshape(-1, self._width)
            .astype(np.float64)
            for name in ("n", f"value_{p}", f"cost_{p}")
        )
        return Response(count, value, cost)


def _score(point: Prices, p: int, k: int, prices: dict[str, Floats]) -> str:
    """The score of offer k at point p; the columns of the price table that it needs go into `prices`.

    A factor of 1 and an amount of 0 are left out: they change no digit.
    """
    text = f"CAST(w.value_{k} AS DOUBLE)"
    if (point.value[:, k] != 1).any():
        prices[f"value_{p}_{k}"] = point.value[:, k]
        text += f" * p.value_{p}_{k}"
    if k and point.cost[:, k].any():
        prices[f"cost_{p}_{k}"] = point.cost[:, k]
        text += f" - CAST(w.cost_{k} AS DOUBLE) * p.cost_{p}_{k}"
    if point.count[:, k].any():
        prices[f"count_{p}_{k}"] = point.count[:, k]
        text += f" - p.count_{p}_{k}"
    return text


def _stake(stakes: Prices, k: int, prices: dict[str, Floats]) -> str:
    """What the score of offer k may be off by."""
    prices[f"off_value_{k}"] = stakes.value[:, k]
    text = f"ABS(CAST(w.value_{k} AS DOUBLE)) * p.off_value_{k}"
    if k and stakes.cost[:, k].any():
        prices[f"off_cost_{k}"] = stakes.cost[:, k]
        text += f" + CAST(w.cost_{k} AS DOUBLE) * p.off_cost_{k}"
    if stakes.count[:, k].any():
        prices[f"off_count_{k}"] = stakes.count[:, k]
        text += f" + p.off_count_{k}"
    return text


def _outside(cell: int, cells: int) -> DataError:
    return DataError(
        "allocation.cell",
        Text(f"有用户的单元编号 {cell} 超出范围", f"a subscriber is in cell {cell}, which does not exist"),
        Text(f"单元编号须在 0 至 {cells - 1} 之间", f"cells are numbered 0 to {cells - 1}"),
        where="allocation_row",
    )


def _no_offer() -> DataError:
    return DataError(
        "allocation.offer",
        Text(
            "有用户没有任何可选方案，包括“不打扰”",
            "a subscriber may have no offer at all, not even no contact",
        ),
        Text("给该用户一项关怀措施，或允许不打扰", "let it have a care measure, or no contact"),
        where="allocation_row",
    )
