"""The process in figures: how far the tasks issued in a period came, and how long each step took."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Sum

from weixi.desk.base.territory import under
from weixi.desk.dispatch.models import FunnelCount, FunnelCursor
from weixi.desk.dispatch.queries.team import STEPS
from weixi.desk.dispatch.rules import READERS
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Sight

_COUNTS = (*(f"{step}_count" for step in STEPS), "withdrawn_count", "held_count")
_TIMES = ("claimed", "contacted", "handled", "verified")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the funnel: of the tasks issued, how many came to each state, and the mean time it took.

    `key` is a unit's code or a date, empty for the whole. `held_count` are open tasks brought to a higher level.
    `to_*` is the mean time of the tasks that got there: to claim and to verify from the issue, to contact from the
    claim, to handle from the contact; None: none got there.
    """

    key: str
    name: str
    issued_count: int
    claimed_count: int
    contacted_count: int
    handled_count: int
    verified_count: int
    called_back_count: int
    withdrawn_count: int
    held_count: int
    to_claimed: timedelta | None
    to_contacted: timedelta | None
    to_handled: timedelta | None
    to_verified: timedelta | None

    @property
    def steps(self) -> tuple[tuple[str, int], ...]:
        """Each step with its count, in order."""
        return tuple((step, int(getattr(self, f"{step}_count"))) for step in STEPS)


@dataclass(frozen=True, slots=True)
class Funnel:
    """The funnel of one period: in all, by unit, by day. `counted_at`: as of when, None: never counted."""

    start: date
    end: date
    counted_at: datetime | None
    whole: Line
    units: tuple[Line, ...]
    days: tuple[Line, ...]


def funnel(sight: Sight, start: date, end: date) -> Funnel:
    """The funnel of tasks issued on the business dates from `start` up to, not including, `end`.

    Five statements over the counts, none over the tasks: of the subtrees that the person answers for.
    """
    counted = FunnelCount.objects.filter(
        under("path", sight.paths_as(READERS)), issue_date__gte=start, issue_date__lt=end
    )
    totals = {name: Sum(name) for name in (*_COUNTS, *(f"to_{step}" for step in _TIMES))}
    units = counted.values("unit_code").annotate(**totals).order_by("unit_code")
    names = dict(Node.objects.filter(code__in=[u["unit_code"] for u in units]).values_list("code", "name"))
    days = counted.values("issue_date").annotate(**totals).order_by("-issue_date")
    cursor = FunnelCursor.objects.filter(id=1).first()
    return Funnel(
        start=start,
        end=end,
        counted_at=cursor.counted_at if cursor is not None else None,
        whole=_line("", "", counted.aggregate(**totals)),
        units=tuple(_line(u["unit_code"], names.get(u["unit_code"], u["unit_code"]), u) for u in units),
        days=tuple(_line(d["issue_date"].isoformat(), d["issue_date"].isoformat(), d) for d in days),
    )


def latest_issue(sight: Sight) -> date | None:
    """The last business date on which tasks of the person's subtrees were issued; None: never. One statement."""
    found: date | None = FunnelCount.objects.filter(under("path", sight.paths_as(READERS))).aggregate(
        last=Max("issue_date")
    )["last"]
    return found


def _line(key: str, name: str, row: Mapping[str, Any]) -> Line:
    values: dict[str, Any] = {column: row[column] or 0 for column in _COUNTS}
    for step in _TIMES:
        total, among = row[f"to_{step}"], values[f"{step}_count"]
        values[f"to_{step}"] = total / among if total is not None and among else None
    return Line(key=key, name=name, **values)
