"""Writes of `audit`."""

from collections.abc import Mapping
from datetime import datetime
from typing import IO

from django.db import transaction

from weixi.desk.audit.export import write_csv, write_excel
from weixi.desk.audit.models import AuditEntry, AuditHead
from weixi.desk.audit.queries import Asked, Proof, exported, prove
from weixi.desk.audit.rules import MOST_EXPORTED, Entry, canonical, sealed
from weixi.kernel.language import Language


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


def prove_now(*, actor_id: int, newest: int, now: datetime) -> Proof:
    """Walk the newest entries of the chain; that it was done, and what was found, is an entry itself."""
    found = prove(newest=newest)
    record(
        actor_id=actor_id,
        act="audit.prove",
        subject="audit",
        detail={"since": found.start + 1, "until": found.entries, "broken": found.broken is not None},
        now=now,
    )
    return found


def note_search(*, actor_id: int, subscriber: int | None, now: datetime) -> None:
    """The entry that somebody searched the audit by a number: whose it is, never the number itself."""
    detail = {"found": int(subscriber is not None)}
    subject = f"subscriber:{subscriber}" if subscriber is not None else "audit"
    record(actor_id=actor_id, act="audit.search", subject=subject, detail=detail, now=now)


def export(
    *,
    territory: tuple[str, ...],
    asked: Asked,
    said: Mapping[str, str],
    form: str,
    language: Language,
    actor_id: int,
    now: datetime,
) -> IO[bytes]:
    """The entries that were asked for as a file (`xlsx` or `csv`), newest first, at most `MOST_EXPORTED`."""
    lines = exported(territory=territory, asked=asked, most=MOST_EXPORTED)
    stream, count = (write_excel if form == "xlsx" else write_csv)(lines, language)
    detail = {"rows": count, "form": form, **{_SAID.get(name, name): value for name, value in said.items()}}
    # Seen by who answers for the same territory; several subtrees: by the top alone.
    path = territory[0] if len(territory) == 1 else ""
    record(actor_id=actor_id, act="audit.export", subject="audit", detail=detail, now=now, path=path)
    return stream


_SAID = {"q": "words"}
