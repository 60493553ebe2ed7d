"""Regular return calls: who is due, who is punctual, which problems are open and for how long."""

from collections import Counter

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from weixi.desk.org.requests import PersonRequest
from weixi.desk.touch.queries.callbacks import MOST, due_calls, on_time
from weixi.desk.touch.queries.contacts import open_findings
from weixi.desk.touch.rules import AGES, OLDER


def callbacks(request: PersonRequest) -> HttpResponse:
    """The due list, the on-time rate of this month and the open problems by age."""
    today, now = timezone.localdate(), timezone.now()
    given = request.GET.get("start", "")
    start = int(given) if given.isdecimal() and len(given) < 9 else 0
    found = open_findings(request.territory, now)
    ages = Counter(one.age.zh for one in found)
    shown = {
        "due": due_calls(request.sight, today, start=start),
        "start": start,
        "most": MOST,
        "on_time": on_time(request.territory, today.replace(day=1)),
        "open": found,
        "ages": [(text, ages[text.zh]) for text in (*(text for _, text in AGES), OLDER) if ages[text.zh]],
        "today": today,
    }
    return render(request, "touch/callbacks.html", shown)
