"""The household card: every line of one household, with broadband, main and secondary cards, and repairs."""

from dataclasses import dataclass
from datetime import date

from weixi.desk.base.book import latest_month, playbook, store
from weixi.desk.org.rules import Sight
from weixi.desk.subscriber.facts import Fact, money, status_fact
from weixi.desk.subscriber.labels import label_text
from weixi.desk.subscriber.queries.rows import own_row
from weixi.desk.subscriber.queries.several import by_id, identities_of, places_of, rows_of
from weixi.desk.subscriber.rules import sees
from weixi.flow.book import EVENT, SUBSCRIBER_MONTH, origin_of
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.segment import LABEL
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import EventType, LineType

MOST_LINES = 20
REPAIR_MONTHS = 6
_COLUMNS = (
    "subscriber_id", "party_id", "line_type", "service_status", "status_date", "exit_type", "exit_date",
    "bill_fen", "balance_fen", "plan_code", "is_converged", "contract_end_date", "broadband_end_date",
)  # fmt: skip
_ORDER = (LineType.MOBILE_MAIN, LineType.MOBILE_SECONDARY, LineType.BROADBAND)


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """One line of the household; of one that the person does not see, no more than what kind it is and its state."""

    subscriber_id: int
    line_type: Text
    status: Fact
    number_masked: str
    name_masked: str
    grade: Text | None
    bill: Text
    plan_code: str
    contract_end: date | None
    broadband_end: date | None
    is_here: bool
    is_seen: bool
    is_other_person: bool


@dataclass(frozen=True, slots=True)
class Repair:
    """One fault report, or one repair done, of a line of the household."""

    day: date
    what: Text


@dataclass(frozen=True, slots=True)
class Household:
    """One household; `more` lines beyond those shown. `bill` is what all its seen lines paid in the month."""

    lines: tuple[HouseholdLine, ...]
    more: int
    is_converged: bool
    bill: Text
    repairs: tuple[Repair, ...]


def household_of(subscriber_id: int, sight: Sight) -> Household | None:
    """The household of the line; None where it has none. One statement of the desk's database."""
    month = latest_month(ASSIGNMENT)
    own = own_row(SUBSCRIBER_MONTH, subscriber_id, ("household_id",), month=month.number) if month else None
    if month is None or own is None or own["household_id"] is None:
        return None
    book = store().require(SUBSCRIBER_MONTH, month=month.number)
    rows = store().rows(
        f"SELECT {', '.join(_COLUMNS)} FROM line WHERE household_id = $household ORDER BY subscriber_id",
        inputs={"line": book},
        parameters={"household": own["household_id"]},
    )
    rows.sort(key=lambda r: (r["subscriber_id"] != subscriber_id, _ORDER.index(LineType(r["line_type"]))))
    shown, here = rows[:MOST_LINES], rows[0]
    ids = [row["subscriber_id"] for row in shown]
    who, places = identities_of(ids), places_of(ids)
    grades = by_id(LABEL, ids, ("grade",), month.number)
    currency = origin_of(book).currency
    seen = {key for key in ids if key in places and sees(sight, places[key])}
    lines = []
    for row in shown:
        key = row["subscriber_id"]
        is_seen, person = key in seen, who.get(key)
        lines.append(
            HouseholdLine(
                subscriber_id=key,
                line_type=LineType(row["line_type"]).text,
                status=status_fact(row),
                number_masked=person.number_masked if person and is_seen else "",
                name_masked=person.name_masked if person and is_seen else "",
                grade=label_text("grade", grades[key]["grade"], playbook())
                if is_seen and key in grades
                else None,
                bill=money(row["bill_fen"], currency) if is_seen else Text("–", "–"),
                plan_code=(row["plan_code"] or "") if is_seen else "",
                contract_end=row["contract_end_date"] if is_seen else None,
                broadband_end=row["broadband_end_date"] if is_seen else None,
                is_here=key == subscriber_id,
                is_seen=is_seen,
                is_other_person=None not in (row["party_id"], here["party_id"])
                and row["party_id"] != here["party_id"],
            )
        )
    return Household(
        lines=tuple(lines),
        more=len(rows) - len(shown),
        is_converged=any(row["is_converged"] for row in shown),
        bill=money(sum(row["bill_fen"] or 0 for row in shown if row["subscriber_id"] in seen), currency),
        repairs=_repairs(sorted(seen), month),
    )


def _repairs(ids: list[int], month: Month) -> tuple[Repair, ...]:
    """Faults and repairs of the lines in the last months, newest first."""
    since = month.plus(1 - REPAIR_MONTHS).number
    parts = [p for p in store().partitions(EVENT) if int(p.key["month"]) >= since]
    kinds = f"event_type IN ('{EventType.REPAIR}', '{EventType.REPAIR_DONE}')"
    found = rows_of(parts, ids, ("event_date", "event_type"), kinds)
    return tuple(
        Repair(row["event_date"], EventType(row["event_type"]).text)
        for row in sorted(found, key=lambda r: r["event_date"], reverse=True)[:MOST_LINES]
    )
