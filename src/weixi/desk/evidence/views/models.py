"""模型卡: what the month's scores were learnt from, and how far they may be trusted."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.evidence.queries.charts import calibration_chart, course_chart, drift_chart, members_chart
from weixi.desk.evidence.queries.churn_card import churn_card
from weixi.desk.evidence.queries.sealed import lacking
from weixi.desk.evidence.queries.uplift_card import uplift_card
from weixi.desk.evidence.queries.worth import value_of
from weixi.desk.evidence.views.fault import no_page
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.views.unit import FAULTS, say
from weixi.flow.score import Score


def risk(request: PersonRequest) -> HttpResponse:
    """The card of the risk of leaving."""
    try:
        card = churn_card(request.GET.get("month", ""))
    except FAULTS as fault:
        return no_page(request, fault)
    drawn = {}
    if card is not None:
        found = {
            "calibration": calibration_chart(card, say),
            "course": course_chart(card, say),
            "drift": drift_chart(card, say),
            "members": members_chart(card, say),
        }
        drawn = {name: chart for name, chart in found.items() if chart is not None}
    why = lacking(Score.CHURN, None if card is None else card.sealed)
    return render(request, "evidence/risk.html", {"page": card, "charts": drawn, "lacking": why})


def value(request: PersonRequest) -> HttpResponse:
    """The card of value."""
    try:
        found = value_of(request.GET.get("month", ""))
    except FAULTS as fault:
        return no_page(request, fault)
    why = lacking(Score.VALUE, None if found is None else found.sealed)
    return render(request, "evidence/value.html", {"page": found, "lacking": why})


def uplift(request: PersonRequest) -> HttpResponse:
    """The card of uplift."""
    try:
        found = uplift_card(request.GET.get("month", ""))
    except FAULTS as fault:
        return no_page(request, fault)
    why = lacking(Score.UPLIFT, None if found is None else found.sealed)
    return render(request, "evidence/uplift.html", {"page": found, "lacking": why})
