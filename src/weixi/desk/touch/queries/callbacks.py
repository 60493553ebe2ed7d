"""Regular return calls: who is due, who was called in time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max, Q

from weixi.desk.base.book import latest_month, playbook, store
from weixi.desk.base.territory import under
from weixi.desk.dispatch.queries.contacted import desk_since, last_reached
from weixi.desk.dispatch.queries.listing import book_rows
from weixi.desk.dispatch.queries.team import node_names
from weixi.desk.dispatch.rules import midnight
from weixi.desk.org.rules import Role, Sight
from weixi.desk.subscriber.rules import Place, ground, sees
from weixi.desk.touch.models import Touch
from weixi.desk.touch.queries.customer import Customer
from weixi.desk.touch.rules import SPOKEN, WORKERS, Cadence, cadences, due_after, first_due
from weixi.dialect.compose import Pipeline
from weixi.flow.book import FEATURE, ORG_PATH, SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.segment import LABEL
from weixi.kernel.ids import mask_name, mask_number
from weixi.kernel.period import SHANGHAI, Month

MOST = 500
"""So many customers of a territory are looked at for those due, the ones with the largest revenue first."""
AHEAD_DAYS = 7
_SPOKEN = [result.value for result in SPOKEN]


@dataclass(frozen=True, slots=True)
class DueCall:
    """One customer whose return call is due or will be within a week; masked. `last_date` None: none on record."""

    subscriber_id: int
    number_masked: str
    name_masked: str
    grade: str
    revenue_3m_fen: int
    unit_code: str
    owner_code: str
    last_date: date | None
    due_date: date
    days_late: int


@dataclass(frozen=True, slots=True)
class OnTime:
    """One person: regular return calls made since a day, those made in time (denominator: those made)."""

    agent_code: str
    name: str
    made_count: int
    on_time_count: int

    @property
    def rate(self) -> float:
        """On-time return calls over return calls made."""
        return self.on_time_count / self.made_count if self.made_count else 0.0


@dataclass(frozen=True, slots=True)
class DueCalls:
    """The due list: the latest due first, without anybody who is held out or silenced.

    `after` begins the next page, None: there is none. `is_cut`: the territory has more customers than are looked at.
    `names` is the code of an owner, or of a unit whose pool it is → its name.
    """

    cadences: tuple[Cadence, ...]
    rows: tuple[DueCall, ...]
    after: int | None
    is_cut: bool
    names: Mapping[str, str]


def due_calls(sight: Sight, today: date, limit: int = 30, start: int = 0) -> DueCalls:
    """Who is to be called back, of those whom the person looks after: one page, from place `start` on."""
    found = cadences(playbook())
    month = latest_month(ASSIGNMENT)
    by_grade = {cadence.grade.value: cadence.days for cadence in found}
    if month is None:
        return DueCalls(found, (), None, is_cut=False, names={})
    lines = _candidates(sight, month, tuple(by_grade))
    last, since = last_contacts(list(lines)), desk_since() or today
    due: list[tuple[date, int]] = []
    for key, line in lines.items():
        on = due_of(line["grade"], line["open_date"], last.get(key), since, by_grade)
        if on is not None and on <= today + timedelta(days=AHEAD_DAYS):
            due.append((on, key))
    due.sort(key=lambda one: (one[0], -int(lines[one[1]]["revenue_3m_fen"] or 0), one[1]))
    rows: list[DueCall] = []
    place = start
    while place < len(due) and len(rows) < limit:
        chosen = due[place : place + limit * 2]
        book = book_rows({key for _, key in chosen}, month.plus(1))
        for on, key in chosen:
            if len(rows) == limit:
                break
            place += 1
            row = book.get(key)
            # A return call is a contact: nobody who is held out or silenced gets one.
            if row is None or row["is_holdout"] or row["withdrawn_rule"] or not _is_seen(sight, row):
                continue
            rows.append(_due(key, row, lines[key], last.get(key), on, today))
    return DueCalls(
        found,
        tuple(rows),
        place if place < len(due) else None,
        is_cut=len(lines) == MOST,
        names=node_names(row.owner_code or row.unit_code for row in rows),
    )


def due_of(
    grade: str, open_date: date | None, last: date | None, since: date, by_grade: Mapping[str, int]
) -> date | None:
    """When that customer's return call is due; None: his grade has no cadence. `since`: the day the desk began."""
    days = by_grade.get(grade)
    if days is None:
        return None
    if last is not None:
        return due_after(last, days)
    return first_due(open_date, since, days) if open_date is not None else since


def due_of_customer(customer: Customer, today: date) -> date | None:
    """When the return call of one customer is due."""
    by_grade = {cadence.grade.value: cadence.days for cadence in cadences(playbook())}
    last = last_contacts([customer.subscriber_id]).get(customer.subscriber_id)
    return due_of(customer.grade, customer.open_date, last, desk_since() or today, by_grade)


def last_contacts(subscribers: Iterable[int]) -> dict[int, date]:
    """The business date on which each of them was last spoken with, in a task or outside one."""
    asked = list(subscribers)
    found = dict(last_reached(asked))
    for start in range(0, len(asked), 500):
        touches = Touch.objects.filter(subscriber_id__in=asked[start : start + 500], result__in=_SPOKEN)
        for row in touches.values("subscriber_id").annotate(last=Max("at")):
            held = found.get(row["subscriber_id"])
            if held is None or held < row["last"]:
                found[row["subscriber_id"]] = row["last"]
    return {key: at.astimezone(SHANGHAI).date() for key, at in found.items()}


def on_time(territory: Iterable[str], since: date) -> tuple[OnTime, ...]:
    """Each person's return calls since that day in those subtrees, the least punctual first. Two statements."""
    made = Touch.objects.filter(under("path", territory), due_date__isnull=False, at__gte=midnight(since))
    rows = list(made.values("agent_code").annotate(n=Count("id"), t=Count("id", filter=Q(is_on_time=True))))
    names = node_names(row["agent_code"] for row in rows)
    found = [
        OnTime(row["agent_code"], names.get(row["agent_code"], row["agent_code"]), row["n"], row["t"])
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.rate, -one.made_count, one.agent_code)))


def _candidates(sight: Sight, month: Month, grades: tuple[str, ...]) -> dict[int, dict[str, Any]]:
    """Lines in service of those grades that the person looks after, the largest revenue first, at most MOST."""
    seen = ground(sight)
    own = (seen.own, *seen.pools) if Role.AGENT in sight.roles and seen.own else ()
    whole = () if not sight.paths_as(WORKERS - {Role.AGENT}) else seen.whole
    if not own and not whole:
        return {}
    read = (LABEL, ASSIGNMENT, SUBSCRIBER_MONTH, FEATURE)
    prints = tuple(store().require(table, month=month.number).fingerprint for table in read)
    return {row["subscriber_id"]: row for row in _asked(prints, month.number, grades, whole, own)}


@lru_cache(maxsize=64)
def _asked(
    prints: tuple[str, ...], month: int, grades: tuple[str, ...], whole: tuple[str, ...], own: tuple[str, ...]
) -> tuple[dict[str, Any], ...]:
    """The rows of `_candidates` in the book of that month; partitions of those fingerprints never change."""
    values = {f"w{k}": code for k, code in enumerate(whole)} | {f"o{k}": code for k, code in enumerate(own)}
    tests = []
    pieces = Pipeline()
    join = ""
    if whole:
        listed = ", ".join(f"$w{k}" for k in range(len(whole)))
        pieces.add(
            "seen",
            f"SELECT node_code AS seen_code FROM org_path WHERE ancestor_code IN ({listed}) GROUP BY node_code",
        )
        join = "LEFT JOIN seen AS s ON s.seen_code = a.node_code"
        tests.append("s.seen_code IS NOT NULL")
    if own:
        tests.append("a.owner_code = $o0")
        if pools := ", ".join(f"$o{k}" for k in range(1, len(own))):
            tests.append(f"(a.owner_code IS NULL AND a.unit_code IN ({pools}))")
    named = ", ".join(f"'{grade}'" for grade in grades)
    inputs: dict[str, Any] = {
        name: store().require(table, month=month)
        for name, table in (
            ("label", LABEL),
            ("assignment", ASSIGNMENT),
            ("line", SUBSCRIBER_MONTH),
            ("feature", FEATURE),
        )
    }
    if whole:
        inputs["org_path"] = _tree(month)
    rows = store().rows(
        pieces.text(
            f"""SELECT b.subscriber_id, b.grade, l.open_date, f.revenue_3m_fen
            FROM label AS b
            JOIN assignment AS a ON a.subscriber_id = b.subscriber_id
            JOIN line AS l ON l.subscriber_id = b.subscriber_id
            JOIN feature AS f ON f.subscriber_id = b.subscriber_id
            {join}
            WHERE b.grade IN ({named}) AND l.line_type = 'MOBILE_MAIN' AND ({" OR ".join(tests)})
            ORDER BY f.revenue_3m_fen DESC, b.subscriber_id LIMIT {MOST}"""
        ),
        inputs=inputs,
        parameters=values,
    )
    return tuple(rows)


def _tree(month: int) -> Any:
    """The paths of the newest tree until that month."""
    trees = [p for p in store().partitions(ORG_PATH) if int(p.key["month"]) <= month]
    return max(trees, key=lambda p: int(p.key["month"]))


def _is_seen(sight: Sight, row: Mapping[str, Any]) -> bool:
    return sees(sight, Place(row["path"], row["unit_code"], row["owner_code"] or "", ""), WORKERS)


def _due(
    key: int, row: Mapping[str, Any], line: Mapping[str, Any], last: date | None, on: date, today: date
) -> DueCall:
    return DueCall(
        subscriber_id=key,
        number_masked=mask_number(row["msisdn"]) if row["msisdn"] else "",
        name_masked=mask_name(row["name"]) if row["name"] else "",
        grade=line["grade"],
        revenue_3m_fen=int(line["revenue_3m_fen"] or 0),
        unit_code=row["unit_code"],
        owner_code=row["owner_code"] or "",
        last_date=last,
        due_date=on,
        days_late=(today - on).days,
    )
