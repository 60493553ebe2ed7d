"""What a page answers with when a call cannot be taken."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from weixi.desk.base.remedy import remedy_of
from weixi.desk.base.templatetags.desk import language
from weixi.desk.org.requests import PersonRequest
from weixi.kernel.errors import FaultList, WeixiError


def refused(request: PersonRequest, fault: WeixiError, page: str, **parts: int | str) -> HttpResponse:
    """Back to the page, which says what was wrong and what to do."""
    say(request, fault)
    return HttpResponseRedirect(reverse(page, kwargs=parts))


def say(request: PersonRequest, fault: WeixiError) -> None:
    """The fault as the page's message."""
    place = f"{fault.where}: " if fault.where else ""
    messages.error(request, f"{place}{fault.what.say(language())} {remedy_of(fault).say(language())}")


def faults_of(fault: WeixiError) -> tuple[WeixiError, ...]:
    """Every fault that one error carries."""
    return fault.faults if isinstance(fault, FaultList) else (fault,)
