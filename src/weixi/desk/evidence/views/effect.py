"""维系成效: what retention earned, what it did to the KPIs, and whether customers stay and pay."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.evidence.queries.charts import profit_chart, tenure_chart, tile_chart, value_chart
from weixi.desk.evidence.queries.effect import effect_page
from weixi.desk.evidence.queries.sealed import lacking
from weixi.desk.evidence.views.fault import no_page
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.rules.lift import CHIPS
from weixi.desk.scorecard.views.unit import FAULTS, say
from weixi.flow.score import Score


def effect(request: PersonRequest) -> HttpResponse:
    """The effect of a month in the viewer's territory."""
    try:
        found = effect_page(request.territory, request.GET.get("month", ""), request.GET.get("horizon", ""))
    except FAULTS as fault:
        return no_page(request, fault)
    why = lacking(Score.LIFT, None if found is None else found.sealed)
    if found is None:
        return render(request, "evidence/effect.html", {"page": None, "charts": {}, "lacking": why})
    tiles = [(tile, f"tile-{tile.sign.value}", tile_chart(tile, say)) for tile in found.tiles]
    drawn = {name: chart for _, name, chart in tiles}
    drawn["net"] = profit_chart((*found.programmes, *found.batches, *found.counties), say)
    drawn["value"] = value_chart(found.courses, say)
    drawn["tenure"] = tenure_chart(found.courses, say)
    charts = {name: chart for name, chart in drawn.items() if chart is not None}
    chip = "" if found.now is None else CHIPS[found.now.net_verdict]
    shown = {"page": found, "tiles": tiles, "charts": charts, "chip": chip, "lacking": why}
    return render(request, "evidence/effect.html", shown)
