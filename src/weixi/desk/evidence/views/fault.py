"""A page that cannot be shown: what is wrong and what to do."""

from django.http import HttpResponse
from django.shortcuts import render

from weixi.desk.org.requests import PersonRequest
from weixi.kernel.errors import UsageError, WeixiError


def no_page(request: PersonRequest, fault: WeixiError) -> HttpResponse:
    """The fault in place of figures. An address that asks amiss is not found."""
    status = 404 if isinstance(fault, UsageError) else 200
    return render(request, "evidence/no_page.html", {"fault": fault}, status=status)
