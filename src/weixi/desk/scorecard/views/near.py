"""临界户: who stands at the edge, chosen and dispatched in one tap."""

from collections.abc import Mapping
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.operations.near import dispatch_near
from weixi.desk.scorecard.queries import near as queries
from weixi.desk.scorecard.queries.figure import figures_at
from weixi.desk.scorecard.queries.month import MonthChoice, assessed_kpis, choose_month
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.desk.scorecard.rules.acts import DISPATCHERS
from weixi.desk.scorecard.views.unit import FAULTS, start_of, unit_page
from weixi.flow.assessment import KPI_NAMES


def near(request: PersonRequest, code: str) -> HttpResponse:
    """Those at the edge of one KPI at the unit, the closest first."""
    return _page(request, code, {})


def near_dispatch(request: PersonRequest, code: str) -> HttpResponse:
    """Dispatch the chosen ones; the page then tells what became of each. The same form twice is one call."""
    chosen = request.POST.getlist("row")
    try:
        choice = choose_month(request.POST.get("month", ""))
        kpi = request.POST.get("kpi", "")
        adopted = dispatch_near(
            choice=choice,
            kpi=kpi,
            code=code,
            territory=request.territory,
            row_ids=chosen,
            note=request.POST.get("note", "")[:200],
            call_id=request.POST.get("call_id", "")[:64] or uuid4().hex,
            sight=request.sight,
            now=timezone.now(),
        )
        rows = queries.near_of(choice, kpi, code, request.territory, chosen)
    except FAULTS as fault:
        kept = {"fault": fault, "chosen": set(chosen), "note": request.POST.get("note", "")}
        return _page(request, code, kept)
    numbers = {row.subscriber_id: row for row in rows}
    became = [(each, numbers.get(each.subscriber_id)) for each in adopted.rows]
    return _page(request, code, {"adopted": adopted, "became": became})


def _page(request: PersonRequest, code: str, shown: Mapping[str, object]) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    try:
        choice = choose_month(given.get("month", ""))
        month = choice.month
        kpi = given.get("kpi", "") or _worst(choice, code)
        side = given.get("side", "")
        page = queries.near_page(choice, kpi, code, request.territory, side=side, start=start_of(request))
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
            "months": choice.months,
            "kpis": [(each, KPI_NAMES[each]) for each in assessed_kpis(month)],
            "kpi": kpi,
            "side": side,
            "page": page,
            "may_dispatch": any(role in DISPATCHERS for role in request.sight.roles),
            "call_id": uuid4().hex,
            **shown,
        },
    )


def _worst(choice: MonthChoice, code: str) -> str:
    """The KPI that the unit misses by most, the plan's first of those; none where it has no figures."""
    worst = max(figures_at(choice, code), key=lambda each: each.gap, default=None)
    return "" if worst is None else worst.kpi
