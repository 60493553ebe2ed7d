"""The audit's page."""

from contextlib import suppress
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.audit import queries
from weixi.desk.base.routing import SeenRequest


def entries(request: SeenRequest) -> HttpResponse:
    """Entries of the auditor's territory, newest first, searched; a fragment continues the list."""
    words = request.GET.get("q", "")[:100]
    since, until = _day(request.GET.get("since", "")), _day(request.GET.get("until", ""))
    before = request.GET.get("before", "")
    page = queries.entries(
        territory=request.territory,
        words=words,
        since=since,
        until=until,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
    )
    asked = {"q": words, "since": since or "", "until": until or ""}
    more = urlencode({**asked, "before": page.before}) if page.before is not None else ""
    shown = {"page": page, "asked": asked, "more": more}
    part = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    template = "audit/rows.html" if part else "audit/entries.html"
    return render(request, template, shown)


def _day(text: str) -> date | None:
    """The day of a form's field; None where it holds none."""
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None
