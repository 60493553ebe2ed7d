"""The backend of django-tasks: a task that is enqueued becomes a job, and what a running task is handed.

django-tasks gives the function its decorator, its path and `enqueue`; the queue itself is the table of jobs.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskContext, TaskResult, TaskResultStatus
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError

from weixi.desk.worker.models import Job
from weixi.desk.worker.operations import request
from weixi.desk.worker.queries import kind_of, kinds
from weixi.desk.worker.rules import JobState, unknown
from weixi.kernel.language import Text

P = ParamSpec("P")
T = TypeVar("T")

_STATES = {
    JobState.QUEUED: TaskResultStatus.READY,
    JobState.RUNNING: TaskResultStatus.RUNNING,
    JobState.DONE: TaskResultStatus.SUCCESSFUL,
    JobState.FAILED: TaskResultStatus.FAILED,
    JobState.CANCELLED: TaskResultStatus.FAILED,
}

Tell = Callable[[Text, int, int], None]
"""Says the step, how much of it is done, and of how much (0: not known). Raises Stopped where the job is to end."""


class Stopped(Exception):
    """The job is to end before it is done: called off, taken over by another worker, or its worker ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobContext(TaskContext):
    """What a running job is handed: who asked, since when it runs, and how to say where it stands."""

    job_id: int
    actor: str
    actor_id: int | None
    path: str
    now: datetime
    tell: Tell = field(repr=False)


def work_of(context: TaskContext) -> JobContext:
    """The context of a task that a worker runs. Raises TypeError for one that was called otherwise."""
    if not isinstance(context, JobContext):
        raise TypeError("a job is run by a worker")
    return context


class JobBackend(BaseTaskBackend):
    """Tasks of django-tasks as rows of `Job`. A job's kind is the one that names the task's function."""

    supports_defer = True
    supports_get_result = True

    def enqueue(self, task: Task[P, T], args: Any, kwargs: Any) -> TaskResult[T]:
        """Put the task into the queue; the same call while it is active is one job."""
        self.validate_task(task)
        named = next((kind for kind in kinds().values() if kind.task == task.module_path), None)
        if named is None or args:
            raise unknown(task.module_path)
        job_id = request(
            kind=named.name,
            key=json.dumps(kwargs, sort_keys=True, ensure_ascii=False)[:200] if kwargs else "",
            parameters=kwargs,
            actor_id=None,
            path="",
            now=timezone.now(),
            not_before=task.run_after,
        )
        return result_of(task, Job.objects.get(id=job_id))

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """The job of that number as django-tasks tells it."""
        job = Job.objects.get(id=int(result_id))
        return result_of(task_of(job.kind), job)


def task_of(kind: str) -> Task[Any, Any]:
    """The function of that kind of job."""
    found = import_string(kind_of(kind).task)
    if not isinstance(found, Task):
        raise unknown(kind)
    return found


def result_of(task: Task[Any, T], job: Job) -> TaskResult[T]:
    """The job as django-tasks tells it."""
    state = JobState(job.state)
    told: TaskResult[T] = TaskResult(
        task=task,
        id=str(job.id),
        status=_STATES[state],
        enqueued_at=job.requested_at,
        started_at=job.started_at,
        last_attempted_at=job.heartbeat_at,
        finished_at=job.ended_at,
        args=[],
        kwargs=dict(job.parameters),
        backend=task.backend,
        errors=[TaskError(exception_class_path="weixi.kernel.errors.WeixiError", traceback=job.error_en)]
        if job.error_code
        else [],
        worker_ids=[job.worker] * job.attempt,
    )
    object.__setattr__(told, "_return_value", job.result)
    return told
