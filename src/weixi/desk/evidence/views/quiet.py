"""勿扰名单: whom contact would drive away."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.evidence.queries.quiet import quiet_list
from weixi.desk.evidence.queries.sealed import lacking
from weixi.desk.evidence.views.fault import no_page
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.views.unit import FAULTS, start_of
from weixi.flow.score import Score


def quiet(request: PersonRequest) -> HttpResponse:
    """The list of a month in the viewer's territory, page by page."""
    try:
        found = quiet_list(request.territory, request.GET.get("month", ""), start_of(request))
    except FAULTS as fault:
        return no_page(request, fault)
    why = lacking(Score.UPLIFT, None if found is None else found.sealed)
    return render(request, "evidence/quiet.html", {"page": found, "lacking": why})
