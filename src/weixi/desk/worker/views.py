"""Pages of `worker`: the jobs, one job's state as a fragment, calling one off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.org.requests import PersonRequest
from weixi.desk.worker import operations, queries
from weixi.desk.worker.rules import JobState


def jobs(request: PersonRequest) -> HttpResponse:
    """What people of the territory asked for, newest first, and the schedule; a fragment continues the list."""
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    page = queries.jobs(
        territory=request.territory,
        state=state,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
    )
    shown = {"page": page, "state": state, "states": list(JobState)}
    if request.headers.get("HX-Request") and before:
        return render(request, "worker/job_rows.html", shown)
    if any(path.count("/") == 1 for path in request.territory):
        shown |= {"schedule": queries.schedule_lines()}
    return render(request, "worker/jobs.html", shown | {"workers": queries.workers(now=timezone.now())})


def job_state(request: PersonRequest, job_id: int) -> HttpResponse:
    """One job's state as a fragment, which asks again while the job is active.

    With `then=reload` the page that shows it is loaded anew once the job has ended.
    """
    job = queries.job_line(job_id)
    then = "reload" if request.GET.get("then") == "reload" else ""
    shown = {"job": job, "then": then, "workers": queries.workers(now=timezone.now())}
    response = render(request, "worker/job_state.html", shown)
    if then and not job.is_active:
        response.headers["HX-Refresh"] = "true"
    return response


def cancel_job(request: PersonRequest, job_id: int) -> HttpResponse:
    """Call the job off."""
    state = operations.cancel(job_id=job_id, actor_id=request.user.id, now=timezone.now())
    if state is JobState.CANCELLED:
        messages.success(request, _("任务已取消。"))
    elif state is JobState.RUNNING:
        messages.success(request, _("已要求停止，任务会在当前步骤结束后停下。"))
    else:
        messages.error(request, _("任务已经结束，没有改变。"))
    return redirect(queries.job_line(job_id).address or "jobs")
