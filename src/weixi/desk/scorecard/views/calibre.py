"""口径: the panel behind a figure, and why two calibres differ."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.queries.calibre import calibre_panel
from weixi.desk.scorecard.queries.calibre import difference as difference_of
from weixi.desk.scorecard.queries.charts import history_chart
from weixi.desk.scorecard.views.unit import FAULTS, fault_part, say, unit_page

RETENTION = "dynamic_retention_rate.existing"


def panel(request: PersonRequest, code: str) -> HttpResponse:
    """What the figure counts, where it comes from, and what the other calibres say."""
    try:
        found = calibre_panel(
            seen=request.sight,
            code=code,
            name=request.GET.get("calibre", "") or RETENTION,
            month=request.GET.get("month", ""),
        )
    except FAULTS as fault:
        return unit_page(request, code, "cockpit_node", fault)
    return render(request, "scorecard/calibre.html", {"page": found, "chart": history_chart(found, say)})


def difference(request: PersonRequest, code: str) -> HttpResponse:
    """Why two calibres differ, a part of the panel."""
    try:
        found = difference_of(
            code=code,
            first=request.GET.get("first", ""),
            second=request.GET.get("second", ""),
            month=request.GET.get("month", ""),
        )
    except FAULTS as fault:
        return fault_part(request, fault)
    return render(request, "scorecard/difference.html", {"page": found})
