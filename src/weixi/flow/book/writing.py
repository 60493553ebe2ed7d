"""Writing what was accepted of one feed and month into the book."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from weixi.engine import Part, Partition, Store, Table
from weixi.flow.book.event import event_text
from weixi.flow.book.identity import assign
from weixi.flow.book.org import write_tree
from weixi.flow.book.slices import parts
from weixi.flow.book.subscriber_month import (
    book_counts_text,
    carried_month_text,
    listed_month_text,
    missing_columns,
)
from weixi.flow.book.survey import survey_text
from weixi.flow.book.tables import EVENT, IDENTITY, ORG_NODE, SUBSCRIBER_MONTH, SURVEY
from weixi.flow.extract import FeedName, Listed
from weixi.kernel.period import Month

BOOKS = {
    FeedName.SUBSCRIBER: SUBSCRIBER_MONTH,
    FeedName.EVENT: EVENT,
    FeedName.ORG: ORG_NODE,
    FeedName.SURVEY: SURVEY,
}
"""The table of the book that each feed fills."""


def write(store: Store, scratch: Store, listed: Listed, month: Month, note: Mapping[str, Any]) -> Partition:
    """The month's partition of the feed's table of the book; `note` is kept beside it."""
    match listed.converted.feed.name:
        case FeedName.SUBSCRIBER:
            return _subscribers(store, scratch, listed, month, note)
        case FeedName.EVENT:
            return _dated(store, EVENT, event_text(listed), listed, month, note)
        case FeedName.SURVEY:
            return _dated(store, SURVEY, survey_text(listed), listed, month, note)
        case _:
            return write_tree(store, scratch, listed, month, note)


def counts_of(store: Store, feed: FeedName, written: Partition, month: Month) -> dict[str, int]:
    """How many rows of the book come from the extract; of lines also those that it does not list, or holds back."""
    if feed is not FeedName.SUBSCRIBER:
        return {"accepted": written.manifest.rows}
    return store.rows(book_counts_text(), inputs={"book": written}, parameters={"last": month.last})[0]


def previous(store: Store, month: Month) -> Partition | None:
    """The newest book before the month."""
    earlier = [p for p in store.partitions(SUBSCRIBER_MONTH) if int(p.key["month"]) < month.number]
    return earlier[-1] if earlier else None


def _dated(
    store: Store, table: Table, text: str, listed: Listed, month: Month, note: Mapping[str, Any]
) -> Partition:
    """The rows of a feed that names lines of the book."""
    known = store.partitions(IDENTITY)
    if not known:
        empty: list[pa.RecordBatch] = []
        return store.put(table, {"month": month.number}, empty, origin=note["import"], note=note)
    return store.write(
        table,
        {"month": month.number},
        text,
        inputs={**listed.inputs, "known": known},
        parameters={"month": month.number},
        note=note,
    )


def _subscribers(
    store: Store, scratch: Store, listed: Listed, month: Month, note: Mapping[str, Any]
) -> Partition:
    keys = assign(store, scratch, listed, month)
    before = previous(store, month)
    others = {f"{kind.lower()}_key": other for kind, other in keys.others.items()}
    inputs = {**listed.inputs, "line_key": keys.line, **others}
    written = parts(scratch, listed, listed_month_text(listed, keys, has_previous=before is not None))
    if before is not None:
        inputs["previous"] = before
        if keys.held is not None:
            inputs["held"] = keys.held
        carried = carried_month_text(has_held=keys.held is not None)
        written.append(Part(carried, {"month_index": month.index}))
    return store.write(
        SUBSCRIBER_MONTH,
        {"month": month.number},
        written,
        inputs=inputs,
        parameters={"month": month.number, "last": month.last},
        note={**note, "missing_columns": missing_columns(listed)},
    )
