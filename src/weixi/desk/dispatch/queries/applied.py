"""The plans that the desk has."""

from dataclasses import dataclass
from datetime import datetime

from weixi.desk.dispatch.models import AppliedPlan
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class AppliedLine:
    """One month's plan that was handed over: when, by whom, how much of it is in."""

    month: Month
    revision: int
    applied_at: datetime
    applied_by: str
    is_issued: bool
    is_complete: bool
    loaded_count: int
    task_count: int


def applied_plans(month: Month | None = None) -> tuple[AppliedLine, ...]:
    """The plans of months (of that one, or of all), the latest first."""
    found = AppliedPlan.objects.filter(day=None)
    if month is not None:
        found = found.filter(month=month.number)
    return tuple(
        AppliedLine(
            Month.from_number(plan.month),
            plan.revision,
            plan.applied_at,
            plan.applied_by,
            plan.is_issued,
            plan.completed_at is not None,
            plan.loaded_count,
            plan.task_count,
        )
        for plan in found.order_by("-month", "-revision")
    )
