"""离网预警: who is likely to leave, by level and with reasons, and how right the levels were."""

from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from weixi.desk.evidence.operations.export import export
from weixi.desk.evidence.queries.charts import levels_chart
from weixi.desk.evidence.queries.sealed import lacking
from weixi.desk.evidence.queries.warnings import warning_list
from weixi.desk.evidence.rules.warning import CHIPS, event_said, level_said, soon_said
from weixi.desk.evidence.views.fault import no_page
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.views.export import XLSX
from weixi.desk.scorecard.views.unit import FAULTS, say, start_of, told
from weixi.flow.score import SOON, Score

ASKED = ("month", "level", "place")


def warnings(request: PersonRequest) -> HttpResponse:
    """The list of a month in the viewer's territory, page by page, and what came of the last quarter's."""
    asked = {name: request.GET.get(name, "")[:40] for name in ASKED}
    try:
        found = warning_list(request.territory, **asked, start=start_of(request))
    except FAULTS as fault:
        return no_page(request, fault)
    shown: dict[str, object] = {
        "page": found,
        "lacking": lacking(Score.CHURN, None if found is None else found.sealed),
    }
    if found is not None:
        chart = levels_chart(found.accuracy, say)
        shown |= {
            "charts": {} if chart is None else {"levels": chart},
            "rows": [(row, CHIPS[row.level]) for row in found.rows],
            "tally": [(level, lines, CHIPS[level]) for level, lines in found.tally],
            "events": [(each, event_said(each)) for each in found.accuracy.events],
            "soon": SOON,
            "asked": found.level.value if found.level is not None else "raised" if found.only_raised else "",
            "kept": {name: value for name, value in asked.items() if value and name != "month"},
        }
        judged = found.accuracy.judged
        if judged is not None:
            shown["levels"] = [(hit, CHIPS[hit.level], level_said(hit, judged)) for hit in judged.levels]
            said = (soon_said(each, judged) for each in found.accuracy.event_levels.levels)
            shown["soon_said"] = [text for text in said if text is not None]
    return render(request, "evidence/warnings.html", shown)


def warnings_export(request: PersonRequest) -> HttpResponse:
    """The list as a workbook, masked and cut as the page is."""
    asked = {name: request.POST.get(name, "")[:40] for name in ASKED}
    try:
        made = export(**asked, territory=request.territory, actor=request.user, say=say, now=timezone.now())
    except FAULTS as fault:
        messages.error(request, told(fault))
        return redirect(f"{reverse('warnings')}?{urlencode(asked)}")
    named = f"attachment; filename=\"weixi.xlsx\"; filename*=UTF-8''{quote(made.name)}"
    return HttpResponse(made.content, content_type=XLSX, headers={"Content-Disposition": named})
