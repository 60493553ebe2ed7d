"""未达清单: who keeps a figure from being better, with the reason of each."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from weixi.desk.base.templatetags.desk import language
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.operations.taking import take_list
from weixi.desk.scorecard.queries import miss as queries
from weixi.desk.scorecard.queries.cut import sheet
from weixi.desk.scorecard.queries.standing import asked_month, assessed_kpis, assessed_months, tree_of
from weixi.desk.scorecard.rules.acts import FILERS
from weixi.desk.scorecard.views.unit import FAULTS, csv_answer, start_of, unit_page
from weixi.flow.assessment import KPI_NAMES
from weixi.kernel.errors import WeixiError


def misses(request: PersonRequest, code: str) -> HttpResponse:
    """The misses of one KPI at the unit: how many for which reason, then one by one."""
    try:
        months = assessed_months()
        month = asked_month(request.GET.get("month", ""), months)
        kpis = assessed_kpis(month)
        kpi = request.GET.get("kpi", "") or kpis[0]
        reason = request.GET.get("reason", "")
        page = queries.miss_page(month, kpi, code, reason=reason, start=start_of(request))
        tree = tree_of(month)
    except FAULTS as fault:
        return unit_page(request, code, "misses", fault)
    shown = {
        "code": code,
        "place": tree.places.get(code),
        "way": tree.way(code, request.territory),
        "month": month,
        "months": months,
        "kpis": [(each, KPI_NAMES[each]) for each in kpis],
        "kpi": kpi,
        "reason": reason,
        "page": page,
        "may_appeal": any(role in FILERS for role in request.sight.roles),
    }
    return render(request, "scorecard/misses.html", shown)


def misses_file(request: PersonRequest, code: str) -> HttpResponse:
    """The whole list as a file; without figures back to the page, which says why."""
    try:
        month = asked_month(request.GET.get("month", ""), assessed_months())
        kpi = request.GET.get("kpi", "") or assessed_kpis(month)[0]
        listing = queries.miss_listing(month, kpi, code)
        take_list(
            what="misses",
            month=month,
            kpi=kpi,
            code=code,
            rows=len(listing),
            sight=request.sight,
            now=timezone.now(),
        )
    except WeixiError:
        return redirect("misses", code=code)
    return csv_answer(sheet(f"misses-{month}-{code}-{kpi}", listing, lambda text: text.say(language())))
