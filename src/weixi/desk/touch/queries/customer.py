"""One customer as a contact needs him: whose he is, who he is in part, his household, his grade."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from weixi.desk.base.book import latest_month, store
from weixi.desk.org.rules import Sight
from weixi.desk.subscriber.queries import place_of
from weixi.desk.subscriber.queries.identity import identity_of
from weixi.desk.subscriber.rules import sees
from weixi.desk.touch.rules import WORKERS
from weixi.flow.book import SUBSCRIBER_MONTH, in_service_sql
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.segment import LABEL


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer, masked. `is_ours`: the person looks after him; of others only the unit is to be shown."""

    subscriber_id: int
    household_key: str
    path: str
    unit_code: str
    owner_code: str
    number_masked: str
    name_masked: str
    grade: str
    open_date: date | None
    is_in_service: bool
    is_ours: bool


def customer_of(subscriber_id: int, sight: Sight) -> Customer | None:
    """The customer; None: there is no such line."""
    place = place_of(subscriber_id)
    month = latest_month(ASSIGNMENT)
    if place is None or month is None:
        return None
    line = store().current(SUBSCRIBER_MONTH, month=month.number)
    label = store().current(LABEL, month=month.number)
    if line is None:
        return None
    row = _line(line.fingerprint, label.fingerprint if label is not None else "", month.number, subscriber_id)
    if row is None:
        return None
    household, grade, opened, serves = row
    who = identity_of(subscriber_id)
    return Customer(
        subscriber_id=subscriber_id,
        household_key=household,
        path=place.path,
        unit_code=place.unit_code,
        owner_code=place.owner_code,
        number_masked=who.number_masked,
        name_masked=who.name_masked,
        grade=grade,
        open_date=opened,
        is_in_service=serves,
        is_ours=sees(sight, place, WORKERS),
    )


def looks_after(sight: Sight, subscriber_id: int) -> bool:
    """Whether the person speaks with that customer."""
    place = place_of(subscriber_id)
    return place is not None and sees(sight, place, WORKERS)


@lru_cache(maxsize=10_000)
def _line(line: str, label: str, month: int, subscriber_id: int) -> tuple[str, str, date | None, bool] | None:
    """The household's key, the grade ("": not labelled yet), the day of opening, and whether the line serves.

    Partitions of those fingerprints never change.
    """
    inputs = {"line": store().require(SUBSCRIBER_MONTH, month=month)}
    grade, join = "CAST(NULL AS VARCHAR)", ""
    if label:
        inputs["label"] = store().require(LABEL, month=month)
        grade, join = "b.grade", "LEFT JOIN label AS b ON b.subscriber_id = l.subscriber_id"
    rows = store().rows(
        f"""SELECT l.household_id, l.open_date, {grade} AS grade,
            COALESCE({in_service_sql("l.service_status")}, FALSE) AS is_in_service
        FROM line AS l {join} WHERE l.subscriber_id = $subscriber""",
        inputs=inputs,
        parameters={"subscriber": subscriber_id},
    )
    if not rows:
        return None
    [row] = rows
    household = f"H{row['household_id']}" if row["household_id"] is not None else f"S{subscriber_id}"
    return household, row["grade"] or "", row["open_date"], bool(row["is_in_service"])
