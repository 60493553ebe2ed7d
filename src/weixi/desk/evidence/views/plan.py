"""资源配置: what the plan's choice of offers proves, and what another sum would buy."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.evidence.queries.certificate import plan_proof
from weixi.desk.evidence.queries.charts import curve_chart, thumbs_chart
from weixi.desk.evidence.views.fault import no_page
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.views.unit import FAULTS, say


def certificate(request: PersonRequest) -> HttpResponse:
    """The certificate of a month's plan."""
    try:
        found = plan_proof(request.GET.get("month", ""))
    except FAULTS as fault:
        return no_page(request, fault)
    drawn = {}
    if found is not None and found.view.infeasible is None:
        charts = {
            "curve": curve_chart(found, say),
            "thumbs": thumbs_chart(found, say),
        }
        drawn = {name: chart for name, chart in charts.items() if chart is not None}
    return render(request, "evidence/certificate.html", {"page": found, "charts": drawn})
