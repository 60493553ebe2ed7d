"""实验: what retention brings, against those left alone."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.evidence.queries.charts import intervals_chart, targeting_chart, tuned_effect_chart
from weixi.desk.evidence.queries.experiments import experiments as read
from weixi.desk.evidence.queries.sealed import lacking
from weixi.desk.evidence.queries.tuning import tuning
from weixi.desk.evidence.rules.tuning import turn_said
from weixi.desk.evidence.views.fault import no_page
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.rules.lift import earned, scope, takers
from weixi.desk.scorecard.views.unit import FAULTS, say
from weixi.flow.score import Score
from weixi.kernel.language import Text

AXIS = Text("每联系 100 户多保住的户数", "households more kept of 100 contacted")


def experiments(request: PersonRequest) -> HttpResponse:
    """The effects of a month in the viewer's territory."""
    try:
        found = read(request.territory, request.GET.get("month", ""), request.GET.get("horizon", ""))
    except FAULTS as fault:
        return no_page(request, fault)
    why = lacking(Score.LIFT, None if found is None else found.sealed)
    shown: dict[str, object] = {"page": found, "lacking": why}
    if found is not None:
        chart = intervals_chart(found.cells, say, AXIS)
        charts = {"intervals": chart}
        if found.is_whole:
            course = tuning(found.sealed.month)
            charts |= {"targeting": targeting_chart(course, say), "tuned": tuned_effect_chart(course, say)}
            shown["tuning"] = course
            shown["turns"] = [turn_said(each) for each in course.turns]
        shown["charts"] = {name: each for name, each in charts.items() if each is not None}
        if found.whole is not None:
            shown["scope"] = scope(found.whole.effect)
        if found.profit is not None:
            shown["earned"] = earned(found.profit, found.currency)
        if found.wholes_money is not None:
            shown["takers"] = takers(found.wholes_money.effect)
    return render(request, "evidence/experiments.html", shown)
