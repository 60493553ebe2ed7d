"""The chain over entries: each holds the hash of itself and of the one before. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from weixi.kernel.ids import fingerprint

FIRST = ""
"""What the first entry has before it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: who did what to what, when, why, and where (`path`; empty: the whole operator)."""

    number: int
    at: datetime
    actor_id: int | None
    act: str
    subject: str
    path: str
    detail: str
    reason: str


def canonical(detail: Mapping[str, object]) -> str:
    """The detail as one text that is always the same for the same values."""
    return json.dumps(
        dict(detail), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def sealed(entry: Entry, previous: str) -> str:
    """SHA-256 over the hash before and every part of the entry."""
    return fingerprint(
        previous,
        str(entry.number),
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "" if entry.actor_id is None else str(entry.actor_id),
        entry.act,
        entry.subject,
        entry.path,
        entry.detail,
        entry.reason,
    )
