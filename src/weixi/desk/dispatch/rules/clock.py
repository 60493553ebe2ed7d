"""When a task is due, when customers are called, which moment a quick choice means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from weixi.desk.dispatch.rules.process import Refused
from weixi.kernel.language import Text
from weixi.kernel.period import SHANGHAI


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit of the playbook; where it has `spans` (local, half-open) only the hours in them count."""

    hours: int
    spans: tuple[tuple[time, time], ...] = ()


def due_at(*, task_date: date, window_end_date: date, issued_at: datetime, limit: Limit | None) -> datetime:
    """When the task is to be handled: its limit after its day begins, else the end of that day; within its window.

    The clock starts when the task is issued or, if that is later, when its best day begins.
    """
    start = max(issued_at, midnight(task_date))
    if limit is None:
        due = midnight(start.astimezone(SHANGHAI).date() + timedelta(days=1))
    elif limit.spans:
        due = _working(start, limit)
    else:
        due = start + timedelta(hours=limit.hours)
    return max(start, min(due, midnight(window_end_date)))


def midnight(day: date) -> datetime:
    """The moment at which a business date begins."""
    return datetime.combine(day, time(0), tzinfo=SHANGHAI)


def _working(start: datetime, limit: Limit) -> datetime:
    left = timedelta(hours=limit.hours)
    day = start.astimezone(SHANGHAI).date()
    while True:
        for opens, closes in limit.spans:
            begin = max(start, datetime.combine(day, opens, tzinfo=SHANGHAI))
            end = datetime.combine(day, closes, tzinfo=SHANGHAI)
            if begin + left <= end:
                return begin + left
            left -= max(end - begin, timedelta(0))
        day += timedelta(days=1)


def in_hours(now: datetime, spans: Sequence[tuple[time, time]]) -> bool:
    """Whether customers may be called at that moment; no spans: the playbook sets no hours."""
    clock = now.astimezone(SHANGHAI).time()
    return not spans or any(opens <= clock < closes for opens, closes in spans)


def appointed(choice: str, now: datetime) -> datetime:
    """The moment that one of the quick choices means: this afternoon, tomorrow, in three days; the hour is whole.

    An afternoon that has begun means two hours from now. Raises Refused for another word.
    """
    here = now.astimezone(SHANGHAI)
    if choice == "afternoon":
        three = datetime.combine(here.date(), time(15), tzinfo=SHANGHAI)
        later = (here + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
        return three if here + timedelta(minutes=30) <= three else later
    days = {"tomorrow": 1, "three_days": 3}.get(choice)
    if days is None:
        raise no_moment()
    return datetime.combine(here.date() + timedelta(days=days), time(10), tzinfo=SHANGHAI)


def no_moment() -> Refused:
    """The form names no moment."""
    return Refused(
        "task.moment",
        Text("没有写明再联系的时间", "it is not said when to call again"),
        Text("选一个快捷时间，或填写日期和时间", "choose one of the times, or give a day and an hour"),
    )
