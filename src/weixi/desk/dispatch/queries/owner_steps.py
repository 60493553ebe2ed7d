"""How far one owner's tasks came: the counts of the funnel are kept by unit, so an owner's are read off the tasks."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from weixi.desk.dispatch.models import Task
from weixi.desk.dispatch.queries.team import STEPS
from weixi.desk.dispatch.rules import midnight


@dataclass(frozen=True, slots=True)
class OwnerSteps:
    """The tasks of one owner that were issued in a period: each step with how many came to it, in order.

    `withdrawn_count` did not go on; `held_count` are open at a higher level, to which they were escalated.
    """

    steps: tuple[tuple[str, int], ...]
    withdrawn_count: int
    held_count: int


def owner_steps(unit_code: str, owner_code: str, start: date, end: date) -> OwnerSteps:
    """Of the tasks issued on the business dates from `start` up to, not including, `end`; no owner: the unit's pool.

    One statement, by the index of the unit's tasks by their day. The owners of a unit and its pool sum up to what the
    funnel counts of the unit.
    """
    row = Task.objects.filter(
        unit_code=unit_code,
        issued_at__gte=midnight(start),
        issued_at__lt=midnight(end),
        owner_code=owner_code,
    ).aggregate(
        **{step: Count(f"{step}_at") for step in STEPS},
        withdrawn=Count("id", filter=Q(state="WITHDRAWN")),
        held=Count("id", filter=Q(is_open=True) & ~Q(escalated_to="")),
    )
    return OwnerSteps(tuple((step, row[step]) for step in STEPS), row["withdrawn"], row["held"])
