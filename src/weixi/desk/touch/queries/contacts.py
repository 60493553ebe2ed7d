"""What was said with a customer outside tasks: contacts, notes, what is open, by which way he is reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Count, Q

from weixi.desk.base.territory import under
from weixi.desk.dispatch.queries.contacted import contacts_of
from weixi.desk.org.rules import Sight
from weixi.desk.touch.models import Finding, Note, Touch
from weixi.desk.touch.queries.customer import looks_after
from weixi.desk.touch.rules import SPOKEN, Direction, Intent, Result, Said, age_of
from weixi.kernel.language import Text
from weixi.kernel.terms import Channel

SHOWN = 30


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One thing that the customer said; `age_days` since then, `age` its class, where it is still open."""

    finding_id: int
    subscriber_id: int
    kind: Said
    text: str
    due_date: date | None
    opened_at: datetime
    is_open: bool
    solution: str
    age_days: int
    age: Text


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One contact or note, newest first; `words` says what it was, `who` who wrote it."""

    at: datetime
    who: str
    words: Text
    note: str
    is_note: bool
    findings: tuple[FindingLine, ...]


@dataclass(frozen=True, slots=True)
class ChannelUse:
    """One way to the customer: how often it was tried, in tasks and outside them, and how often he was reached."""

    channel: Channel
    tried: int
    reached: int


@dataclass(frozen=True, slots=True)
class Contacts:
    """The part of a customer's page: his newest contacts and notes, what is open, the way that reached him best.

    `best` is the channel with the largest share of contacts in which he was spoken with; None: no evidence yet.
    """

    subscriber_id: int
    lines: tuple[ContactLine, ...]
    open: tuple[FindingLine, ...]
    channels: tuple[ChannelUse, ...]
    best: Channel | None


def contacts(subscriber_id: int, now: datetime) -> Contacts:
    """The customer's contacts. Five statements."""
    touches = list(Touch.objects.filter(subscriber_id=subscriber_id).order_by("-at", "-id")[:SHOWN])
    notes = list(Note.objects.filter(subscriber_id=subscriber_id).order_by("-at", "-id")[:SHOWN])
    findings = [
        _finding(row, now)
        for row in Finding.objects.filter(subscriber_id=subscriber_id).order_by("opened_at", "id")
    ]
    of_touch = dict(Finding.objects.filter(subscriber_id=subscriber_id).values_list("id", "touch_id"))
    who = _names({t.by_id for t in touches} | {n.by_id for n in notes})
    lines = [
        ContactLine(
            touch.at,
            who.get(touch.by_id, ""),
            _words(touch),
            touch.note,
            is_note=False,
            findings=tuple(f for f in findings if of_touch[f.finding_id] == touch.id),
        )
        for touch in touches
    ]
    lines += [
        ContactLine(note.at, who.get(note.by_id, ""), Text("共享备注", "note"), note.text, True, ())
        for note in notes
    ]
    channels = channel_use(subscriber_id)
    return Contacts(
        subscriber_id=subscriber_id,
        lines=tuple(sorted(lines, key=lambda line: line.at, reverse=True)[:SHOWN]),
        open=tuple(f for f in findings if f.is_open),
        channels=channels,
        best=max(channels, key=lambda c: (c.reached / c.tried, c.reached)).channel
        if any(c.reached for c in channels)
        else None,
    )


def channel_use(subscriber_id: int) -> tuple[ChannelUse, ...]:
    """How each way to the customer worked, best first (O9). Two statements."""
    tried: dict[str, list[int]] = {}
    spoken = [result.value for result in SPOKEN]
    rows = Touch.objects.filter(subscriber_id=subscriber_id, direction=Direction.OUT.value)
    counted = rows.values("channel").annotate(n=Count("id"), r=Count("id", filter=Q(result__in=spoken)))
    for row in counted:
        tried[row["channel"]] = [row["n"], row["r"]]
    for channel, n, r in contacts_of(subscriber_id):
        both = tried.setdefault(channel, [0, 0])
        both[0], both[1] = both[0] + n, both[1] + r
    uses = [ChannelUse(Channel(channel), n, r) for channel, (n, r) in tried.items()]
    return tuple(sorted(uses, key=lambda u: (-u.reached / u.tried, -u.tried, u.channel.value)))


def _names(ids: set[int]) -> dict[int, str]:
    people = get_user_model().objects.filter(id__in=ids).values_list("id", "name", "username")
    return {key: name or username for key, name, username in people}


def _words(touch: Touch) -> Text:
    way, result = Channel(touch.channel).text, Result(touch.result).text
    direction = Direction(touch.direction).text
    intent = Intent(touch.intent).text if touch.intent else None
    zh = f"{direction.zh} · {way.zh} · " + (f"{intent.zh} · " if intent else "") + result.zh
    en = f"{direction.en} · {way.en} · " + (f"{intent.en} · " if intent else "") + result.en
    return Text(zh, en)


def _finding(row: Finding, now: datetime) -> FindingLine:
    age = (now - row.opened_at) // timedelta(days=1)
    return FindingLine(
        row.id,
        row.subscriber_id,
        Said(row.kind),
        row.text,
        row.due_date,
        row.opened_at,
        row.is_open,
        row.solution,
        age,
        age_of(age),
    )


def open_findings(territory: Iterable[str], now: datetime, limit: int = 50) -> tuple[FindingLine, ...]:
    """The problems and promises that are open in those subtrees, the oldest first. One statement."""
    found = Finding.objects.filter(under("path", territory), is_open=True).order_by("opened_at", "id")
    return tuple(_finding(row, now) for row in found[:limit])


def shows_finding(sight: Sight, finding_id: int) -> bool:
    """Whether the person looks after the customer whose finding it is."""
    subscriber_id = subscriber_of_finding(finding_id)
    return subscriber_id is not None and looks_after(sight, subscriber_id)


def subscriber_of_finding(finding_id: int) -> int | None:
    """Whose finding it is."""
    return Finding.objects.filter(id=finding_id).values_list("subscriber_id", flat=True).first()
