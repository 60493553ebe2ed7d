"""The ledger of book months: open until closed; a closed month takes other data only as a restatement with a reason."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import pyarrow as pa

from weixi.engine import Partition, Store
from weixi.flow.book.tables import LEDGER, SUBSCRIBER_MONTH
from weixi.kernel.period import Month
from weixi.kernel.terms import MonthState


class LedgerAction(StrEnum):
    """What an entry says was done."""

    CLOSE = "CLOSE"
    RESTATE = "RESTATE"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One entry: what was done to a month, by whom, when (UTC), why, and the book's fingerprint just before."""

    month: int
    entry: int
    action: LedgerAction
    actor: str
    happened_at: datetime
    reason: str
    book: str


def ledger_entries(store: Store, month: Month) -> list[LedgerEntry]:
    """The month's entries, oldest first."""
    entries = [p for p in store.partitions(LEDGER) if p.key["month"] == month.number]
    if not entries:
        return []
    names = ", ".join(column.name for column in LEDGER.columns)
    rows = store.rows(f"SELECT {names} FROM entry ORDER BY entry", inputs={"entry": entries})
    return [LedgerEntry(**{**row, "action": LedgerAction(row["action"])}) for row in rows]


def month_state(store: Store, month: Month) -> MonthState:
    """Whether the month still takes extracts as they come."""
    closed = any(entry.action is LedgerAction.CLOSE for entry in ledger_entries(store, month))
    return MonthState.CLOSED if closed else MonthState.OPEN


def close_month(store: Store, month: Month, *, actor: str, now: datetime) -> Partition:
    """Close the month as its book now stands; closed already: nothing is done and the closing entry comes back.

    `now` is the moment with its zone. Raises DataError where the book lacks the month.
    """
    store.require(SUBSCRIBER_MONTH, month=month.number)
    for entry in ledger_entries(store, month):
        if entry.action is LedgerAction.CLOSE:
            return store.require(LEDGER, month=month.number, entry=entry.entry)
    return enter(store, month, LedgerAction.CLOSE, actor=actor, now=now, reason="")


def enter(
    store: Store, month: Month, action: LedgerAction, *, actor: str, now: datetime, reason: str
) -> Partition:
    """Add one entry to the month's ledger; entries are sealed and never change."""
    number = len(ledger_entries(store, month)) + 1
    book = store.require(SUBSCRIBER_MONTH, month=month.number)
    row = {
        "month": month.number,
        "entry": number,
        "action": action.value,
        "actor": actor,
        "happened_at": now.astimezone(UTC).replace(tzinfo=None),
        "reason": reason,
        "book": book.fingerprint,
    }
    return store.put(
        LEDGER,
        {"month": month.number, "entry": number},
        pa.Table.from_pylist([row]).to_batches(),
        origin=f"{action} {actor} {now.isoformat()} {reason} {book.fingerprint}",
        seal=True,
        frozen=True,
    )
