"""Facts of the desk, added to the store and never changed."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from weixi.engine import Partition, Store, columns_sql
from weixi.engine.wire import arrow_schema
from weixi.flow.outcome.tables import FACT
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


def record_facts(store: Store, month: Month, batches: Iterable[pa.RecordBatch], origin: str) -> Partition:
    """The month's facts with those of `batches` added; a fact that is there already changes nothing.

    `month` is the plan's month whose desk reports; `origin` names who delivered the batch. The partition gets a new
    revision only when a fact is new. Raises DataError for a column or value the schema does not allow, and for a
    fact id that comes back with another content.
    """
    there = store.current(FACT, month=month.number)
    schema = arrow_schema(FACT)
    known = schema.empty_table()
    if there is not None:
        known = store.arrow(f"SELECT {columns_sql(FACT)} FROM fact", inputs={"fact": there}).cast(schema)
    come = _distinct(pa.Table.from_batches([_shaped(batch, schema, origin) for batch in batches], schema))
    again = come.filter(pc.is_in(come["fact_id"], known["fact_id"]))
    _refuse_changes(pa.concat_tables([known, again]), origin)
    _refuse_changes(come, origin)
    new = come.filter(pc.invert(pc.is_in(come["fact_id"], known["fact_id"])))
    if there is not None and new.num_rows == 0:
        return there
    rows = pa.concat_tables([known, new]).sort_by("fact_id")
    before = there.fingerprint if there is not None else ""
    return store.put(
        FACT,
        {"month": month.number},
        rows.to_batches(),
        origin=f"{origin} after {before}" if before else origin,
        note={"added": new.num_rows, "origin": origin},
    )


def _shaped(batch: pa.RecordBatch, schema: pa.Schema, origin: str) -> pa.RecordBatch:
    """The batch with exactly the table's columns and types."""
    try:
        return batch.select(schema.names).cast(schema)
    except (KeyError, pa.ArrowInvalid, pa.ArrowNotImplementedError) as fault:
        raise DataError(
            "fact.schema",
            Text(f"事实批次的列不符合要求：{fault}", f"the batch of facts does not fit the schema: {fault}"),
            Text(f"需要的列：{'、'.join(schema.names)}", f"columns needed: {', '.join(schema.names)}"),
            where=origin,
        ) from fault


def _distinct(rows: pa.Table) -> pa.Table:
    """The rows without exact repetitions."""
    return rows.group_by(rows.column_names).aggregate([]).select(rows.column_names)


def _refuse_changes(rows: pa.Table, origin: str) -> None:
    """Raise DataError where one fact id stands for two contents."""
    distinct = _distinct(rows)
    counted = distinct.group_by("fact_id").aggregate([([], "count_all")])
    twice = counted.filter(pc.greater(counted["count_all"], 1))["fact_id"]
    if len(twice):
        shown = sorted(twice.to_pylist())[0]
        raise DataError(
            "fact.changed",
            Text(
                f"{len(twice)} 条事实与已登记的内容不同，例如 {shown}",
                f"{len(twice)} facts come with another content than before, e.g. {shown}",
            ),
            Text(
                "事实只能追加；更正请登记为新的事实",
                "facts are only ever added; enter a correction as a new fact",
            ),
            where=origin,
        )
