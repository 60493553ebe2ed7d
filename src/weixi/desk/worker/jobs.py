"""Jobs of `worker` itself."""

from django_tasks import TaskContext, task

from weixi.desk.worker.backend import work_of
from weixi.desk.worker.operations import tidy as clear


@task(takes_context=True)
def tidy(context: TaskContext) -> dict[str, int]:
    """Clear what is over: sessions, old jobs of the schedule."""
    sessions, jobs = clear(now=work_of(context).now)
    return {"sessions": sessions, "jobs": jobs}
