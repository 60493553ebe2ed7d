"""What the pages of one unit share: faults shown on the page, places in a list."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.base.templatetags.desk import language
from weixi.desk.org.requests import PersonRequest
from weixi.kernel.errors import DataError, PlaybookError, UsageError, WeixiError

FAULTS = (DataError, UsageError, PlaybookError)
"""What a page says instead of figures."""


def unit_page(request: PersonRequest, code: str, page: str, fault: WeixiError) -> HttpResponse:
    """The unit's page without figures: what is wrong and what to do."""
    return render(request, "scorecard/no_figures.html", {"code": code, "page": page, "fault": fault})


def told(fault: WeixiError) -> str:
    """The fault in one line for a message."""
    return f"{fault.what.say(language())}。{fault.remedy.say(language())}"


def start_of(request: PersonRequest) -> int:
    """The place in a list that the address names; 0 where it names none."""
    given = request.GET.get("start", "")
    return int(given) if given.isdecimal() and len(given) < 9 else 0
