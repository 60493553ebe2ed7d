"""The tasks of a territory, filtered, page by page; whom they can be handed to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from weixi.desk.base.territory import under
from weixi.desk.dispatch.models import FunnelCount, FunnelCursor, FunnelTouch, Task, TaskEvent
from weixi.desk.dispatch.queries.queue import COLUMNS, QueueRow
from weixi.desk.dispatch.queries.scope import HIDDEN, Beside, ranked
from weixi.desk.dispatch.rules import READERS, ROLES, TaskAct, midnight
from weixi.desk.org.models import Node
from weixi.desk.org.queries import path_of_node
from weixi.desk.org.rules import Sight
from weixi.kernel.terms import OrgLevel

STEPS = ("issued", "claimed", "contacted", "handled", "verified", "called_back")
"""The states a task passes, from 下发 to 回访, by the moment that says so."""
UNIT_DEPTH = 4
"""Codes in the path of a care unit: province, city, county, unit."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list asks for; an empty text asks for nothing.

    `unit` and `owner` are codes of the tree, `unit` of any level; `issued` the business date of the issue: with it
    the list has tasks in every state, else the open ones; `is_held` those brought to a higher level. `step` is one of
    STEPS or `withdrawn`.
    """

    unit: str = ""
    owner: str = ""
    level: str = ""
    kind: str = ""
    is_overdue: bool = False
    is_held: bool = False
    issued: date | None = None
    step: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list; `after` continues it, None at the end: a rank (priority, or the moment due) and an id."""

    rows: tuple[QueueRow, ...]
    after: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Owner:
    """One person whom tasks can be handed to."""

    code: str
    name: str
    unit_name: str


def task_list(
    sight: Sight, wanted: Wanted, *, now: datetime, after: tuple[str, int] | None = None, limit: int = 50
) -> Listed:
    """The tasks of the subtrees that the person answers for: the weightiest first, overdue ones by how long.

    At most four statements. A unit outside those subtrees has no tasks.
    """
    paths = sight.paths_as(READERS)
    if wanted.unit:
        chosen = path_of_node(wanted.unit)
        paths = (chosen,) if chosen is not None and sight.covers_as(chosen, READERS) else ()
    if not wanted.unit and _reached_by_none(wanted, paths):
        return Listed((), None)
    if wanted.issued is not None:
        found = _issued(wanted, paths)
    else:
        found = ranked(Task.objects.filter(Q(is_held=True) if wanted.is_held else Q(is_open=True)), paths)
    if wanted.owner:
        found = found.filter(owner_code=wanted.owner)
    if wanted.level:
        found = found.filter(level=wanted.level)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.is_overdue:
        found = found.filter(due_at__lt=now)
    return _page(found, wanted, after, limit)


def owners_below(sight: Sight, *, near: str = "", limit: int = 200) -> tuple[Owner, ...]:
    """Whom the person can hand tasks over to: the owners of the subtrees, those of the unit at `near` alone.

    At most two statements.
    """
    paths = sight.paths_as(ROLES[TaskAct.HAND_OVER])
    if near:
        paths = (near,) if sight.covers_as(near, ROLES[TaskAct.HAND_OVER]) else ()
    condition = Q(pk__in=())
    for path in paths:
        condition |= Q(path__startswith=path)
    nodes = (
        Node.objects.filter(condition, level=OrgLevel.OWNER.value, is_current=True)
        .select_related("parent")
        .order_by("path")[:limit]
    )
    return tuple(Owner(n.code, n.name, n.parent.name if n.parent is not None else "") for n in nodes)


def units_below(sight: Sight, *, limit: int = 500) -> tuple[tuple[str, str], ...]:
    """The care units (code, name) of the subtrees that the person answers for. One statement."""
    condition = Q(pk__in=())
    for path in sight.paths_as(READERS):
        condition |= Q(path__startswith=path)
    found = Node.objects.filter(condition, level=OrgLevel.UNIT.value, is_current=True)
    return tuple(found.order_by("path").values_list("code", "name")[:limit])


def node_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of those nodes. One statement."""
    wanted = sorted({code for code in codes if code})
    return dict(Node.objects.filter(code__in=wanted).values_list("code", "name")) if wanted else {}


def _issued(wanted: Wanted, paths: tuple[str, ...]) -> QuerySet[Task]:
    """The tasks issued on the day that is asked for, however far they came; of a care unit by its own index."""
    if wanted.issued is None:
        return Task.objects.none()
    begins = midnight(wanted.issued)
    found = Task.objects.exclude(state__in=HIDDEN).alias(place=Beside(F("path")))
    found = found.filter(
        under("place", paths), issued_at__gte=begins, issued_at__lt=begins + timedelta(days=1)
    )
    if wanted.unit and all(path.count("/") == UNIT_DEPTH for path in paths):
        found = found.filter(unit_code=wanted.unit)
    if wanted.step == "withdrawn":
        return found.filter(state="WITHDRAWN")
    if wanted.step == "held":
        return found.filter(is_open=True).exclude(escalated_to="")
    if wanted.step in STEPS[1:]:
        return found.filter(**{f"{wanted.step}_at__isnull": False})
    return found


_ACTS = {
    "claimed": (TaskAct.CLAIM,),
    "contacted": (TaskAct.CONTACT,),
    "handled": (TaskAct.HANDLE,),
    "verified": (TaskAct.VERIFY,),
    "called_back": (TaskAct.CALL_BACK,),
    "withdrawn": (TaskAct.WITHDRAW,),
    "held": (TaskAct.ESCALATE,),
}
"""The acts by which a task comes to each step of a list."""


def _reached_by_none(wanted: Wanted, paths: tuple[str, ...]) -> bool:
    """Whether no task issued on the day came to the step: known by the counts, and by the acts since they were made.

    So that no list goes through all tasks of a city's day in vain.
    """
    acts = _ACTS.get(wanted.step)
    if wanted.issued is None or acts is None or any(path.count("/") > UNIT_DEPTH for path in paths):
        return False
    counted = FunnelCount.objects.filter(under("path", paths), issue_date=wanted.issued)
    if counted.filter(**{f"{wanted.step}_count__gt": 0}).exists():
        return False
    position = FunnelCursor.objects.filter(id=1).values_list("position", flat=True).first()
    if position is None or FunnelTouch.objects.exists():
        return False
    since = TaskEvent.objects.filter(id__gt=position, act__in=[act.value for act in acts])
    return not since.exists()


def _page(tasks: QuerySet[Task], wanted: Wanted, after: tuple[str, int] | None, limit: int) -> Listed:
    moment_field = "issued_at" if wanted.issued is not None else "due_at" if wanted.is_overdue else ""
    if moment_field:
        if after is not None:
            moment = datetime.fromisoformat(after[0])
            later = Q(**{f"{moment_field}__gt": moment}) | Q(**{moment_field: moment, "id__gt": after[1]})
            tasks = tasks.filter(later, **{f"{moment_field}__gte": moment})
        tasks = tasks.order_by(moment_field, "id")
    else:
        if after is not None:
            weight = int(after[0])
            tasks = tasks.filter(
                Q(priority__lt=weight) | Q(priority=weight, id__gt=after[1]), priority__lte=weight
            )
        tasks = tasks.order_by("-priority", "id")
    rows = tuple(QueueRow(*row) for row in tasks.values_list(*COLUMNS)[: limit + 1])
    if len(rows) <= limit:
        return Listed(rows, None)
    last = rows[limit - 1]
    if wanted.issued is not None:
        rank = last.issued_at.isoformat() if last.issued_at is not None else ""
    else:
        rank = last.due_at.isoformat() if wanted.is_overdue else str(last.priority)
    return Listed(rows[:limit], (rank, last.id))
