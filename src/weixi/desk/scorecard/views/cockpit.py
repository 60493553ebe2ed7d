"""The cockpit: one node's figures, its league table and the funnel of its tasks."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from weixi.desk.org.queries import path_of_node, roots_of
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.queries.charts import charts, funnel_chart
from weixi.desk.scorecard.queries.cockpit import cockpit
from weixi.desk.scorecard.queries.funnel import task_funnel
from weixi.desk.scorecard.queries.league import league_table
from weixi.desk.scorecard.rules.acts import EFFECT_READERS, READERS
from weixi.desk.scorecard.views.unit import FAULTS, fault_part, say, unit_page
from weixi.flow.assessment import KPI_NAMES, exact
from weixi.kernel.period import Month


def start(request: PersonRequest) -> HttpResponse:
    """To the cockpit of the person's own node; a choice where there are several."""
    roots = roots_of(seen=request.sight, roles=frozenset(READERS))
    if len(roots) == 1:
        return redirect("cockpit_node", code=roots[0].code)
    return render(request, "scorecard/roots.html", {"roots": roots, "page": "cockpit_node"})


def node(request: PersonRequest, code: str) -> HttpResponse:
    """The node's figures of a month."""
    try:
        found = cockpit(
            seen=request.sight,
            code=code,
            path=path_of_node(code) or "",
            month=request.GET.get("month", ""),
        )
    except FAULTS as fault:
        return unit_page(request, code, "cockpit_node", fault)
    drawn = charts(found, say)
    cards = [
        (
            figure,
            drawn.get(f"trend-{figure.kpi}"),
            [(step.month, step.rate, exact(step.target_rate)) for step in found.course_of(figure.kpi)],
        )
        for figure in found.figures
    ]
    may_see = any(role in EFFECT_READERS for role in request.sight.roles)
    shown = {"page": found, "charts": drawn, "cards": cards, "may_see_experiments": may_see}
    return render(request, "scorecard/cockpit.html", shown)


def league(request: PersonRequest, code: str) -> HttpResponse:
    """The league table, a part of the cockpit."""
    try:
        table = league_table(
            seen=request.sight,
            code=code,
            path=path_of_node(code) or "",
            month=request.GET.get("month", ""),
            kpi=request.GET.get("kpi", ""),
            among=request.GET.get("among", ""),
        )
    except FAULTS as fault:
        return fault_part(request, fault)
    names = [(kpi, KPI_NAMES[kpi]) for kpi in table.kpis]
    return render(request, "scorecard/league.html", {"table": table, "code": code, "names": names})


def funnel(request: PersonRequest, code: str) -> HttpResponse:
    """How far the tasks of a calendar month came, a part of the cockpit; the running month where none is named."""
    try:
        running = Month.containing(timezone.localdate())
        asked = request.GET.get("month", "")
        found = task_funnel(
            seen=request.sight,
            path=path_of_node(code) or "",
            month=Month.parse(asked) if asked else running,
        )
    except FAULTS as fault:
        return fault_part(request, fault)
    shown = {"funnel": found, "chart": funnel_chart(found, say), "running": running, "code": code}
    return render(request, "scorecard/funnel.html", shown)
