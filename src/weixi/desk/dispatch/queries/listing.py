"""A list of customers from outside the plan beside what the book and the desk say of each of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Q

from weixi.desk.base.book import latest_month, playbook, store
from weixi.desk.dispatch.models import Task, TaskEvent, TaskLine
from weixi.desk.dispatch.queries.handover import paths_of, tree_of
from weixi.desk.dispatch.queries.no_contact import LASTING_MONTHS
from weixi.desk.dispatch.rules import PENDING, SILENCING, Listed, TaskState, WithdrawReason, shown_states
from weixi.desk.org.rules import Sight
from weixi.desk.subscriber.rules import Place, sees
from weixi.dialect.compose import Pipeline
from weixi.flow.book import IDENTITY
from weixi.flow.cohort import ASSIGNMENT, require_tree
from weixi.flow.decision import named_lines, standing
from weixi.kernel.errors import DataError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import WarningLevel

CHUNK = 500
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One row of a list: whom to contact, why, and by which day (`task_date`); id 0: the row names no customer.

    `kind` is a warning of the playbook or one of `words.KINDS`. `reason` (at most 64 characters) is one of
    `words.REASONS` or what somebody wrote, `note` any text.
    """

    subscriber_id: int
    kind: str
    level: WarningLevel
    task_date: date
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One row of the list and what becomes of it; `detail` is the silence, or the open task's state, behind that.

    `row` is what the book says of the line; empty where there is none that the person may see. `task_id` is the open
    task that keeps the household from a second one.
    """

    number: int
    wanted: Wanted
    verdict: Listed
    detail: str = ""
    task_id: str = ""
    row: Mapping[str, Any] | None = None


def list_month() -> Month:
    """The month that a list's tasks belong to: the one after the newest month of the book that was run."""
    month = latest_month(ASSIGNMENT)
    if month is None:
        raise DataError(
            "list.no_month",
            Text("账册里还没有跑过的月份，无法把名单变成任务", "no month of the book was run yet"),
            Text("先导入数据并运行 weixi run", "import the data and run weixi run first"),
        )
    return month.plus(1)


def content_of(rows: Sequence[Wanted], source: str) -> str:
    """The name of the list's content: the same rows of the same source have the same."""
    return fingerprint(
        source,
        *(
            "|".join([str(r.subscriber_id), r.kind, r.level, r.task_date.isoformat(), r.reason, r.note])
            for r in rows
        ),
    )


def judge(
    rows: Sequence[Wanted],
    *,
    sight: Sight,
    by: Collection[str] | None,
    month: Month,
    found: Mapping[int, Mapping[str, Any]],
) -> tuple[Judged, ...]:
    """What becomes of each row; nothing is written. `by` are the roles that must be held over the customer.

    None: the customer asked himself, whoever's he is, and the person who heard it passes it on.

    `found` is what `book_rows` gave for the list.

    Whose customer it is comes first: of another's nothing more is said. Then the hold-out, then silence, then tasks
    that are open already; of what is left the first row of a household makes its task and the others join it.
    """
    households: dict[str, list[int]] = {}
    for key, known in found.items():
        if _covers(sight, known, by):
            households.setdefault(str(known["household_key"]), []).append(key)
    at_desk = desk_of(households, month)
    taken: set[int] = set()
    started: set[str] = set()
    judged = []
    for number, row in enumerate(rows, start=1):
        line = found.get(row.subscriber_id)
        if line is None or not line["is_commercial"]:
            judged.append(Judged(number, row, Listed.UNKNOWN))
        elif not _covers(sight, line, by):
            judged.append(Judged(number, row, Listed.NOT_YOURS))
        else:
            one = _verdict(number, row, line, at_desk.get(str(line["household_key"])), taken, started)
            if one.verdict in (Listed.ADDED, Listed.FOLDED):
                started.add(str(line["household_key"]))
            taken.add(row.subscriber_id)
            judged.append(one)
    return tuple(judged)


def _covers(sight: Sight, line: Mapping[str, Any], by: Collection[str] | None) -> bool:
    place = Place(line["path"], line["unit_code"], line["owner_code"] or "", "")
    return by is None or sees(sight, place, by)


@dataclass(slots=True)
class AtDesk:
    """What the desk has of one household: is it held out, by what silenced, which task is open."""

    is_holdout: bool = False
    silence: str = ""
    task_id: str = ""
    state: str = ""


def _verdict(
    number: int,
    wanted: Wanted,
    line: Mapping[str, Any],
    desk: AtDesk | None,
    taken: set[int],
    started: set[str],
) -> Judged:
    if line["is_holdout"] or (desk is not None and desk.is_holdout):
        return Judged(number, wanted, Listed.HELD_OUT, row=line)
    silence = line["withdrawn_rule"] or (desk.silence if desk is not None else "")
    if silence:
        return Judged(number, wanted, Listed.SILENCED, detail=silence, row=line)
    if wanted.subscriber_id in taken:
        return Judged(number, wanted, Listed.REPEATED, row=line)
    if desk is not None and desk.task_id:
        return Judged(number, wanted, Listed.ALREADY_OPEN, detail=desk.state, task_id=desk.task_id, row=line)
    folded = str(line["household_key"]) in started
    return Judged(number, wanted, Listed.FOLDED if folded else Listed.ADDED, row=line)


def book_rows(subscribers: Collection[int], month: Month) -> dict[int, dict[str, Any]]:
    """What the book says of each line in the month before `month`: its standing, `path`, `msisdn` and `name`.

    A line that nobody looks after is left out. Number and name are in full: whoever keeps them masks them.
    """
    if not subscribers:
        return {}
    before = month.plus(-1)
    rows = standing(store(), playbook(), before, subscribers).to_pylist()
    paths = _paths(require_tree(store(), before).fingerprint, month)
    who = _identities({row["subscriber_id"] for row in rows}, month)
    found = {}
    for row in rows:
        if row["node_code"] is None or row["node_code"] not in paths:
            continue
        number, name = who.get(row["subscriber_id"], (None, None))
        found[int(row["subscriber_id"])] = {
            **row,
            "path": paths[row["node_code"]],
            "msisdn": number,
            "name": name,
        }
    return found


@lru_cache(maxsize=4)
def _paths(fingerprint: str, month: Month) -> dict[str, str]:
    """The paths of the tree of that fingerprint, which never changes."""
    return paths_of(tree_of(store(), month), iter(()))


def _identities(subscribers: Collection[int], month: Month) -> dict[int, tuple[str | None, str | None]]:
    """The newest number and name of each line until `month`."""
    known = [p for p in store().partitions(IDENTITY) if int(p.key["month"]) <= month.number]
    if not known:
        return {}
    pieces = Pipeline()
    pieces.add(
        "seen",
        """SELECT i.subscriber_id, i.month, i.msisdn, i.name FROM identity AS i
        JOIN named AS n ON n.subscriber_id = i.subscriber_id""",
    )
    pieces.add("newest", "SELECT subscriber_id, MAX(month) AS month FROM seen GROUP BY subscriber_id")
    text = pieces.text(
        """SELECT s.subscriber_id, s.msisdn, s.name FROM seen AS s
        JOIN newest AS m ON s.subscriber_id = m.subscriber_id AND s.month = m.month"""
    )
    with named_lines(store(), month, subscribers) as named:
        rows = store().rows(text, inputs={"identity": known, "named": named})
    return {int(row["subscriber_id"]): (row["msisdn"], row["name"]) for row in rows}


def desk_of(households: Mapping[str, Collection[int]], month: Month) -> dict[str, AtDesk]:
    """What the desk has of each household, given with its lines: by its key, or by a line that a task lists.

    A task of the month that is held out, at any desk's state, holds its household out. What somebody withdrew because
    the customer asked for no contact silences for good, a port-out for LASTING_MONTHS.
    """
    found: dict[str, AtDesk] = {}
    lines = {line: key for key, own in households.items() for line in own}
    silenced: dict[int, str] = {}
    for chunk in _chunks(sorted(households)):
        for row in _tasks(Q(household_key__in=chunk)):
            _enter(found.setdefault(row[1], AtDesk()), row, month, silenced, row[1])
    for some in _chunks(sorted(lines)):
        listed = TaskLine.objects.filter(subscriber_id__in=some).values_list("task_id", "subscriber_id")
        whose = {task: lines[line] for task, line in listed}
        for ids in _chunks(sorted(whose)):
            for row in _tasks(Q(id__in=ids)):
                _enter(found.setdefault(whose[row[0]], AtDesk()), row, month, silenced, whose[row[0]])
    for ids in _chunks(sorted(silenced)):
        reasons = TaskEvent.objects.filter(task_id__in=ids, act="WITHDRAW", reason__in=_SILENCING)
        for task, reason, at_month in reasons.values_list("task_id", "reason", "task__month"):
            lasting = Month.from_number(at_month).plus(LASTING_MONTHS) >= month
            if reason == WithdrawReason.DO_NOT_CONTACT or lasting:
                found[silenced[task]].silence = reason
    return found


_Row = tuple[int, str, str, str, int, bool, str]


def _tasks(condition: Q) -> Iterator[_Row]:
    """The tasks of that condition but those that ended in the archive."""
    found = Task.objects.filter(condition).exclude(state=TaskState.ARCHIVED, is_holdout=False)
    yield from found.values_list(
        "id", "household_key", "task_id", "state", "month", "is_holdout", "withdrawn_rule"
    ).order_by("id")


def _enter(desk: AtDesk, row: _Row, month: Month, silenced: dict[int, str], household: str) -> None:
    pk, _, task_id, state, number, is_holdout, rule = row
    desk.is_holdout |= is_holdout and number == month.number
    if state in _PENDING:
        desk.task_id, desk.state = task_id, state
    elif state == TaskState.WITHDRAWN:
        silenced[pk] = household
        if rule and number == month.number:
            desk.silence = rule


_PENDING = frozenset(shown_states(PENDING))
_SILENCING = tuple(reason.value for reason in SILENCING)


def _chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
