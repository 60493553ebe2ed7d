"""Reads of `worker`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q

from weixi.desk.base.territory import under
from weixi.desk.worker.models import Job, Process, Slot
from weixi.desk.worker.rules import ACTIVE, LOST_SECONDS, Every, JobState, Kind, share, unknown
from weixi.kernel.language import Text

SIZE = 30


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job on a page; `who` is empty for the schedule, `share` in percent, 0 where it is not known."""

    job_id: int
    kind: str
    text: Text
    key: str
    state: JobState
    who: str
    address: str
    requested_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempt: int
    step: Text
    done: int
    total: int
    share: int
    is_active: bool
    is_cancel_asked: bool
    error: Text | None
    remedy: Text | None
    error_code: str
    error_where: str
    result: Any
    parameters: Any


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of jobs, newest first; `before` continues it, None at the end."""

    lines: tuple[JobLine, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One line of the schedule: when it is done, when it was last put into the queue, and the last job of it."""

    text: Text
    when: Text
    due_at: datetime | None
    last: JobLine | None


def kinds() -> dict[str, Kind]:
    """Every kind of job by name, as the apps declare them."""
    return {kind.name: kind for config in apps.get_app_configs() for kind in getattr(config, "jobs", ())}


def kind_of(name: str) -> Kind:
    """The kind of that name. Raises UsageError where there is none."""
    found = kinds().get(name)
    if found is None:
        raise unknown(name)
    return found


def schedule() -> tuple[Every, ...]:
    """Every line of the schedule, as the apps declare them."""
    return tuple(line for config in apps.get_app_configs() for line in getattr(config, "schedule", ()))


def path_of_job(job_id: int) -> str | None:
    """The territory of who asked for the job; None where there is none, or the schedule asked."""
    return Job.objects.filter(id=job_id).exclude(path="").values_list("path", flat=True).first()


def job_line(job_id: int) -> JobLine:
    """The job of that number."""
    return _line(Job.objects.select_related("requested_by").get(id=job_id))


def last_job(*, kind: str, key: str = "", territory: tuple[str, ...] | None = None) -> JobLine | None:
    """The newest job of that kind (and key), inside the territory where one is given."""
    found = Job.objects.filter(kind=kind).select_related("requested_by")
    if key:
        found = found.filter(key=key)
    if territory is not None:
        found = found.filter(under("path", territory))
    job = found.order_by("-id").first()
    return None if job is None else _line(job)


def jobs(*, territory: tuple[str, ...], state: str = "", before: int | None = None) -> JobPage:
    """What people of the territory asked for, newest first."""
    found = Job.objects.filter(under("path", territory)).select_related("requested_by")
    if state in set(JobState):
        found = found.filter(state=state)
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found.order_by("-id")[: SIZE + 1])
    lines = tuple(_line(job) for job in rows[:SIZE])
    return JobPage(lines, lines[-1].job_id if len(rows) > SIZE else None)


def schedule_lines() -> tuple[ScheduleLine, ...]:
    """The schedule with the last job of each line."""
    names = [line.kind for line in schedule()]
    due = dict(Slot.objects.filter(kind__in=names).values_list("kind", "due_at"))
    latest: dict[str, Job] = {}
    newest = Job.objects.filter(kind__in=names, path="").order_by("-id")[: 40 * len(names)]
    for job in newest:
        latest.setdefault(job.kind, job)
    return tuple(
        ScheduleLine(
            kind_of(line.kind).text,
            line.text,
            due.get(line.kind),
            _line(latest[line.kind]) if line.kind in latest else None,
        )
        for line in schedule()
    )


def workers(*, now: datetime) -> int:
    """How many worker processes are alive."""
    return Process.objects.filter(seen_at__gt=now - timedelta(seconds=LOST_SECONDS)).count()


def waiting() -> int:
    """How many jobs are still to be done."""
    return Job.objects.filter(Q(state__in=[state.value for state in ACTIVE])).count()


def _line(job: Job) -> JobLine:
    kind, state = kinds().get(job.kind), JobState(job.state)
    failed = bool(job.error_code)
    return JobLine(
        job_id=job.id,
        kind=job.kind,
        text=kind.text if kind is not None else Text(job.kind, job.kind),
        key=job.key,
        state=state,
        who=job.requested_by.shown_name if job.requested_by_id is not None else "",
        address=job.address,
        requested_at=job.requested_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        attempt=job.attempt,
        step=Text(job.step_zh, job.step_en),
        done=job.done_count,
        total=job.total_count,
        share=share(job.done_count, job.total_count),
        is_active=state in ACTIVE,
        is_cancel_asked=job.is_cancel_asked,
        error=Text(job.error_zh, job.error_en) if failed else None,
        remedy=Text(job.remedy_zh, job.remedy_en) if failed else None,
        error_code=job.error_code,
        error_where=job.error_where,
        result=job.result,
        parameters=job.parameters,
    )
