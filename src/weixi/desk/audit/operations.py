"""Writes of `audit`."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from weixi.desk.audit.models import AuditEntry, AuditHead
from weixi.desk.audit.rules import Entry, canonical, sealed


@transaction.atomic
def record(
    *,
    actor_id: int | None,
    act: str,
    subject: str,
    detail: Mapping[str, object],
    now: datetime,
    reason: str = "",
    path: str = "",
) -> int:
    """Append one entry to the chain, in the caller's transaction, and return its number.

    `actor_id` None is the system. Writers wait for each other at the head from here to the end of the transaction:
    record last.
    """
    AuditHead.objects.get_or_create(id=1)
    head = AuditHead.objects.select_for_update().get(id=1)
    entry = Entry(head.count + 1, now, actor_id, act, subject, path, canonical(detail), reason)
    digest = sealed(entry, head.hash)
    AuditEntry.objects.create(
        number=entry.number,
        at=entry.at,
        actor_id=entry.actor_id,
        act=entry.act,
        subject=entry.subject,
        path=entry.path,
        detail=entry.detail,
        reason=entry.reason,
        hash=digest,
    )
    AuditHead.objects.filter(id=1).update(count=entry.number, hash=digest)
    return entry.number
