"""下达指标: a unit's sheet, its versions, issuing, signing, and the paper to sign."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.base.book import playbook
from weixi.desk.base.templatetags.desk import language
from weixi.desk.org.queries import path_of_node, roots_of
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.operations import target as operations
from weixi.desk.scorecard.queries import target as queries
from weixi.desk.scorecard.queries.month import assessed_months
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.desk.scorecard.rules.acts import ISSUERS, READERS, SIGNERS
from weixi.desk.scorecard.rules.target import typed
from weixi.desk.scorecard.views.target_paper import paper
from weixi.desk.scorecard.views.unit import FAULTS, told, unit_page
from weixi.flow.assessment import KPI_NAMES, NodeChange, Split, WhatIf
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel


def target_roots(request: PersonRequest) -> HttpResponse:
    """The units whose targets the person sees; straight to the one where there is one."""
    roots = roots_of(seen=request.sight, roles=frozenset(READERS))
    if len(roots) == 1:
        return redirect("targets", code=roots[0].code)
    return render(request, "scorecard/roots.html", {"roots": roots, "page": "targets"})


def targets(request: PersonRequest, code: str) -> HttpResponse:
    """The unit's targets beside the sum of its children, every version, and who signed."""
    try:
        page = queries.target_page(
            code=code,
            month=request.GET.get("month", ""),
            version=request.GET.get("version", ""),
            territory=request.territory,
        )
    except FAULTS as fault:
        return unit_page(request, code, "targets", fault)
    path = path_of_node(code) or ""
    top = path_of_node(page.top.code) or ""
    shown = {
        "page": page,
        "code": code,
        "kpi_names": KPI_NAMES,
        "signed": page.version.acknowledged.get(code),
        "may_sign": page.is_newest and request.sight.covers_as(path, SIGNERS),
        "may_issue": request.sight.covers_as(top, ISSUERS),
        "OWNER": OrgLevel.OWNER,
    }
    return render(request, "scorecard/targets.html", shown)


def target_issue(request: PersonRequest, code: str) -> HttpResponse:
    """The form that issues a version for the whole tree; `act=try` shows what it would change and writes nothing."""
    given = request.POST if request.method == "POST" else request.GET
    fault, found = None, None
    try:
        months = _issue_months()
        month = Month.parse(given["month"]) if given.get("month") else months[0]
        tree = tree_of(month)
    except FAULTS as refused:
        return unit_page(request, code, "targets", refused)
    actor, now = request.user.username, timezone.now()
    if request.method == "POST":
        try:
            wish = typed(request.POST.dict(), tuple(kpi.kpi for kpi in playbook().kpis))
            if request.POST.get("act") == "try":
                found = operations.try_targets(
                    month=month, typed=wish, sight=request.sight, actor=actor, now=now
                )
            else:
                reason = request.POST.get("reason", "")
                made = operations.issue(
                    month=month, typed=wish, reason=reason, sight=request.sight, actor=actor, now=now
                )
                said = (
                    _("已有相同的第 %(n)s 版，没有重复下达。") if made.was_there else _("已下达第 %(n)s 版。")
                )
                messages.success(request, said % {"n": made.version})
                return HttpResponseRedirect(_sheet_address(tree.top.code, month))
        except FAULTS as refused:
            fault = refused
    shown = {
        "code": code,
        "month": month,
        "months": months,
        "kpis": [
            (
                kpi,
                KPI_NAMES[kpi.kpi],
                *(given.get(f"{name}_{kpi.kpi}", "") for name in ("split", "rate", "total")),
            )
            for kpi in playbook().kpis
        ],
        "splits": list(Split),
        "given": given,
        "fault": fault,
        "found": found,
        "changes": _changes(found, tree.top.code) if found is not None else (),
        "top": tree.top,
    }
    return render(request, "scorecard/target_issue.html", shown)


def target_sign(request: PersonRequest, code: str) -> HttpResponse:
    """Sign for the version in the name of the unit; twice is once."""
    month_text, version = request.POST.get("month", ""), request.POST.get("version", "")
    try:
        month = Month.parse(month_text)
        is_new = operations.sign(
            month=month,
            version=int(version) if version.isascii() and version.isdecimal() and len(version) < 6 else 0,
            code=code,
            remark=request.POST.get("remark", ""),
            sight=request.sight,
            actor=request.user.username,
            now=timezone.now(),
        )
    except FAULTS as fault:
        messages.error(request, told(fault))
        return redirect("targets", code=code)
    messages.success(request, _("已签收。") if is_new else _("您已经签收过这一版。"))
    return HttpResponseRedirect(_sheet_address(code, month))


def target_pdf(request: PersonRequest, code: str) -> HttpResponse:
    """The sheet of one unit for signing, as a PDF that prints on A4; without targets, back to the page."""
    try:
        page = queries.target_page(
            code=code,
            month=request.GET.get("month", ""),
            version=request.GET.get("version", ""),
            territory=request.territory,
        )
    except FAULTS:
        return redirect("targets", code=code)
    response = HttpResponse(paper(page, language()), content_type="application/pdf")
    name = f"targets-{page.month}-{code}-v{page.version.version}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _issue_months() -> tuple[Month, ...]:
    """The months that targets can be issued for: the one after the newest there is, then those there are."""
    known = sorted({*queries.target_months(), *assessed_months()}, reverse=True)
    return (known[0].plus(1), *known) if known else (Month.containing(timezone.localdate()),)


def _changes(found: WhatIf, top: str) -> list[tuple[Text, list[NodeChange]]]:
    """KPI by KPI in the plan's order, the changes at the top, then at the nodes right below."""
    shown = [change for change in found.changes if top in (change.node_code, change.parent_code)]
    shown.sort(key=lambda change: change.node_code != top)
    return [
        (KPI_NAMES[each.kpi], [change for change in shown if change.kpi == each.kpi])
        for each in playbook().kpis
        if any(change.kpi == each.kpi for change in shown)
    ]


def _sheet_address(code: str, month: Month) -> str:
    return f"{reverse('targets', kwargs={'code': code})}?month={month}"
