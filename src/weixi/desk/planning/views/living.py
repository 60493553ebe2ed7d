"""The living plan: change a number and see who it moves and what it costs."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from weixi.desk.base.templatetags.desk import language
from weixi.desk.org.requests import PersonRequest
from weixi.desk.planning.operations import version as operations
from weixi.desk.planning.queries import living as queries
from weixi.desk.planning.queries.versions import current, path_of_version, version_line
from weixi.desk.planning.sources import marks
from weixi.desk.planning.views.answers import faults_of
from weixi.desk.planning.views.trial import told
from weixi.desk.worker.queries import JobLine, job_line, path_of_job, workers
from weixi.desk.worker.rules import JobState
from weixi.kernel.errors import WeixiError

PREFIX = "figure:"


def living(request: PersonRequest) -> HttpResponse:
    """The plan in force, or a version of it, sentence by sentence."""
    return _page(request, {}, {})


def living_counts(request: PersonRequest) -> HttpResponse:
    """The count beside each sentence, as fragments for their places."""
    month = queries.data_month()
    counts = queries.live_counts(month) if month is not None else None
    return render(request, "planning/living_counts.html", {"counts": counts, "month": month})


def living_try(request: PersonRequest) -> HttpResponse:
    """Try the figures out: the job that does it, or what is wrong with them."""
    edits = _edits(request)
    part = request.headers.get("HX-Request")
    try:
        job_id = operations.ask_trial(
            version=_version(request), edits=edits, sight=request.sight, now=timezone.now()
        )
    except WeixiError as fault:
        found = marks(_text(request, {}), faults_of(fault))
        if part:
            return render(request, "planning/trial.html", {"marks": found})
        return _page(request, edits, {"marks": found}, status=422)
    if part:
        return _trial(request, job_id)
    job = job_line(job_id)
    return _page(request, edits, {"job": job, "trial": told(job), "reworded": dict(_reworded(job))})


def living_result(request: PersonRequest) -> HttpResponse:
    """The trial of that job as a fragment, with the new count for each sentence once it is done."""
    job = request.GET.get("job", "")
    job_id = int(job) if job.isdecimal() and len(job) < 19 else 0
    where = path_of_job(job_id)
    if where is None or not where.startswith(request.territory) or job_line(job_id).kind != "planning.try":
        return HttpResponse(status=404)
    return _trial(request, job_id)


def living_save(request: PersonRequest) -> HttpResponse:
    """Keep the figures as a draft: a new version, or the author's own that is open."""
    edits, version_id = _edits(request), _version(request)
    note, title = request.POST.get("note", ""), request.POST.get("title", "")
    try:
        text = queries.text_of(version_id, edits)
        line = version_line(version_id) if version_id is not None else None
        if line is not None and line.author_id == request.user.id and line.state in ("DRAFT", "REJECTED"):
            operations.write(
                version_id=line.version_id,
                text=text,
                title=title or line.title,
                note=note or line.note,
                sight=request.sight,
                now=timezone.now(),
            )
            return redirect("version", version_id=line.version_id)
        made = operations.draft(
            text=text,
            title=title,
            note=note,
            base=str(line.number) if line is not None else "in_force",
            sight=request.sight,
            now=timezone.now(),
        )
    except WeixiError as fault:
        found = marks(_text(request, {}), faults_of(fault))
        return _page(request, edits, {"marks": found}, status=422)
    return redirect("version", version_id=made)


def _trial(request: PersonRequest, job_id: int) -> HttpResponse:
    job = job_line(job_id)
    shown = {
        "job": job,
        "trial": told(job),
        "reworded": _reworded(job),
        "workers": workers(now=timezone.now()),
        "is_part": True,
    }
    return render(request, "planning/trial.html", shown)


def _reworded(job: JobLine) -> tuple[tuple[int, queries.Sentence], ...]:
    """The sentences that the trial says otherwise; none while it runs."""
    if job.state is not JobState.DONE:
        return ()
    version, edits = job.parameters["version"], job.parameters["edits"]
    try:
        texts = queries.text_of(version, {}), queries.text_of(version, edits)
    except WeixiError:  # the version was changed since
        return ()
    own, tried = (queries.living_plan(text, language()) for text in texts)
    return queries.reworded(own, tried)


def _page(
    request: PersonRequest, edits: dict[str, str], more: dict[str, object], status: int = 200
) -> HttpResponse:
    version_id = _version(request)
    shown: dict[str, object] = {
        "plan": queries.living_plan(_text(request, {}), language()),
        "version": version_line(version_id) if version_id is not None else None,
        "in_force": current(),
        "month": queries.data_month(),
        "edits": edits,
        "workers": workers(now=timezone.now()),
    }
    return render(request, "planning/living.html", shown | more, status=status)


def _text(request: PersonRequest, edits: dict[str, str]) -> str:
    return queries.text_of(_version(request), edits)


def _version(request: PersonRequest) -> int | None:
    """The version that the page shows, inside the territory; None: the one in force."""
    asked = request.POST.get("version", "") or request.GET.get("version", "")
    version_id = int(asked) if asked.isdecimal() and len(asked) < 10 else None
    where = path_of_version(version_id) if version_id is not None else None
    return version_id if where is not None and where.startswith(request.territory) else None


def _edits(request: PersonRequest) -> dict[str, str]:
    """The figures that differ from what they were when the page was made: a figure may stand in several sentences."""
    edits = {}
    for field in request.POST:
        if field.startswith(PREFIX):
            before = request.POST.get(f"was:{field.removeprefix(PREFIX)}", "")
            changed = [typed.strip() for typed in request.POST.getlist(field) if typed.strip() != before]
            if changed:
                edits[field.removeprefix(PREFIX)] = changed[-1]
    return edits
