"""Whether the chain holds."""

from dataclasses import dataclass

from weixi.desk.audit.models import AuditEntry, AuditHead
from weixi.desk.audit.rules import FIRST, Entry, sealed
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry at which the chain does not hold, and how."""

    number: int
    what: Text


@dataclass(frozen=True, slots=True)
class Proof:
    """What a walk along the chain found; `head` is the hash of the last entry, to be noted down elsewhere.

    It began behind entry `start`; 0: at the first one.
    """

    entries: int
    head: str
    broken: Broken | None
    start: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: how many entries, and the hash of the last."""

    count: int
    hash: str


def head() -> Head:
    """Where the chain ends."""
    found = AuditHead.objects.filter(id=1).first()
    return Head(found.count, found.hash) if found is not None else Head(0, "")


def prove(*, newest: int | None = None) -> Proof:
    """Walk the chain from its first entry, or along the `newest` ones; stops at the first one that does not hold.

    The entry before the newest ones is taken as it is: a whole proof reads it too.
    """
    end = AuditHead.objects.filter(id=1).first()
    start = max((end.count if end is not None else 0) - newest, 0) if newest is not None else 0
    previous, count = FIRST, start
    if start:
        before = AuditEntry.objects.filter(number=start).values_list("hash", flat=True).first()
        if before is None:
            return Proof(start - 1, "", Broken(start, _MISSING), start)
        previous = before
    rows = AuditEntry.objects.filter(number__gt=start).order_by("number")
    for row in rows.values_list(*_COLUMNS).iterator(chunk_size=5000):
        *parts, digest = row
        entry = Entry(*parts)
        if entry.number != count + 1:
            return Proof(count, previous, Broken(count + 1, _MISSING), start)
        if sealed(entry, previous) != digest:
            return Proof(count, previous, Broken(entry.number, _CHANGED), start)
        previous, count = digest, count + 1
    if (end.count, end.hash) != (count, previous) if end is not None else count > 0:
        return Proof(count, previous, Broken(count + 1, _CUT), start)
    return Proof(count, previous, None, start)


_COLUMNS = ("number", "at", "actor_id", "act", "subject", "path", "detail", "reason", "hash")
_MISSING = Text("缺少这一条", "the entry is missing")
_CHANGED = Text("这一条被改动过", "the entry was changed")
_CUT = Text("末尾被截断", "the end of the chain was cut")
