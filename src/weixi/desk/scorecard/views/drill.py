"""未达清单: the list behind a figure."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.org.queries import path_of_node
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.queries.misses import is_at_hand, miss_page
from weixi.desk.scorecard.views.cockpit import nothing
from weixi.kernel.errors import DataError, UsageError


def misses(request: PersonRequest, code: str) -> HttpResponse:
    """Whoever keeps the figure from being better; a list that takes a while is announced, then fetched."""
    kpi = request.GET.get("kpi", "") or "dynamic_retention_rate"
    month, reason, after = (request.GET.get(name, "") for name in ("month", "reason", "after"))
    try:
        is_whole = not request.headers.get("HX-Request") and "now" not in request.GET
        if is_whole and not is_at_hand(code=code, kpi=kpi, month=month):
            return render(request, "scorecard/waiting.html", {"code": code})
        found = miss_page(
            seen=request.sight,
            territory=request.territory,
            code=code,
            path=path_of_node(code) or "",
            kpi=kpi,
            month=month,
            reason=reason,
            after=int(after) if after.isdecimal() and len(after) < 10 else 0,
        )
    except (DataError, UsageError) as fault:
        return nothing(request, code, fault)
    part = request.headers.get("HX-Request") and "after" in request.GET
    return render(
        request, "scorecard/miss_rows.html" if part else "scorecard/cockpit_misses.html", {"page": found}
    )
