"""Exports of the pages of figures."""

from dataclasses import fields
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from weixi.desk.org.queries import path_of_node
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.operations.asked import Wanted
from weixi.desk.scorecard.operations.export import export as export_page
from weixi.desk.scorecard.views.unit import FAULTS, say, told

FIELDS = tuple(field.name for field in fields(Wanted))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export(request: PersonRequest, code: str) -> HttpResponse:
    """The workbook of what the page shows; back to the cockpit where it cannot be made."""
    asked = {name: request.POST.get(name, "")[:80] for name in FIELDS}
    try:
        made = export_page(
            wanted=Wanted(**asked),
            code=code,
            path=path_of_node(code) or "",
            actor=request.user,
            seen=request.sight,
            territory=request.territory,
            say=say,
            now=timezone.now(),
        )
    except FAULTS as fault:
        messages.error(request, told(fault))
        return redirect("cockpit_node", code=code)
    named = f"attachment; filename=\"weixi.xlsx\"; filename*=UTF-8''{quote(made.name)}"
    return HttpResponse(made.content, content_type=XLSX, headers={"Content-Disposition": named})
