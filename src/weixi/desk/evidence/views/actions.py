"""维系手段: what is done to keep customers, what it costs, and what it does where that was measured."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.evidence.queries.actions import library
from weixi.desk.evidence.rules.action import channel_said, cost_said, drawn_said, offer_said
from weixi.desk.evidence.views.fault import no_page
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.views.unit import FAULTS
from weixi.flow.learning import Action
from weixi.kernel.language import Text


def actions(request: PersonRequest) -> HttpResponse:
    """The library of actions."""
    try:
        found = library(request.GET.get("month", ""))
    except FAULTS as fault:
        return no_page(request, fault)
    rows = () if found is None else tuple(_row(each, found.currency) for each in found.actions)
    return render(request, "evidence/actions.html", {"page": found, "rows": rows})


def _row(action: Action, currency: str) -> tuple[Action, Text | None, Text | None, Text | None]:
    """An action with what a contact costs, what it can carry and what a lot has shown, in words."""
    carries = None
    if action.way is not None:
        carries = channel_said(action.way)
    elif action.money is not None:
        carries = offer_said(action.money, currency)
    cost = None if action.contact is None else cost_said(action.contact, currency)
    return action, cost, carries, None if action.drawn is None else drawn_said(action.drawn)
