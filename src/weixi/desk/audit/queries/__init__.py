"""Reads of `audit`."""

from weixi.desk.audit.queries.entry import (
    MOST,
    NOTHING_ASKED,
    SIZE,
    Asked,
    EntryLine,
    EntryPage,
    acts,
    entries,
    exported,
)
from weixi.desk.audit.queries.proof import Broken, Head, Proof, head, prove
from weixi.desk.audit.queries.subject import subscriber_of

__all__ = [
    "MOST",
    "NOTHING_ASKED",
    "SIZE",
    "Asked",
    "Broken",
    "EntryLine",
    "EntryPage",
    "Head",
    "Proof",
    "acts",
    "entries",
    "exported",
    "head",
    "prove",
    "subscriber_of",
]
