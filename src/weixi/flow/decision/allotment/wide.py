"""The wide rows of one month: the cases numbered by cell, one column a place."""

from collections.abc import Sequence

import pyarrow as pa

from weixi.dialect.compose import Pipeline
from weixi.dialect.types import ColumnType as T
from weixi.engine import Partition, Store
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.flow.decision.allocation.wide import wide_table
from weixi.flow.decision.allotment.case import drawn_sql
from weixi.flow.decision.allotment.effect import PPM
from weixi.flow.decision.allotment.limit import Cell
from weixi.flow.decision.allotment.option import (
    OTHER_WAY,
    Place,
    choices_of,
    column,
    counted_ways,
    options,
    places_of,
)
from weixi.playbook import AllocationRule, Playbook

_KEYS = ("county_code", "unit_code", "grade", "is_existing")
_TYPES = {
    "county_code": pa.string(),
    "unit_code": pa.string(),
    "grade": pa.string(),
    "is_existing": pa.bool_(),
}

CELL = Table(
    name="allocation_cell",
    grain="the tasks of one county, unit, grade and kind of customer, as far as a limit tells them apart",
    partition=("number",),
    key=("cell",),
    columns=(
        C("cell", T.INTEGER, "its number", required=True),
        C("county_code", T.VARCHAR, "its county", required=True),
        C("unit_code", T.VARCHAR, "its care unit; empty: all of the county", required=True),
        C("grade", T.VARCHAR, "its grade; empty: all", required=True),
        C("is_existing", T.BOOLEAN, "existing customers; true where all are together", required=True),
    ),
)


def strict_pools(playbook: Playbook, rule: AllocationRule) -> frozenset[str]:
    """The pools that serve new customers only with what the existing ones leave."""
    shares = rule.means.existing_shares or {}
    return frozenset(pool.code for pool in playbook.pools if pool.existing_first and pool.code not in shares)


def count_places(store: Store, playbook: Playbook, case: Partition) -> tuple[Place, ...]:
    """The places that some task may take."""
    ways = (*counted_ways(playbook), OTHER_WAY)
    counted = ", ".join(
        f"CAST(COUNT(CASE WHEN value_{o.number} IS NOT NULL AND way_{o.number} = '{way}' THEN 1 END) AS BIGINT)"
        f" AS {column(o, way)}"
        for o in options(playbook)
        for way in ways
    )
    [counts] = store.rows(f"SELECT {counted} FROM cases", inputs={"cases": case})
    return places_of(playbook, counts)


def _key_texts(playbook: Playbook, rule: AllocationRule) -> dict[str, str]:
    """What tells cells apart: a column where a limit needs it, else one value for all."""
    means = rule.means
    needs = {
        "county_code": True,
        "unit_code": bool(means.minutes) and means.hours_of == "UNIT",
        "grade": bool(means.floors),
        "is_existing": bool(means.existing_shares) or bool(strict_pools(playbook, rule)),
    }
    rest = {"is_existing": "TRUE"}
    return {key: f"c.{key}" if needed else rest.get(key, "''") for key, needed in needs.items()}


def cells_of(store: Store, playbook: Playbook, rule: AllocationRule, case: Partition) -> tuple[Cell, ...]:
    """The cells that have tasks, numbered from 0 in the order of their keys."""
    texts = _key_texts(playbook, rule)
    keys = ", ".join(f"{text} AS {key}" for key, text in texts.items())
    paid = [o.number for o in options(playbook) if o.offer is not None and o.offer.pool is not None]
    payable = " OR ".join(f"c.value_{n} IS NOT NULL" for n in paid) or "FALSE"
    pieces = Pipeline()
    pieces.add("keyed", f"SELECT {keys}, CASE WHEN {payable} THEN 1 ELSE 0 END AS payable FROM cases AS c")
    listed = ", ".join(_KEYS)
    rows = store.rows(
        pieces.text(
            f"""SELECT {listed}, COUNT(*) AS heads, CAST(SUM(payable) AS BIGINT) AS payable
            FROM keyed GROUP BY {listed} ORDER BY {listed}"""
        ),
        inputs={"cases": case},
    )
    return tuple(Cell(number=number, **row) for number, row in enumerate(rows))


def put_cells(store: Store, cells: Sequence[Cell], origin: str) -> Partition:
    """The cells where the engine can join them."""
    columns = {key: pa.array([getattr(cell, key) for cell in cells], _TYPES[key]) for key in _KEYS}
    numbers = pa.array([cell.number for cell in cells], pa.int32())
    batch = pa.RecordBatch.from_pydict({"cell": numbers, **columns})
    return store.put(CELL, {"number": 1}, [batch], origin=origin)


def write_wide(
    store: Store,
    playbook: Playbook,
    rule: AllocationRule,
    month: int,
    case: Partition,
    cells: Partition,
    places: tuple[Place, ...],
    *,
    barred: frozenset[str] = frozenset(),
    fixed: Partition | None = None,
) -> Partition:
    """The wide rows of the month. New customers get nothing from the pools `barred`.

    `fixed` holds choices (ALLOCATION's places) that existing customers keep.
    """
    texts = _key_texts(playbook, rule)
    joined = " AND ".join(f"k.{key} = {text}" for key, text in texts.items())
    held = "" if fixed is None else "\n        LEFT JOIN fixed AS f ON f.subscriber_id = c.subscriber_id"
    values = []
    for k, place in enumerate(places, start=1):
        n, offer = place.option.number, place.option.offer
        test = f"c.way_{n} = '{place.way}' AND {drawn_sql(playbook, place.option, 'c.')}"
        if offer is not None and offer.pool in barred:
            test += " AND c.is_existing"
        if fixed is not None:
            test += f" AND (NOT c.is_existing OR f.choice = {k})"
        values.append(
            f"CAST(CASE WHEN {test} THEN c.value_{n} END AS INTEGER) AS value_{k}, "
            f"CAST(c.cost_{n} AS INTEGER) AS cost_{k}"
        )
    text = f"""SELECT c.subscriber_id, k.cell, FALSE AS is_holdout,
            CAST(COALESCE(c.risk_ppm, 0) AS DOUBLE) / {PPM} AS risk, c.worth_fen,
            CAST(CASE WHEN c.is_left_alone THEN 0 END AS INTEGER) AS value_0,
            {", ".join(values)}
        FROM cases AS c JOIN cell AS k ON {joined}{held}"""
    inputs = {"cases": case, "cell": cells, **({"fixed": fixed} if fixed is not None else {})}
    return store.write(wide_table(choices_of(places)), {"month": month}, text, inputs=inputs)
