"""What happened with a customer: dated events, and the tasks of past plans with what came of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from weixi.desk.base.book import latest_month, playbook, store
from weixi.desk.org.rules import Role, Sight
from weixi.desk.subscriber.facts import same
from weixi.desk.subscriber.queries.place import place_of
from weixi.desk.subscriber.queries.rows import own_rows
from weixi.engine import Partition, Table
from weixi.flow.book import DAY_EVENT, EVENT, SUBSCRIBER_MONTH, origin_of
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.decision import PLAN_LINE
from weixi.flow.outcome import FACT, OUTCOME
from weixi.kernel.language import Text
from weixi.kernel.money import show
from weixi.kernel.period import Month
from weixi.kernel.terms import Channel, EventType, FactType

EVENT_MONTHS, TASK_MONTHS = 6, 12
MOST_EVENTS = 40


@dataclass(frozen=True, slots=True)
class EventLine:
    """One dated event, in words."""

    day: date
    what: Text
    detail: Text | None
    tone: str


@dataclass(frozen=True, slots=True)
class FactLine:
    """One thing that the desk did to a task."""

    at: datetime
    what: Text
    agent_code: str
    channel: Text | None


@dataclass(frozen=True, slots=True)
class PastTask:
    """One task of a past plan and what the data say came of it; `results` are the words of what is true of it."""

    month: Month
    task_id: str
    kind: Text
    results: tuple[tuple[Text, str], ...]
    facts: tuple[FactLine, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Both, newest first; `is_cut`: there are older events of those months."""

    events: tuple[EventLine, ...]
    is_cut: bool
    tasks: tuple[PastTask, ...]


_TONES = {
    EventType.PORT_OUT_APPLICATION: "red",
    EventType.PORT_OUT_QUERY: "red",
    EventType.COMPLAINT: "red",
    EventType.STOP: "yellow",
    EventType.REPAIR: "yellow",
}


def record_of(subscriber_id: int, sight: Sight) -> Record:
    """The line's events of six months and its household's tasks of twelve. A hold-out is told to nobody who works."""
    month = latest_month(ASSIGNMENT)
    if month is None:
        return Record((), False, ())
    place = place_of(subscriber_id)
    told = place is not None and sight.covers_as(place.path, (Role.PLANNER, Role.AUDITOR))
    events = _events(subscriber_id, month)
    return Record(events[:MOST_EVENTS], len(events) > MOST_EVENTS, _tasks(subscriber_id, month, told=told))


def _since(table: Table, month: Month, months: int) -> list[Partition]:
    first = month.plus(1 - months).number
    return [p for p in store().partitions(table) if int(p.key["month"]) >= first]


def _events(subscriber_id: int, month: Month) -> tuple[EventLine, ...]:
    columns = ("event_date", "happened_at", "event_type", "amount_fen", "offer_code", "channel")
    rows = own_rows(_since(EVENT, month, EVENT_MONTHS), subscriber_id, columns)
    fresh = [p for p in store().partitions(DAY_EVENT) if int(p.key["month"]) > month.number]
    known = {tuple(row.values()) for row in rows}
    rows += [row for row in own_rows(fresh, subscriber_id, columns) if tuple(row.values()) not in known]
    book = store().current(SUBSCRIBER_MONTH, month=month.number)
    currency = origin_of(book).currency if book is not None else ""
    offers = {offer.code: offer.text for offer in playbook().offers}
    distinct = {tuple(row.values()): row for row in rows}
    ordered = sorted(distinct.values(), key=lambda r: r["happened_at"], reverse=True)
    return tuple(_event(row, currency, offers) for row in ordered)


def _event(row: dict[str, Any], currency: str, offers: dict[str, Text]) -> EventLine:
    kind = EventType(row["event_type"])
    said: list[Text] = []
    if row["amount_fen"] is not None:
        said.append(same(show(row["amount_fen"], currency)))
    if row["offer_code"]:
        said.append(offers.get(row["offer_code"], same(row["offer_code"])))
    if row["channel"]:
        said.append(Channel(row["channel"]).text)
    detail = Text("，".join(t.zh for t in said), ", ".join(t.en for t in said)) if said else None
    return EventLine(row["event_date"], kind.text, detail, _TONES.get(kind, ""))


def _tasks(subscriber_id: int, month: Month, *, told: bool) -> tuple[PastTask, ...]:
    listed = [p for p in _since(PLAN_LINE, month, TASK_MONTHS) if int(p.key["month"]) <= month.number]
    outcomes = _since(OUTCOME, month, TASK_MONTHS)
    if not listed or not outcomes:
        return ()
    mine = "JOIN listed AS l ON l.task_id = t.task_id WHERE l.subscriber_id = $subscriber"
    rows = store().rows(
        f"""SELECT t.task_id, t.kind, t.is_holdout, t.is_withdrawn, t.is_handled, t.is_reached, t.is_verified,
  t.is_contacted, t.is_retained FROM outcome AS t {mine}""",
        inputs={"outcome": outcomes, "listed": listed},
        parameters={"subscriber": subscriber_id},
    )
    shown = [row for row in rows if told or not row["is_holdout"]]
    parts = _since(FACT, month, TASK_MONTHS)
    facts = (
        store().rows(
            f"SELECT t.task_id, t.fact_type, t.happened_at, t.agent_code, t.channel FROM fact AS t {mine}",
            inputs={"fact": parts, "listed": listed},
            parameters={"subscriber": subscriber_id},
        )
        if parts and shown
        else []
    )
    names = {rule.code: rule.text for rule in playbook().warnings}
    return tuple(
        PastTask(
            month=Month.parse(row["task_id"][:6]),
            task_id=row["task_id"],
            kind=names.get(row["kind"], same(row["kind"])),
            results=_results(row),
            facts=tuple(
                FactLine(
                    fact["happened_at"].replace(tzinfo=UTC),
                    FactType(fact["fact_type"]).text,
                    fact["agent_code"] or "",
                    Channel(fact["channel"]).text if fact["channel"] else None,
                )
                for fact in sorted(facts, key=lambda f: f["happened_at"])
                if fact["task_id"] == row["task_id"]
            ),
        )
        for row in sorted(shown, key=lambda r: r["task_id"], reverse=True)
    )


def _results(row: dict[str, Any]) -> tuple[tuple[Text, str], ...]:
    """What is true of one outcome, in words, each with its tone."""
    if row["is_holdout"]:
        return ((Text("对照组，未联系", "hold-out, not contacted"), ""),)
    if row["is_withdrawn"]:
        return ((Text("按规则撤回", "withdrawn by rule"), ""),)
    said = []
    if row["is_reached"]:
        said.append((Text("已接触", "reached"), ""))
    elif row["is_contacted"]:
        said.append((Text("联系未接通", "tried, not reached"), "yellow"))
    else:
        said.append((Text("未联系", "not contacted"), "red"))
    if row["is_verified"]:
        said.append((Text("办成，数据已核验", "done, verified in the data"), "green"))
    elif row["is_handled"]:
        said.append((Text("报了办结，数据没有看到", "ticked done, not seen in the data"), "yellow"))
    if not row["is_retained"]:
        said.append((Text("月末已离网", "had left by month end"), "red"))
    return tuple(said)
