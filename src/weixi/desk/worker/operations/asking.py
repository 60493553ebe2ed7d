"""Asking for a job, and calling it off."""

from datetime import datetime

from django.db import IntegrityError, transaction

from weixi.desk.audit.operations import record
from weixi.desk.worker.models import Job
from weixi.desk.worker.queries import kind_of
from weixi.desk.worker.rules import ACTIVE, JobState, Parameters

_ACTIVE = sorted(state.value for state in ACTIVE)


def request(
    *,
    kind: str,
    key: str,
    parameters: Parameters,
    actor_id: int | None,
    path: str,
    now: datetime,
    address: str = "",
    not_before: datetime | None = None,
) -> int:
    """Put a job into the queue and return its number; while one of that kind and key is active, that one's.

    Raises UsageError where there is no such kind.
    """
    kind_of(kind)
    try:
        with transaction.atomic():
            there = _active(kind, key)
            if there is not None:
                return there
            job = Job.objects.create(
                kind=kind,
                key=key,
                parameters=dict(parameters),
                requested_by_id=actor_id,
                requested_at=now,
                path=path,
                address=address,
                not_before=not_before or now,
            )
            if actor_id is not None:
                record(
                    actor_id=actor_id,
                    act="worker.request",
                    subject=f"job:{job.id}",
                    detail={"kind": kind_of(kind).text.zh, "key": key},
                    now=now,
                    path=path,
                )
            return job.id
    except IntegrityError:
        # Two asked at the same moment: the other's is in.
        there = _active(kind, key)
        if there is None:
            raise
        return there


@transaction.atomic
def cancel(*, job_id: int, actor_id: int, now: datetime) -> JobState:
    """Call the job off: at once while it waits, at its next step while it runs; ended ones stay as they are."""
    job = Job.objects.select_for_update().get(id=job_id)
    state = JobState(job.state)
    if state not in ACTIVE or job.is_cancel_asked:
        return state
    if state is JobState.QUEUED:
        Job.objects.filter(id=job_id).update(
            state=JobState.CANCELLED.value, ended_at=now, is_cancel_asked=True
        )
    else:
        Job.objects.filter(id=job_id).update(is_cancel_asked=True)
    record(
        actor_id=actor_id,
        act="worker.cancel",
        subject=f"job:{job_id}",
        detail={"kind": kind_of(job.kind).text.zh, "key": job.key},
        now=now,
        path=job.path,
    )
    return JobState.CANCELLED if state is JobState.QUEUED else state


def _active(kind: str, key: str) -> int | None:
    found = Job.objects.filter(kind=kind, key=key, state__in=_ACTIVE)
    return found.values_list("id", flat=True).first()
