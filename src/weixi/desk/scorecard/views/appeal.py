"""剔除申诉: appeals filed, decided, and the restated figures beside the first."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.base.templatetags.desk import language
from weixi.desk.org.queries import path_of_node
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.operations import appeal as operations
from weixi.desk.scorecard.queries import appeal as queries
from weixi.desk.scorecard.queries.month import choose_month
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.desk.scorecard.rules.acts import DECIDERS, FILERS
from weixi.desk.scorecard.views.unit import FAULTS, told, unit_page
from weixi.kernel.errors import UsageError, WeixiError
from weixi.kernel.language import Text


def appeals(request: PersonRequest, code: str) -> HttpResponse:
    """The unit's appeals, open ones first, and its figures; on POST an appeal is filed, or what was typed is kept."""
    given = request.POST if request.method == "POST" else request.GET
    fault: WeixiError | None = None
    try:
        choice = choose_month(given.get("month", ""))
        month = choice.month
        if request.method == "POST":
            try:
                case = operations.file(
                    month=month,
                    code=code,
                    subscribers=request.POST.get("subscribers", ""),
                    evidence=request.POST.get("evidence", ""),
                    sight=request.sight,
                    actor=request.user.username,
                    now=timezone.now(),
                )
            except FAULTS as refused:
                fault = refused
            else:
                messages.success(request, _("已提交申诉 %(case)s，等上级裁定。") % {"case": case})
                return _back(code, str(month))
        page = queries.appeal_page(month, code)
        tree = tree_of(month)
    except FAULTS as refused:
        return unit_page(request, code, "appeals", refused)
    path = path_of_node(code) or ""
    shown = {
        "code": code,
        "place": tree.places.get(code),
        "way": tree.way(code, request.territory),
        "month": month,
        "months": choice.months,
        "page": page,
        "fault": fault,
        "subscribers": request.POST.get("subscribers", "") or request.GET.get("subscriber", ""),
        "evidence": request.POST.get("evidence", ""),
        "may_file": request.sight.covers_as(path, FILERS),
        "may_decide": request.sight.covers_as(path, DECIDERS),
        "me": request.user.username,
    }
    return render(request, "scorecard/appeals.html", shown)


def appeal_decide(request: PersonRequest, code: str, month: int, entry: int) -> HttpResponse:
    """Accept or reject a case."""
    try:
        if request.POST.get("decision") not in ("accept", "reject"):
            raise UsageError(
                "appeal.which",
                Text("没有写明同意还是驳回", "neither accepted nor rejected"),
                Text("点“同意剔除”或“驳回”", "choose one of the two"),
            )
        action = operations.decide(
            month=month,
            entry=entry,
            accept=request.POST["decision"] == "accept",
            why=request.POST.get("why", ""),
            sight=request.sight,
            actor=request.user.username,
            now=timezone.now(),
        )
    except FAULTS as fault:
        messages.error(request, told(fault))
    else:
        messages.success(request, _("已裁定：%(what)s。") % {"what": action.text.say(language())})
    return _back(code, request.POST.get("month", ""))


def _back(code: str, month: str) -> HttpResponse:
    address = reverse("appeals", kwargs={"code": code})
    return HttpResponseRedirect(f"{address}?month={month}" if month else address)
