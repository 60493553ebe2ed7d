"""What the pages of one unit share: faults shown on the page, places in a list."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.base.templatetags.desk import language
from weixi.desk.org.requests import PersonRequest
from weixi.kernel.errors import DataError, PlaybookError, UsageError, WeixiError
from weixi.kernel.language import Text

FAULTS = (DataError, UsageError, PlaybookError)
"""What a page says instead of figures."""


def say(text: Text) -> str:
    """The text in the page's language."""
    return text.say(language())


def unit_page(request: PersonRequest, code: str, page: str, fault: WeixiError) -> HttpResponse:
    """The unit's page without figures: what is wrong and what to do. An address that asks amiss is not found."""
    status = 404 if isinstance(fault, UsageError) and not request.headers.get("HX-Request") else 200
    shown = {"code": code, "page": page, "fault": fault}
    return render(request, "scorecard/no_figures.html", shown, status=status)


def fault_part(request: PersonRequest, fault: WeixiError) -> HttpResponse:
    """A part of a page that cannot be shown."""
    return render(request, "scorecard/fault.html", {"fault": fault})


def told(fault: WeixiError) -> str:
    """The fault in one line for a message."""
    return f"{say(fault.what)}。{say(fault.remedy)}"


def start_of(request: PersonRequest) -> int:
    """The place in a list that the address names; 0 where it names none."""
    given = request.GET.get("start", "")
    return int(given) if given.isdecimal() and len(given) < 9 else 0
