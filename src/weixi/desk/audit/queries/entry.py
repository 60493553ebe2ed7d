"""Entries, searched."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from weixi.desk.audit.models import AuditEntry
from weixi.desk.audit.queries.subject import called_as, made_of, names_of
from weixi.desk.audit.rules import Kind, is_of
from weixi.desk.base.territory import under
from weixi.kernel.language import Text

SIZE = 50
MOST = 1000
"""Counts stop here: `1000+`."""

CHUNK = 2000
SUBJECTS = ("subscriber", "task", "person", "token")
"""The kinds of subjects that are looked for by their number alone."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry on a page; `actor` is a staff number, empty for the system, `name` theirs. `kind` is of `subject`.

    `called` is the subject in words, `subject` as it is searched for (empty for a partition of the store); `places` are
    the names of the nodes down to where it lies.
    """

    number: int
    at: datetime
    actor: str
    name: str
    words: Text
    kind: Text
    subject: str
    called: Text
    path: str
    places: tuple[str, ...]
    detail: tuple[tuple[Text, Text], ...]
    reason: str
    hash: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of entries, newest first; `before` continues it, None at the end. `count` stops at `MOST` + 1."""

    lines: tuple[EntryLine, ...]
    before: int | None
    count: int | None = None

    @property
    def shown_count(self) -> str:
        """The count for people: `1000+` where there are more; "" where nobody counted."""
        if self.count is None:
            return ""
        return f"{MOST}+" if self.count > MOST else str(self.count)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an auditor looks for; empty parts ask for nothing. Both business dates are included.

    `who` is a staff number or a name, `subject` a subscriber's, task's or person's number: a subscriber's finds
    what was done to his tasks as well.
    """

    words: str = ""
    who: str = ""
    act: str = ""
    kind: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


NOTHING_ASKED = Asked()


def entries(
    *, territory: tuple[str, ...], asked: Asked = NOTHING_ASKED, before: int | None = None
) -> EntryPage:
    """The entries inside the territory that were asked for, newest first. The first page counts them, up to `MOST`."""
    found = _found(territory, asked)
    count = None
    if before is None:
        count = len(found.values_list("number", flat=True)[: MOST + 1])
    else:
        found = found.filter(number__lt=before)
    rows = list(found.order_by("-number")[: SIZE + 1])
    shown = rows[:SIZE]
    return EntryPage(lines_of(shown), shown[-1].number if len(rows) > SIZE else None, count)


def exported(*, territory: tuple[str, ...], asked: Asked, most: int) -> Iterator[EntryLine]:
    """The same entries, at most so many, newest first, for a file."""
    rows = _found(territory, asked).order_by("-number")[:most].iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        yield from lines_of(chunk)


def _found(territory: tuple[str, ...], asked: Asked) -> QuerySet[AuditEntry]:
    """What concerns the whole operator (no path) is seen from the top of the tree alone."""
    found = AuditEntry.objects.all()
    if any(path.count("/") == 1 for path in territory):
        # Nearly every row fits, so the newest are read as they come; two indexes of the path would sort them all.
        found = found.annotate(place=Concat("path", Value("")))
        found = found.filter(under("place", territory) | Q(place=""))
    else:
        found = found.filter(under("path", territory))
    for word in asked.words.split():
        people = _people(word)
        named = [act for act, text in acts().items() if word in text.zh or word.lower() in text.en.lower()]
        found = found.filter(
            Q(subject__icontains=word)
            | Q(act__icontains=word)
            | Q(act__in=named)
            | Q(actor_id__in=list(people))
            | Q(subject__in=[f"person:{number}" for number in people.values()])
            | Q(reason__icontains=word)
        )
    if asked.who:
        found = found.filter(actor_id__in=list(_people(asked.who)))
    if asked.act:
        found = found.filter(act=asked.act)
    if asked.kind in set(Kind):
        found = found.filter(act__in=[act for act in acts() if is_of(Kind(asked.kind), act)])
    if asked.subject:
        found = found.filter(_about(asked.subject))
    if asked.since is not None:
        found = found.filter(at__gte=_midnight(asked.since))
    if asked.until is not None:
        found = found.filter(at__lt=_midnight(asked.until + timedelta(days=1)))
    return found


def _about(subject: str) -> Q:
    """What was done to that subject; to a subscriber, also by way of his tasks, which name him."""
    wanted = Q(subject__in=[*(f"{kind}:{subject}" for kind in SUBJECTS), subject])
    if subject.isdecimal():
        wanted |= Q(subject__startswith="task:", subject__contains=f"-{subject}-")
        for end in (",", "}"):
            wanted |= Q(detail__contains=f'"subscriber":{subject}{end}')
    return wanted


def _people(called: str) -> dict[int, str]:
    """The people of that staff number or name: their numbers here, and their staff numbers."""
    found = get_user_model().objects.filter(Q(username=called) | Q(name=called))
    return dict(found.values_list("id", "username")[:MOST])


def acts() -> dict[str, Text]:
    """What each act is called, as the apps declare it."""
    return _declared("acts")


def _declared(attribute: str) -> dict[str, Text]:
    named: dict[str, Text] = {}
    for config in apps.get_app_configs():
        named |= getattr(config, attribute, {})
    return named


def lines_of(rows: list[AuditEntry]) -> tuple[EntryLine, ...]:
    """The rows with their words."""
    actors = {row.actor_id for row in rows} - {None}
    known = get_user_model().objects.filter(id__in=actors).values_list("id", "username", "name")
    names = {number: (username, name) for number, username, name in known}
    called, words = acts(), _declared("words")
    details = [json.loads(row.detail) for row in rows]
    named = names_of(
        {code for row in rows for code in row.path.split("/")}
        | {str(detail["node"]) for detail in details if "node" in detail}
    )
    words = {**{code: Text(place, place) for code, place in named.items()}, **words}
    lines = []
    for row, given in zip(rows, details, strict=True):
        kind, _, subject = row.subject.partition(":")
        made = made_of(row.subject)
        if made is not None:
            kind, subject = made.table, ""
        detail = tuple(
            (words.get(part, Text(part, part)), _said(value, words))
            for part, value in given.items()
            if value not in ("", None)
        )
        who, name = names.get(row.actor_id or 0, (f"#{row.actor_id}" if row.actor_id is not None else "", ""))
        lines.append(
            EntryLine(
                row.number,
                row.at,
                who,
                name,
                called.get(row.act, Text(row.act, row.act)),
                words.get(kind, Text(kind, kind)),
                subject,
                made.text if made is not None else called_as(kind, subject),
                row.path,
                tuple(named.get(code, code) for code in row.path.split("/") if code),
                detail,
                row.reason,
                row.hash,
            )
        )
    return tuple(lines)


def _said(value: object, words: dict[str, Text]) -> Text:
    """A value of the detail in words; a list with commas between."""
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, list):
        each = [_said(one, words) for one in value]
        return Text("、".join(text.zh for text in each), ", ".join(text.en for text in each))
    return words.get(str(value), Text(str(value), str(value)))


_YES, _NO = Text("是", "yes"), Text("否", "no")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
