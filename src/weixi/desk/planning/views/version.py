"""The versions of the playbook: written by one, read and published by another."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.org.requests import PersonRequest
from weixi.desk.planning.operations import version as operations
from weixi.desk.planning.queries import versions as queries
from weixi.desk.planning.queries.living import data_month, trial_job, trial_key
from weixi.desk.planning.rules import EDITABLE, VersionState
from weixi.desk.planning.sources import marks, read
from weixi.desk.planning.views.answers import faults_of, refused
from weixi.desk.planning.views.trial import told
from weixi.desk.worker.queries import workers
from weixi.kernel.errors import FaultList, WeixiError
from weixi.playbook import SHIPPED, diff

IN_FORCE = "in_force"


def versions(request: PersonRequest) -> HttpResponse:
    """Every version of the territory, and the one in force."""
    shown = {
        "lines": queries.versions(paths=request.territory),
        "in_force": queries.current(),
        "shipped": SHIPPED,
    }
    return render(request, "planning/versions.html", shown)


def new_version(request: PersonRequest) -> HttpResponse:
    """A draft from the text in force, from a shipped playbook, or from another version."""
    base = request.POST.get("base", IN_FORCE)
    try:
        version_id = operations.draft(
            text=queries.base_text(base, request.territory),
            title=request.POST.get("title", ""),
            note=request.POST.get("note", ""),
            base=base,
            sight=request.sight,
            now=timezone.now(),
        )
    except WeixiError as fault:
        return refused(request, fault, "versions")
    return redirect("version", version_id=version_id)


def version(request: PersonRequest, version_id: int) -> HttpResponse:
    """One version: its text, what it changes as it is written and on the data, and who passed it."""
    return _page(request, version_id, {})


def write_version(request: PersonRequest, version_id: int) -> HttpResponse:
    """Another text of the draft; a wrong one stays in the form with its faults at their lines."""
    text = request.POST.get("text", "").replace("\r\n", "\n")
    title, note = request.POST.get("title", ""), request.POST.get("note", "")
    try:
        operations.write(
            version_id=version_id, text=text, title=title, note=note, sight=request.sight, now=timezone.now()
        )
    except FaultList as fault:
        typed: dict[str, object] = {"typed": text, "typed_title": title, "typed_note": note}
        wrong: dict[str, object] = {"marks": marks(text, faults_of(fault))}
        return _page(request, version_id, typed | wrong, status=422)
    except WeixiError as fault:
        return refused(request, fault, "version", version_id=version_id)
    messages.success(request, _("已检查并保存，没有问题。"))
    return redirect("version", version_id=version_id)


def propose_version(request: PersonRequest, version_id: int) -> HttpResponse:
    """Hand the version over to be read by another planner."""
    try:
        operations.propose(version_id=version_id, sight=request.sight, now=timezone.now())
    except WeixiError as fault:
        return refused(request, fault, "version", version_id=version_id)
    messages.success(request, _("已提交，等另一位方案策划审批。"))
    return redirect("version", version_id=version_id)


def publish_version(request: PersonRequest, version_id: int) -> HttpResponse:
    """Let the version hold from now on."""
    try:
        operations.publish(
            version_id=version_id,
            fingerprint=request.POST.get("fingerprint", ""),
            sight=request.sight,
            now=timezone.now(),
        )
    except WeixiError as fault:
        return refused(request, fault, "version", version_id=version_id)
    messages.success(request, _("已发布。下一次月度运行、工作台和命令行都按这一版。"))
    return redirect("version", version_id=version_id)


def reject_version(request: PersonRequest, version_id: int) -> HttpResponse:
    """Send the version back with a reason."""
    try:
        operations.reject(
            version_id=version_id,
            answer=request.POST.get("answer", ""),
            sight=request.sight,
            now=timezone.now(),
        )
    except WeixiError as fault:
        return refused(request, fault, "version", version_id=version_id)
    messages.success(request, _("已退回。"))
    return redirect("version", version_id=version_id)


def try_version(request: PersonRequest, version_id: int) -> HttpResponse:
    """Try the version out on the latest month."""
    try:
        operations.ask_trial(version=version_id, edits={}, sight=request.sight, now=timezone.now())
    except WeixiError as fault:
        return refused(request, fault, "version", version_id=version_id)
    return redirect("version", version_id=version_id)


def _page(
    request: PersonRequest, version_id: int, more: dict[str, object], status: int = 200
) -> HttpResponse:
    line = queries.version_line(version_id)
    month = data_month()
    job = trial_job(trial_key(month, line.text)) if month is not None else None
    is_author = line.author_id == request.user.id
    shown: dict[str, object] = {
        "line": line,
        "month": month,
        "changes": diff(read(queries.base_text(IN_FORCE, request.territory)), read(line.text)),
        "job": job,
        "trial": told(job),
        "is_author": is_author,
        "may_write": is_author and line.state in EDITABLE,
        "may_propose": is_author and line.state in EDITABLE,
        "may_publish": line.state is VersionState.PROPOSED and not is_author,
        "workers": workers(now=timezone.now()),
        "then": "reload",
    }
    return render(request, "planning/version.html", shown | more, status=status)
