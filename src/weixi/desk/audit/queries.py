"""Reads of `audit`."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from weixi.desk.audit.models import AuditEntry, AuditHead
from weixi.desk.audit.rules import FIRST, Entry, sealed
from weixi.desk.base.territory import under
from weixi.kernel.language import Text

SIZE = 50


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry on a page; `actor` is a staff number, empty for the system. `kind` says what `subject` is."""

    number: int
    at: datetime
    actor: str
    words: Text
    kind: Text
    subject: str
    path: str
    detail: tuple[tuple[Text, Text], ...]
    reason: str
    hash: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of entries, newest first; `before` continues it, None at the end."""

    lines: tuple[EntryLine, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry at which the chain does not hold, and how."""

    number: int
    what: Text


@dataclass(frozen=True, slots=True)
class Proof:
    """What a walk along the chain found; `head` is the hash of the last entry, to be noted down elsewhere."""

    entries: int
    head: str
    broken: Broken | None


def entries(
    *,
    territory: tuple[str, ...],
    words: str = "",
    since: date | None = None,
    until: date | None = None,
    before: int | None = None,
) -> EntryPage:
    """The entries inside the territory that hold the words, between two business dates (both included).

    What concerns the whole operator (no path) is seen from the top of the tree alone.
    """
    seen = under("path", territory)
    if any(path.count("/") == 1 for path in territory):
        seen |= Q(path="")
    found = AuditEntry.objects.filter(seen)
    for word in words.split():
        people = get_user_model().objects.filter(username=word).values_list("id", flat=True)
        named = [act for act, text in acts().items() if word in text.zh or word.lower() in text.en.lower()]
        found = found.filter(
            Q(subject__icontains=word)
            | Q(act__icontains=word)
            | Q(act__in=named)
            | Q(actor_id__in=list(people))
        )
    if since is not None:
        found = found.filter(at__gte=_midnight(since))
    if until is not None:
        found = found.filter(at__lt=_midnight(until + timedelta(days=1)))
    if before is not None:
        found = found.filter(number__lt=before)
    rows = list(found.order_by("-number")[: SIZE + 1])
    shown = rows[:SIZE]
    return EntryPage(_lines(shown), shown[-1].number if len(rows) > SIZE else None)


def prove() -> Proof:
    """Walk the whole chain from its first entry; stops at the first one that does not hold."""
    previous, count = FIRST, 0
    for row in AuditEntry.objects.order_by("number").iterator(chunk_size=5000):
        if row.number != count + 1:
            return Proof(count, previous, Broken(count + 1, Text("缺少这一条", "the entry is missing")))
        entry = Entry(
            row.number, row.at, row.actor_id, row.act, row.subject, row.path, row.detail, row.reason
        )
        if sealed(entry, previous) != row.hash:
            return Proof(count, previous, Broken(row.number, Text("这一条被改动过", "the entry was changed")))
        previous, count = row.hash, count + 1
    head = AuditHead.objects.filter(id=1).first()
    if (head.count, head.hash) != (count, previous) if head is not None else count > 0:
        return Proof(count, previous, Broken(count + 1, Text("末尾被截断", "the end of the chain was cut")))
    return Proof(count, previous, None)


def acts() -> dict[str, Text]:
    """What each act is called, as the apps declare it."""
    return _declared("acts")


def _declared(attribute: str) -> dict[str, Text]:
    named: dict[str, Text] = {}
    for config in apps.get_app_configs():
        named |= getattr(config, attribute, {})
    return named


def _lines(rows: list[AuditEntry]) -> tuple[EntryLine, ...]:
    actors = {row.actor_id for row in rows} - {None}
    names = dict(get_user_model().objects.filter(id__in=actors).values_list("id", "username"))
    called, words = acts(), _declared("words")
    lines = []
    for row in rows:
        kind, _, subject = row.subject.partition(":")
        detail = tuple(
            (words.get(name, Text(name, name)), words.get(str(value), Text(str(value), str(value))))
            for name, value in json.loads(row.detail).items()
            if value not in ("", None)
        )
        lines.append(
            EntryLine(
                row.number,
                row.at,
                names.get(row.actor_id, f"#{row.actor_id}") if row.actor_id is not None else "",
                called.get(row.act, Text(row.act, row.act)),
                words.get(kind, Text(kind, kind)),
                subject,
                row.path,
                detail,
                row.reason,
                row.hash,
            )
        )
    return tuple(lines)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
