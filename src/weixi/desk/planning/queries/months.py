"""The months of the book, each with how far its work is."""

from dataclasses import dataclass

from weixi.desk.base.book import store
from weixi.desk.dispatch.queries.applied import applied_plans
from weixi.desk.worker.queries import JobLine, last_job
from weixi.flow.assessment import KPI
from weixi.flow.book import SUBSCRIBER_MONTH, month_state
from weixi.flow.cohort import COHORT
from weixi.flow.decision import PLAN
from weixi.kernel.period import Month
from weixi.kernel.terms import MonthState


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of the book: its lines, whether it is closed, was run, and what became of the plan it made."""

    month: Month
    plan_month: Month
    lines: int
    revision: int
    state: MonthState
    is_run: bool
    plan_tasks: int | None
    applied: int | None
    applied_of: int | None


@dataclass(frozen=True, slots=True)
class CohortLine:
    """One sealed population: its base month, its lines, its seal, its condition, and when it was sealed."""

    month: Month
    code: str
    lines: int
    seal: str
    fingerprint: str
    condition: str
    as_of: str
    created_at: str


def book_months(count: int = 24) -> tuple[MonthLine, ...]:
    """The latest months of the book, the latest first."""
    own = store()
    books = {int(p.key["month"]): p for p in own.partitions(SUBSCRIBER_MONTH)}
    plans = {int(p.key["month"]): p for p in own.partitions(PLAN)}
    run = {int(p.key["month"]) for p in own.partitions(KPI)}
    applied = {plan.month: plan for plan in reversed(applied_plans())}
    lines = []
    for number in sorted(books, reverse=True)[:count]:
        month = Month.from_number(number)
        plan_month = month.plus(1)
        plan, handed = plans.get(plan_month.number), applied.get(plan_month)
        lines.append(
            MonthLine(
                month,
                plan_month,
                books[number].manifest.rows,
                books[number].revision,
                month_state(own, month),
                number in run,
                plan.manifest.rows if plan is not None else None,
                handed.loaded_count if handed is not None else None,
                handed.task_count if handed is not None else None,
            )
        )
    return tuple(lines)


def run_job(month: Month) -> JobLine | None:
    """The last run of that month that somebody asked for."""
    return last_job(kind="planning.run", key=str(month))


def sealed_cohorts() -> tuple[CohortLine, ...]:
    """Every sealed population, the latest first."""
    found = [
        CohortLine(
            Month.from_number(int(p.key["month"])),
            str(p.key["cohort"]),
            p.manifest.rows,
            p.manifest.seal or "",
            p.fingerprint,
            str(p.manifest.note.get("condition", "")),
            str(p.manifest.note.get("as_of", "")),
            p.manifest.created_at,
        )
        for p in store().partitions(COHORT)
    ]
    return tuple(sorted(found, key=lambda line: (-line.month.index, line.code)))
