"""临界户: who stands at the edge, chosen and dispatched in one tap."""

from collections.abc import Mapping
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from weixi.desk.base.templatetags.desk import language
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.operations.near import dispatch_near
from weixi.desk.scorecard.operations.taking import take_list
from weixi.desk.scorecard.queries import near as queries
from weixi.desk.scorecard.queries.cut import sheet
from weixi.desk.scorecard.queries.standing import (
    asked_month,
    assessed_kpis,
    assessed_months,
    standings,
    tree_of,
)
from weixi.desk.scorecard.rules.acts import DISPATCHERS
from weixi.desk.scorecard.views.unit import FAULTS, csv_answer, start_of, unit_page
from weixi.flow.assessment import KPI_NAMES
from weixi.kernel.errors import WeixiError
from weixi.kernel.period import Month


def near(request: PersonRequest, code: str) -> HttpResponse:
    """Those at the edge of one KPI at the unit, the closest first."""
    return _page(request, code, {})


def near_dispatch(request: PersonRequest, code: str) -> HttpResponse:
    """Dispatch the chosen ones; the page then tells what became of each. The same form twice is one call."""
    chosen = request.POST.getlist("row")
    try:
        month = asked_month(request.POST.get("month", ""), assessed_months())
        kpi = request.POST.get("kpi", "")
        adopted = dispatch_near(
            month=month,
            kpi=kpi,
            code=code,
            row_ids=chosen,
            note=request.POST.get("note", "")[:200],
            call_id=request.POST.get("call_id", "")[:64] or uuid4().hex,
            sight=request.sight,
            now=timezone.now(),
        )
        rows = queries.near_of(month, kpi, code, chosen)
    except FAULTS as fault:
        kept = {"fault": fault, "chosen": set(chosen), "note": request.POST.get("note", "")}
        return _page(request, code, kept)
    numbers = {row.subscriber_id: row for row in rows}
    became = [(each, numbers.get(each.subscriber_id)) for each in adopted.rows]
    return _page(request, code, {"adopted": adopted, "became": became})


def near_file(request: PersonRequest, code: str) -> HttpResponse:
    """The whole list of one KPI as a file; without figures back to the page, which says why."""
    try:
        month = asked_month(request.GET.get("month", ""), assessed_months())
        kpi = request.GET.get("kpi", "") or _worst(month, code)
        listing = queries.near_listing(month, kpi, code)
        take_list(
            what="near",
            month=month,
            kpi=kpi,
            code=code,
            rows=len(listing),
            sight=request.sight,
            now=timezone.now(),
        )
    except WeixiError:
        return redirect("near", code=code)
    return csv_answer(sheet(f"near-{month}-{code}-{kpi}", listing, lambda text: text.say(language())))


def _page(request: PersonRequest, code: str, shown: Mapping[str, object]) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    try:
        months = assessed_months()
        month = asked_month(given.get("month", ""), months)
        kpi = given.get("kpi", "") or _worst(month, code)
        side = given.get("side", "")
        page = queries.near_page(month, kpi, code, side=side, start=start_of(request))
        tree = tree_of(month)
    except FAULTS as fault:
        return unit_page(request, code, "near", fault)
    return render(
        request,
        "scorecard/near.html",
        {
            "code": code,
            "place": tree.places.get(code),
            "way": tree.way(code, request.territory),
            "month": month,
            "months": months,
            "kpis": [(each, KPI_NAMES[each]) for each in assessed_kpis(month)],
            "kpi": kpi,
            "side": side,
            "page": page,
            "may_dispatch": any(role in DISPATCHERS for role in request.sight.roles),
            "call_id": uuid4().hex,
            **shown,
        },
    )


def _worst(month: Month, code: str) -> str:
    """The KPI that the unit misses by most, else the plan's first."""
    kpis = assessed_kpis(month)
    found = sorted(standings(month, code), key=lambda each: (-each.gap_count, kpis.index(each.kpi)))
    return found[0].kpi if found else kpis[0]
