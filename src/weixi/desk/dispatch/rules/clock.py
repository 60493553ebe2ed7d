"""When a task is due, when customers are called, when one comes back, which moment a quick choice means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from weixi.desk.dispatch.rules.process import Refused
from weixi.desk.dispatch.rules.terms import ContactResult
from weixi.kernel.language import Text
from weixi.kernel.period import SHANGHAI
from weixi.playbook import Work


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


def opening(moment: datetime, spans: Sequence[tuple[time, time]]) -> datetime:
    """The moment itself, where customers may be called then; else the next one at which they may, in local time."""
    here = moment.astimezone(SHANGHAI)
    if in_hours(here, spans):
        return here
    begins = [opens for opens, _ in spans if opens > here.time()]
    day = here.date() if begins else here.date() + timedelta(days=1)
    return datetime.combine(day, min(begins or [opens for opens, _ in spans]), tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Rest:
    """Until when a task waits after a contact: the day, and the moment of it where an hour matters."""

    day: date
    at: datetime | None = None

    @property
    def text(self) -> str:
        """The same as the task's history has it: 2026-03-02, or 2026-03-02 14:30 in local time."""
        return self.day.isoformat() if self.at is None else f"{self.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def rest_of(
    result: ContactResult,
    now: datetime,
    *,
    work: Work,
    spans: Sequence[tuple[time, time]],
    is_last: bool,
    window_end_date: date,
) -> Rest | None:
    """How long the customer is left alone after that result; None: not at all.

    Who was not reached comes back after some hours, when customers may be called (`spans`); who is undecided, or was
    not reached in the last attempt that the plan allows (`is_last`), after some days. A rest that would end after the
    task's window is none.
    """
    rest = None
    if result is ContactResult.REACHED or (result is ContactResult.NOT_REACHED and is_last):
        if work.undecided_after_days is not None:
            rest = Rest(now.astimezone(SHANGHAI).date() + timedelta(days=work.undecided_after_days))
    elif result is ContactResult.NOT_REACHED and work.not_reached_after_hours is not None:
        at = opening(now + timedelta(hours=work.not_reached_after_hours), spans)
        rest = Rest(at.date(), at)
    return rest if rest is not None and rest.day < window_end_date else None


def appointed(choice: str, now: datetime, work: Work) -> datetime:
    """The moment that one of the quick choices means: this afternoon, tomorrow, in three days.

    An afternoon that has begun means two hours from now, at a whole hour. Raises Refused for another word.
    """
    here = now.astimezone(SHANGHAI)
    if choice == "afternoon":
        afternoon = datetime.combine(here.date(), work.afternoon, tzinfo=SHANGHAI)
        later = (here + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
        return afternoon if here + timedelta(minutes=30) <= afternoon else later
    days = {"tomorrow": 1, "three_days": 3}.get(choice)
    if days is None:
        raise no_moment()
    return datetime.combine(here.date() + timedelta(days=days), work.morning, tzinfo=SHANGHAI)


def no_moment() -> Refused:
    """The form names no moment."""
    return Refused(
        "task.moment",
        Text("没有写明再联系的时间", "it is not said when to call again"),
        Text("选一个快捷时间，或填写日期和时间", "choose one of the times, or give a day and an hour"),
    )
