"""The process in figures."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from weixi.desk.dispatch.queries.funnel import funnel, latest_issue
from weixi.desk.dispatch.views.reply import day_of
from weixi.desk.org.requests import PersonRequest

LONGEST = timedelta(days=366)


def funnel_page(request: PersonRequest) -> HttpResponse:
    """The funnel of the tasks issued in a period, by unit and by day; the month of the last issue at first.

    The counts are those of the last hand-over, results or ten minutes' clock, which the page says.
    """
    start, last = day_of(request.GET.get("since", "")), day_of(request.GET.get("until", ""))
    if last is None:
        last = latest_issue(request.sight) or timezone.localdate()
    if start is None or start > last or last - start > LONGEST:
        start = min(last.replace(day=1), last)
    shown = funnel(request.sight, start, last + timedelta(days=1))
    return render(request, "dispatch/funnel.html", {"funnel": shown, "since": start, "until": last})
