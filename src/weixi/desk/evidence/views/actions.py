"""维系手段: what is done to keep customers, what it costs, and what it does where that was measured."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.evidence.queries.actions import library
from weixi.desk.evidence.views.fault import no_page
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.views.unit import FAULTS


def actions(request: PersonRequest) -> HttpResponse:
    """The library of actions."""
    try:
        found = library(request.GET.get("month", ""))
    except FAULTS as fault:
        return no_page(request, fault)
    return render(request, "evidence/actions.html", {"page": found})
