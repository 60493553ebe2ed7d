"""晨会: the morning's page and its picture."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from weixi.desk.base.templatetags.desk import language
from weixi.desk.org.queries import roots_of
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.queries import morning as queries
from weixi.desk.scorecard.rules.acts import LEADERS
from weixi.desk.scorecard.views.morning_picture import picture
from weixi.desk.scorecard.views.morning_text import PictureText
from weixi.desk.scorecard.views.unit import FAULTS, fault_part, unit_page
from weixi.kernel.errors import WeixiError


def mornings(request: PersonRequest) -> HttpResponse:
    """The units whose mornings the person holds; straight to the one where there is one."""
    roots = roots_of(seen=request.sight, roles=frozenset(LEADERS))
    if len(roots) == 1:
        return redirect("morning", code=roots[0].code)
    return render(request, "scorecard/roots.html", {"roots": roots, "page": "morning"})


def morning(request: PersonRequest, code: str) -> HttpResponse:
    """One unit's morning: lights, tasks by owner; what to do today is asked for apart, since lists take longer."""
    try:
        at = queries.morning(
            code=code, month=request.GET.get("month", ""), territory=request.territory, now=timezone.now()
        )
    except FAULTS as fault:
        return unit_page(request, code, "morning", fault)
    return render(request, "scorecard/morning.html", {"at": at, "code": code})


def morning_today(request: PersonRequest, code: str) -> HttpResponse:
    """What to do today: three sentences and who stands at the edge; a part of the page."""
    try:
        at = queries.morning(
            code=code, month=request.GET.get("month", ""), territory=request.territory, now=timezone.now()
        )
        today = queries.today_of(at, request.territory)
    except FAULTS as fault:
        return fault_part(request, fault)
    return render(request, "scorecard/morning_today.html", {"at": at, "today": today, "code": code})


def morning_picture(request: PersonRequest, code: str) -> HttpResponse:
    """The same as a picture to be forwarded; without figures, back to the page, which says why."""
    try:
        at = queries.morning(
            code=code, month=request.GET.get("month", ""), territory=request.territory, now=timezone.now()
        )
        today = queries.today_of(at, request.territory)
    except WeixiError:
        return redirect("morning", code=code)
    drawn = picture(PictureText.of(at, today, language()))
    response = HttpResponse(drawn.png, content_type="image/png")
    response.headers["Content-Disposition"] = f'inline; filename="{at.today:%Y%m%d}-{drawn.name}.png"'
    response.headers["ETag"] = f'"{drawn.name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response
