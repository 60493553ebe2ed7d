"""What a worker does to the job that it holds. Every write names the worker and the attempt: whoever lost it fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from weixi.desk.base.remedy import remedy_of
from weixi.desk.worker.models import Job, Process
from weixi.desk.worker.rules import ATTEMPTS, RETRY_SECONDS, JobState, Parameters, lost
from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Held:
    """One job in the hands of one worker; `actor` is the staff number of who asked, "schedule" for the schedule."""

    job_id: int
    kind: str
    key: str
    parameters: Parameters
    actor: str
    actor_id: int | None
    path: str
    attempt: int
    worker: str


def take(*, worker: str, now: datetime) -> Held | None:
    """The oldest job that waits, now held by the worker; None where none waits. No two take the same one."""
    waiting = Job.objects.filter(state=JobState.QUEUED.value, not_before__lte=now)
    for job_id in waiting.order_by("not_before", "id").values_list("id", flat=True)[:20]:
        job = Job.objects.select_related("requested_by").get(id=job_id)
        if job.is_cancel_asked:
            # Called off while it ran, then lost or put back.
            Job.objects.filter(id=job_id, state=JobState.QUEUED.value).update(
                state=JobState.CANCELLED.value, ended_at=now
            )
            continue
        taken = Job.objects.filter(id=job_id, state=JobState.QUEUED.value, attempt=job.attempt).update(
            state=JobState.RUNNING.value,
            worker=worker,
            heartbeat_at=now,
            started_at=job.started_at or now,
            attempt=job.attempt + 1,
        )
        if taken:
            asked = job.requested_by
            return Held(
                job_id,
                job.kind,
                job.key,
                job.parameters,
                asked.username if asked is not None else "schedule",
                job.requested_by_id,
                job.path,
                job.attempt + 1,
                worker,
            )
    return None


def beat(*, held: Held, now: datetime) -> bool:
    """A sign of life; False where the job is no longer this worker's."""
    return _own(held).update(heartbeat_at=now) == 1


def tell(*, held: Held, now: datetime, step: Text, done: int, total: int) -> bool:
    """Say how far the job is; False where it is no longer this worker's."""
    told = _own(held).update(
        heartbeat_at=now,
        step_zh=step.zh[:200],
        step_en=step.en[:200],
        done_count=max(0, done),
        total_count=max(0, total),
    )
    return told == 1


def is_cancelled(*, held: Held) -> bool:
    """Whether somebody called the job off."""
    return _own(held).filter(is_cancel_asked=True).exists()


def finish(*, held: Held, result: Parameters, now: datetime) -> bool:
    """The job is done, with what it says."""
    return _own(held).update(state=JobState.DONE.value, ended_at=now, result=dict(result), **_NO_ERROR) == 1


def fail(*, held: Held, fault: WeixiError, now: datetime) -> bool:
    """The job failed; one whose fault may pass is begun again later, up to the bound."""
    if not fault.permanent and held.attempt < ATTEMPTS:
        later = now + timedelta(seconds=RETRY_SECONDS)
        return _own(held).update(state=JobState.QUEUED.value, worker="", not_before=later) == 1
    return _own(held).update(state=JobState.FAILED.value, ended_at=now, **_error(fault)) == 1


def give_back(*, held: Held, is_cancel: bool, now: datetime) -> bool:
    """The job was left off: called off by somebody, or back into the queue because its worker ends."""
    if is_cancel:
        return _own(held).update(state=JobState.CANCELLED.value, ended_at=now) == 1
    return _own(held).update(state=JobState.QUEUED.value, worker="", attempt=held.attempt - 1) == 1


def reap(*, now: datetime, lost_after: float) -> Sequence[int]:
    """Jobs whose worker said nothing for so many seconds go back into the queue, or fail after the last attempt."""
    silent = Job.objects.filter(
        state=JobState.RUNNING.value, heartbeat_at__lt=now - timedelta(seconds=lost_after)
    )
    found = []
    for job_id, worker, attempt in silent.values_list("id", "worker", "attempt"):
        held = silent.filter(id=job_id, worker=worker, attempt=attempt)
        if attempt >= ATTEMPTS:
            changed = held.update(state=JobState.FAILED.value, ended_at=now, **_error(lost(attempt)))
        else:
            changed = held.update(state=JobState.QUEUED.value, worker="", not_before=now)
        if changed:
            found.append(job_id)
    return found


def say_alive(*, worker: str, now: datetime) -> None:
    """The worker process is there."""
    Process.objects.update_or_create(
        name=worker, defaults={"seen_at": now}, create_defaults={"seen_at": now, "started_at": now}
    )


def say_ended(*, worker: str) -> None:
    """The worker process ends."""
    Process.objects.filter(name=worker).delete()


def _own(held: Held) -> QuerySet[Job]:
    return Job.objects.filter(
        id=held.job_id, state=JobState.RUNNING.value, worker=held.worker, attempt=held.attempt
    )


def _error(fault: WeixiError) -> dict[str, str]:
    remedy = remedy_of(fault)
    return {
        "error_code": fault.code[:64],
        "error_where": fault.where,
        "error_zh": fault.what.zh,
        "error_en": fault.what.en,
        "remedy_zh": remedy.zh,
        "remedy_en": remedy.en,
    }


_NO_ERROR = dict.fromkeys(("error_code", "error_where", "error_zh", "error_en", "remedy_zh", "remedy_en"), "")
