"""Pages of who answers for tasks: the open ones, the overdue, one with its history, several handed over."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.base.book import playbook
from weixi.desk.base.templatetags.desk import language
from weixi.desk.dispatch.operations import lead
from weixi.desk.dispatch.operations.many import hand_over_many
from weixi.desk.dispatch.queries.brief import work_card
from weixi.desk.dispatch.queries.team import STEPS, Wanted, node_names, owners_below, task_list, units_below
from weixi.desk.dispatch.rules import (
    HUMAN_REASONS,
    READERS,
    ROLES,
    Refused,
    TaskAct,
    TaskState,
    WithdrawReason,
)
from weixi.desk.dispatch.views.reply import call_of, day_of, is_part, names_of, new_call, tell
from weixi.desk.org.requests import PersonRequest
from weixi.kernel.terms import WarningLevel


def tasks(request: PersonRequest) -> HttpResponse:
    """The tasks of the person's territory, filtered; a part continues the list."""
    wanted = _wanted(request)
    rank, _comma, last = request.GET.get("after", "").rpartition(",")
    after = (rank, int(last)) if rank and last.isdecimal() and len(last) < 19 else None
    try:
        listed = task_list(request.sight, wanted, now=timezone.now(), after=after)
    except ValueError:  # a rank that no page of ours gave
        listed = task_list(request.sight, wanted, now=timezone.now())
    asked = _asked(wanted)
    names = names_of(playbook())
    shown: dict[str, object] = {
        "listed": listed,
        "asked": wanted,
        "more": urlencode({**asked, "after": f"{listed.after[0]},{listed.after[1]}"}) if listed.after else "",
        "here": urlencode(asked),
        "names": names,
        "people": node_names(row.owner_code for row in listed.rows),
        "now": timezone.now(),
        "may_hand_over": bool(request.sight.paths_as(ROLES[TaskAct.HAND_OVER])),
    }
    if is_part(request):
        return render(request, "dispatch/task_rows.html", shown)
    shown |= {
        "units": units_below(request.sight),
        "owners": owners_below(request.sight),
        "levels": tuple(WarningLevel),
        "steps": STEPS,
        "call": new_call(),
    }
    return render(request, "dispatch/tasks.html", shown)


def hand_over_chosen(request: PersonRequest) -> HttpResponse:
    """Give the ticked tasks to one colleague; what could not be given is said with its reason."""
    back = request.POST.get("here", "")
    try:
        many = hand_over_many(
            task_ids=request.POST.getlist("task")[:500],
            sight=request.sight,
            owner_code=request.POST.get("owner", ""),
            call_id=call_of(request),
            now=timezone.now(),
            note=request.POST.get("note", "")[:500],
        )
    except Refused as fault:
        tell(request, fault)
    else:
        if many.done_count:
            messages.success(request, _("已转派 %(n)s 个任务。") % {"n": many.done_count})
        if many.refused:
            first = many.refused[0][1]
            said = _("%(n)s 个没有转派：%(why)s") % {
                "n": len(many.refused),
                "why": f"{first.what.say(language())} {first.remedy.say(language())}",
            }
            messages.error(request, said)
    return redirect(f"{reverse('tasks')}?{back}" if back else "tasks")


def task(request: PersonRequest, task_id: str) -> HttpResponse:
    """One task with everything that was done to it, and what the person may do."""
    card = work_card(request.sight, task_id, playbook(), timezone.now())
    if card is None:
        raise Http404
    unit = card.card.path.rstrip("/").rsplit("/", 1)[0] + "/" if card.card.owner_code else card.card.path
    shown = {
        "work": card,
        "people": node_names((card.card.owner_code, card.card.unit_code)),
        "owners": owners_below(request.sight, near=unit)
        if card.may(TaskAct.HAND_OVER) and card.is_open
        else (),
        "reasons": HUMAN_REASONS,
        "may_hand_over": card.may(TaskAct.HAND_OVER) and card.is_open,
        "may_escalate": card.may(TaskAct.ESCALATE) and card.is_open,
        "may_withdraw": card.may(TaskAct.WITHDRAW)
        and card.card.state not in (TaskState.ARCHIVED, TaskState.WITHDRAWN),
        "may_archive": card.may(TaskAct.ARCHIVE) and card.card.state is TaskState.CALLED_BACK,
        "may_work": card.may(TaskAct.CONTACT) and card.is_open,
        "call": new_call(),
    }
    return render(request, "dispatch/task.html", shown)


def act(request: PersonRequest, task_id: str) -> HttpResponse:
    """Hand over, escalate, withdraw or archive one task."""
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "").strip()[:500]
    sight, call_id, now = request.sight, call_of(request), timezone.now()
    try:
        if verb == "hand_over":
            owner = request.POST.get("owner", "")
            lead.hand_over(
                task_id=task_id, sight=sight, owner_code=owner, call_id=call_id, now=now, note=note
            )
        elif verb == "withdraw":
            given = request.POST.get("reason", "")
            reason = WithdrawReason(given) if given in set(WithdrawReason) else WithdrawReason.RULE
            lead.withdraw(task_id=task_id, sight=sight, reason=reason, call_id=call_id, now=now, note=note)
        elif verb == "archive":
            lead.archive(task_id=task_id, sight=sight, call_id=call_id, now=now)
        else:
            lead.escalate(task_id=task_id, sight=sight, call_id=call_id, now=now, note=note)
    except Refused as fault:
        tell(request, fault)
    else:
        messages.success(request, _("已登记。"))
    return redirect("task", task_id=task_id) if request.sight.paths_as(READERS) else redirect("workbench")


def _wanted(request: PersonRequest) -> Wanted:
    given = {name: request.GET.get(name, "")[:64] for name in ("unit", "owner", "level", "kind", "step")}
    return Wanted(
        **given,
        is_overdue=request.GET.get("overdue") == "1",
        is_held=request.GET.get("held") == "1",
        issued=day_of(request.GET.get("issued", "")),
    )


def _asked(wanted: Wanted) -> dict[str, str]:
    asked = {name: getattr(wanted, name) for name in ("unit", "owner", "level", "kind", "step")}
    if wanted.is_overdue:
        asked["overdue"] = "1"
    if wanted.is_held:
        asked["held"] = "1"
    if wanted.issued is not None:
        asked["issued"] = wanted.issued.isoformat()
    return {name: value for name, value in asked.items() if value}
