"""未达清单: who keeps a figure from being better, with the reason of each; why one customer stands on it."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.org.queries import path_of_node
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.queries.miss import miss_story
from weixi.desk.scorecard.queries.misses import is_at_hand, miss_page
from weixi.desk.scorecard.queries.month import assessed_kpis, choose_month
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.desk.scorecard.rules.acts import FILERS
from weixi.desk.scorecard.views.unit import FAULTS, fault_part, start_of, unit_page
from weixi.flow.assessment import KPI_NAMES


def misses(request: PersonRequest, code: str) -> HttpResponse:
    """The misses of one KPI at the unit; a list that takes a while is announced, then fetched."""
    is_part = bool(request.headers.get("HX-Request"))
    try:
        choice = choose_month(request.GET.get("month", ""))
        kpis = assessed_kpis(choice.month)
        kpi = request.GET.get("kpi", "") or next(iter(kpis), "")
        at_hand = is_at_hand(code=code, kpi=kpi, month=str(choice.month))
        if not (at_hand or is_part or "now" in request.GET):
            return render(request, "scorecard/waiting.html", {"code": code})
        page = miss_page(
            territory=request.territory,
            code=code,
            kpi=kpi,
            month=str(choice.month),
            reason=request.GET.get("reason", ""),
            after=start_of(request),
        )
        tree = tree_of(choice.month)
    except FAULTS as fault:
        return unit_page(request, code, "misses", fault)
    shown = {
        "code": code,
        "place": tree.places.get(code),
        "way": tree.way(code, request.territory),
        "month": choice.month,
        "months": choice.months,
        "kpis": [(each, KPI_NAMES[each]) for each in kpis],
        "kpi": kpi,
        "page": page,
        "may_appeal": request.sight.covers_as(path_of_node(code) or "", FILERS),
    }
    is_more = is_part and "start" in request.GET
    return render(request, "scorecard/miss_rows.html" if is_more else "scorecard/misses.html", shown)


def miss(request: PersonRequest, subscriber_id: int) -> HttpResponse:
    """Why the customer stands on the list of misses of a KPI (`miss`) and month, a part of the customer's page."""
    try:
        story = miss_story(
            subscriber_id=subscriber_id,
            kpi=request.GET.get("miss", ""),
            month=request.GET.get("month", ""),
            territory=request.territory,
        )
    except FAULTS as fault:
        return fault_part(request, fault)
    return render(request, "scorecard/miss.html", {"story": story})
